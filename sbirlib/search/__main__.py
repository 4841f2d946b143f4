"""`python -m sbirlib.search --gallery FOLDER --sketch FILE`: the photos in a folder that a drawing is of."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from torch import Tensor

from sbirlib.data.reading import read_photo, read_sketch
from sbirlib.encoders import clip
from sbirlib.models import FrozenCLIP
from sbirlib.models.contract import Model
from sbirlib.runs.files import write_atomic
from sbirlib.search.folder import index_folder
from sbirlib.search.page import page
from sbirlib.training.saved import restore

EXAMPLES = """
examples:
  python -m sbirlib.search --gallery photos --sketch boat.png
  python -m sbirlib.search --gallery photos --text "a photo of a boat" --sketch boat.png -k 20 --html found.html
  python -m sbirlib.search --gallery photos --sketch boat.png --start ViT-B-32 --pretrained open_clip_weights
  python -m sbirlib.search --gallery photos --sketch boat.png --weights trained.safetensors

The starts that come with the book know its drawn world: for real photos give a CLIP's weights, or a model of yours.
The folder's index is made once, and brought up to date when photos come, go or change.
"""


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sbirlib.search",
        description="Find the photos in a folder that a sketch, a photo or a text is of.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--gallery", required=True, metavar="FOLDER", help="photos, at any depth")
    for kind, what in (("sketch", "a drawing"), ("photo", "another photo")):
        parser.add_argument(f"--{kind}", metavar="FILE", help=f"{what} to search by")
    parser.add_argument("--text", metavar="WORDS", help="what to search for; several kinds at once are added up")
    parser.add_argument("-k", type=int, default=10, help="how many photos (10)")
    parser.add_argument("--start", metavar="NAME", help="a CLIP: tiny, tiny-sketchy, or one of open_clip's (tiny)")
    parser.add_argument("--pretrained", metavar="FILE", help="its weights: a file or folder, or a tag to download")
    parser.add_argument("--weights", metavar="FILE", help="a model that was trained from that start and saved")
    parser.add_argument("--index", metavar="FILE", help="where the index is kept (hidden, beside the photos)")
    parser.add_argument("--html", metavar="FILE", help="write a page with the photos")
    parser.add_argument("--json", metavar="FILE", help="write what was found; - prints it in place of the list")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options()
    asked = parser.parse_args(arguments)
    if asked.sketch is None and asked.photo is None and asked.text is None:
        parser.error("a search is by --sketch, --photo or --text, or by several of them")
    try:
        search(asked)
    except (ValueError, TypeError, OSError, ModuleNotFoundError, RuntimeError) as error:
        print(f"sbirlib.search: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def search(asked: argparse.Namespace) -> None:
    check(asked)
    model = the_model(asked)
    if asked.text is not None and not hasattr(model, "embed_text"):
        raise ValueError(f"{type(model).__name__} has no words: it can't be searched by text")
    queries: dict[str, Any] = {}
    for kind, read in (("sketch", read_sketch), ("photo", read_photo)):
        if (file := getattr(asked, kind)) is not None:
            queries[kind] = read(file, model.size)
    if asked.text is not None:
        queries["text"] = asked.text
    indexed = index_folder(model, asked.gallery, asked.index)
    for line in indexed.skipped:
        print(f"skipped: {readable(line)}", file=sys.stderr)
    hits = indexed.gallery.search(**queries, k=asked.k)
    about = {
        "query": {kind: getattr(asked, kind) for kind in queries},
        "gallery": asked.gallery,
        "photos": len(indexed.gallery),
        "model": type(model).__name__,
        "start": str(model.config["encoder"]),
        "digest": indexed.gallery.digest,
    }
    found = [{"rank": hit.rank, "score": round(hit.score, 6), "file": hit.metadata["file"]} for hit in hits]
    written = json.dumps({**about, "hits": found, "skipped": list(indexed.skipped)}, indent=1)
    if asked.html is not None:
        shown = {kind: what if isinstance(what, str) else picture(what) for kind, what in queries.items()}
        note = f"{about['photos']:,} photos of {asked.gallery}, by {about['model']} from {about['start']}."
        write_atomic(asked.html, readable(page(shown, hits, note)))
        print(f"written: {Path(asked.html)}", file=sys.stderr)
    if asked.json not in (None, "-"):
        write_atomic(asked.json, f"{written}\n")
    if asked.json == "-":
        print(written)
        return
    for hit in hits:
        print(f"{hit.rank:>3}  {hit.score:.3f}  {readable(hit.metadata['file'])}")


def check(asked: argparse.Namespace) -> None:
    """What can be said before a model is loaded, and thousands of photos are indexed, is said here."""
    if asked.k < 1:
        raise ValueError(f"-k is 1 or more; got {asked.k}")
    if asked.text is not None and not asked.text.strip():
        raise ValueError("--text takes words; got none")
    for option, file in (("--html", asked.html), ("--json", asked.json)):
        if file not in (None, "-") and not Path(file).absolute().parent.is_dir():
            raise ValueError(f"{option}: there is no folder {Path(file).parent}")


def readable(text: str) -> str:
    """File names that are no Unicode with a mark in the place of what can't be printed."""
    return os.fsencode(text).decode(errors="replace")


def the_model(asked: argparse.Namespace) -> Model:
    """The start itself, or what was trained from it."""
    if asked.weights is not None:
        return restore(asked.weights, asked.start, asked.pretrained)
    return FrozenCLIP(clip(asked.start or "tiny", asked.pretrained)).eval()


def picture(pixels: Tensor) -> Image.Image:
    return Image.fromarray(pixels.permute(1, 2, 0).numpy())


if __name__ == "__main__":
    sys.exit(main())
