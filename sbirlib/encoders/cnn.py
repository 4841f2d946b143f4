"""Convolutional networks, whole: maps, their mean over space, and the classifier where there is one.

    cnn = sb.encoders.cnn("resnet50", pretrained="imagenet")      # downloads, being asked
    cnn.maps(images), cnn.encode_images(images), cnn.logits(images)

The papers' backbones: VGG-16 with BatchNorm (Doodle2Search, CVAE), ResNet-50, and the SE-ResNet-50 of SAKE, which is
the Caffe-style one that timm calls `legacy_seresnet50`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import timm
import torch
import torchvision.models as tv
from torch import Tensor, nn

from sbirlib.encoders.config import near
from sbirlib.encoders.freezing import seeded, still
from sbirlib.encoders.preprocess import Preprocess
from sbirlib.encoders.sources import looks_like_a_file, shipped
from sbirlib.encoders.stamp import digest
from sbirlib.encoders.tiny import TinyCnn
from sbirlib.encoders.weights import Card, fill, read_weights

IMAGENET = Preprocess(224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "bilinear")
Step = Callable[[Any, Tensor], Tensor]
RESNET = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")


def resnet_maps(net: Any, x: Tensor) -> Tensor:
    for part in RESNET:
        x = getattr(net, part)(x)
    return x


def features_maps(net: Any, x: Tensor) -> Tensor:
    found: Tensor = net.features(x)
    return found


def timm_maps(net: Any, x: Tensor) -> Tensor:
    found: Tensor = net.forward_features(x)
    return found


def own_maps(net: Any, x: Tensor) -> Tensor:
    found: Tensor = net.maps(x)
    return found


def resnet_rest(net: Any, maps: Tensor) -> Tensor:
    found: Tensor = net.fc(net.avgpool(maps).flatten(1))
    return found


def vgg_rest(net: Any, maps: Tensor) -> Tensor:
    found: Tensor = net.classifier(net.avgpool(maps).flatten(1))
    return found


def squeezenet_rest(net: Any, maps: Tensor) -> Tensor:
    found: Tensor = net.classifier(maps).flatten(1)
    return found


def timm_rest(net: Any, maps: Tensor) -> Tensor:
    found: Tensor = net.forward_head(maps)
    return found


def own_rest(net: Any, maps: Tensor) -> Tensor:
    found: Tensor = net.classifier(maps.mean((2, 3)))
    return found


@dataclass(frozen=True)
class Net:
    """How a network is built, where its maps come from, and what its last layer is called."""

    build: Callable[[int], nn.Module]
    maps: Step
    rest: Step
    """From the maps to the scores."""
    dim: int
    head: str
    """Its weight's first dimension is the number of classes."""
    url: str | None = None

    @property
    def classifier(self) -> str:
        """What the names of the classifier's weights start with."""
        return self.head.split(".")[0] + "."


def torchvision_net(name: str, maps: Step, rest: Step, dim: int, head: str) -> Net:
    # V1 everywhere: what the papers' authors had
    url = tv.get_model_weights(name)["IMAGENET1K_V1"].url
    return Net(lambda classes: tv.get_model(name, weights=None, num_classes=classes), maps, rest, dim, head, url)


NETS = {
    "vgg16_bn": torchvision_net("vgg16_bn", features_maps, vgg_rest, 512, "classifier.6"),
    "resnet50": torchvision_net("resnet50", resnet_maps, resnet_rest, 2048, "fc"),
    "resnet34": torchvision_net("resnet34", resnet_maps, resnet_rest, 512, "fc"),
    "squeezenet1_1": torchvision_net("squeezenet1_1", features_maps, squeezenet_rest, 512, "classifier.1"),
    "legacy_seresnet50": Net(
        lambda classes: timm.create_model("legacy_seresnet50", pretrained=False, num_classes=classes),
        timm_maps,
        timm_rest,
        2048,
        "last_linear",
        timm.get_pretrained_cfg("legacy_seresnet50").url,
    ),
    "tiny": Net(TinyCnn, own_maps, own_rest, 192, "classifier"),
}


class Trunk(nn.Module):
    """A network on normalised pictures (n, 3, s, s): its maps, their mean, their places as tokens."""

    def __init__(self, net: nn.Module, maps: Callable[[Any, Tensor], Tensor]) -> None:
        super().__init__()
        self.net = net
        self.of = maps

    def maps(self, x: Tensor) -> Tensor:
        return self.of(self.net, x)

    def whole_and_patches(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(n, c) and (n, h * w, c), row by row."""
        maps = self.maps(x)
        return maps.mean((2, 3)), maps.flatten(2).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.maps(x).mean((2, 3))


class Cnn(nn.Module):
    """A convolutional network with what feeds it; BatchNorm's statistics stay still as in `Clip`."""

    learn_statistics: bool = False

    def __init__(
        self,
        net: nn.Module,
        *,
        name: str,
        preprocess: Preprocess = IMAGENET,
        has_classifier: bool = True,
        classes: Sequence[str] = (),
        seen: str = "",
        card: Card | None = None,
    ) -> None:
        super().__init__()
        self.visual = Trunk(net, NETS[name].maps)
        self.name, self.dim, self.seen = name, NETS[name].dim, seen
        self.preprocess, self.card = preprocess, card or {}
        self.has_classifier, self.classes = has_classifier, tuple(classes)
        self.train(False)

    @property
    def size(self) -> int:
        """Pixels a side."""
        return self.preprocess.size

    def maps(self, images: Tensor) -> Tensor:
        """Images (n, 3, h, w), uint8 or floats 0..1, to maps (n, c, h', w')."""
        return self.visual.maps(self.ready(images))

    def encode_images(self, images: Tensor) -> Tensor:
        """Images to the maps' mean over space (n, c)."""
        features: Tensor = self.visual(self.ready(images))
        return features

    def logits(self, images: Tensor) -> Tensor:
        """Images to class scores (n, classes)."""
        if not self.has_classifier:
            raise ValueError(f"the weights of this {self.name} are of its features alone: it has no classifier")
        scores: Tensor = self.visual.net(self.ready(images))
        return scores

    def rest(self, maps: Tensor) -> Tensor:
        """Maps (n, c, h', w') to what the last layer gives (n, classes), by way of the layers between."""
        found: Tensor = NETS[self.name].rest(self.visual.net, maps)
        return found

    @property
    def last(self) -> nn.Linear | nn.Conv2d:
        """The last layer: the classifier of most networks, a convolution in SqueezeNet."""
        return cast("nn.Linear | nn.Conv2d", self.visual.net.get_submodule(NETS[self.name].head))

    def classify(self, names: Sequence[str]) -> Cnn:
        """A classifier for these classes, in their order: the one there is where it is theirs, else a fresh one."""
        if not (self.has_classifier and self.classes == tuple(names)):
            self.end_in(len(names))
            self.has_classifier, self.classes = True, tuple(names)
        return self

    def end_in(self, outputs: int) -> Cnn:
        """A fresh last layer with so many outputs, which are no classes: the network scores nothing any more."""
        place, _, last = NETS[self.name].head.rpartition(".")
        old: Any = self.last
        fresh: nn.Module
        if isinstance(old, nn.Conv2d):
            fresh = nn.Conv2d(old.in_channels, outputs, 1)
        else:
            fresh = nn.Linear(old.in_features, outputs)
        setattr(self.visual.net.get_submodule(place), last, fresh.to(next(self.parameters()).device))
        self.has_classifier, self.classes = False, ()
        return self

    def freeze_head(self) -> Cnn:
        """Freeze what comes after the maps, where nothing asks for it."""
        for name, parameter in self.visual.net.named_parameters():
            if name.startswith(NETS[self.name].classifier):
                parameter.requires_grad_(False)
        return self

    def ready(self, images: Tensor) -> Tensor:
        return self.preprocess(images).to(next(self.visual.parameters()).dtype)

    def freeze(self, images: bool = True) -> Cnn:
        """Freeze (True) or free (False) all of it."""
        self.requires_grad_(not images)
        self.train(self.training)
        return self

    def train(self, mode: bool = True) -> Cnn:
        super().train(mode)
        if mode:
            still([self.visual], learn_statistics=self.learn_statistics)
        return self

    @property
    def digest(self) -> str:
        """16 hex digits of all weights, and of the preprocessing."""
        config = {"name": self.name, "classifier": self.has_classifier, **self.preprocess.config()}
        return digest(self.state_dict(), config)


def cnn(name: str, pretrained: str | Path | None = None, *, seed: int = 0, world: str | None = None) -> Cnn:
    """A CNN by its name (`NETS`).

    `pretrained`: "imagenet" (downloads), a local safetensors or torch file (its classifier may be missing), or None:
    the embedded weights of `tiny`, random weights (by `seed`) of all others.
    """
    if name not in NETS:
        raise ValueError(f"no CNN is called {name!r}; {near(name, list(NETS), 'there are')}")
    net, seen = NETS[name], ""
    tensors: Mapping[str, Tensor] | None = None
    card: Card = {}
    if pretrained == "imagenet":
        tensors, source, seen = imagenet(name), f"ImageNet's {name}", "ImageNet-1k's photos, with their labels"
        card = {"classes": tv.get_model_weights("resnet50")["IMAGENET1K_V1"].meta["categories"]}
    elif pretrained is not None or name == "tiny":
        file = shipped("tiny-cnn") if pretrained is None else Path(pretrained)
        if not file.is_file() and not looks_like_a_file(str(file)):
            raise ValueError(f"pretrained is 'imagenet', a file or None; got {str(file)!r}")
        tensors, card = read_weights(file, world=world)
        source, seen = file.name, str(card.get("seen", ""))
    head = None if tensors is None else tensors.get(f"{net.head}.weight")
    with torch.inference_mode(False), seeded(seed):
        built = net.build(1000 if head is None else len(head))
    whole = True
    if tensors is None:
        seen = "nothing: random weights"
    else:
        fill(built, tensors, source, optional=[net.classifier])
        whole = all(key in tensors for key in built.state_dict() if key.startswith(net.classifier))
    preprocess = Preprocess.of(card["preprocess_cfg"]) if "preprocess_cfg" in card else IMAGENET
    if name == "tiny" and "preprocess_cfg" not in card:
        raise ValueError(f"{source}: the card of a tiny CNN names its preprocess_cfg")
    classes = card.get("classes", ()) if whole else ()
    return Cnn(
        built,
        name=name,
        preprocess=preprocess,
        has_classifier=whole,
        classes=classes,
        seen=seen,
        card={key: value for key, value in card.items() if key != "classes"},
    )


def fresh_cnn(preprocess: Preprocess, *, seed: int = 0) -> Cnn:
    """A tiny CNN at random weights and without classes, for pretraining."""
    with torch.inference_mode(False), seeded(seed):
        net = TinyCnn(1)
    return Cnn(net, name="tiny", preprocess=preprocess, has_classifier=False, seen="nothing")


def imagenet(name: str) -> Mapping[str, Tensor]:
    """The library's ImageNet weights, fetched once into torch's own cache."""
    if (url := NETS[name].url) is None:
        raise ValueError(f"there are no ImageNet weights of {name}")
    fetch = partial(torch.hub.load_state_dict_from_url, progress=False, check_hash=True, map_location="cpu")
    try:
        found: Mapping[str, Tensor] = fetch(url, weights_only=True)
    except OSError as error:  # urllib's errors among them
        raise ConnectionError(
            f"{name}'s ImageNet weights could not be fetched ({type(error).__name__}). Offline, put "
            f"{url.rsplit('/', 1)[-1]} somewhere and give pretrained= its path, or None for random weights"
        ) from error
    return found
