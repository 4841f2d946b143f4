"""`python -m sbirlib.data check ROOT`: what is there, what is missing or wrong, and how to obtain it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sbirlib.data", description="Look after real data.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("check", help="compare a folder with what its benchmark should have")
    verb.add_argument("root", type=Path)
    verb.add_argument("--layout", help="sketchy, tuberlin, quickdraw, strokes or folder; by default it is recognised")
    verb.add_argument("--deep", action="store_true", help="decode every picture (minutes)")
    asked = parser.parse_args(arguments)

    from sbirlib.data.layouts.check import check

    try:
        report = check(asked.root.expanduser(), asked.layout, asked.deep)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
