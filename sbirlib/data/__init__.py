"""What the models learn from and are measured on."""

from sbirlib.data.splits import SPLITS, Split, sketchy_classes, split

__all__ = ["SPLITS", "Split", "sketchy_classes", "split"]
