"""Photos as thumbnails: each is made and sent once, and the front end keeps it."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image

from sbirlib.pad.asking import Hit

SIDE = 96


def thumbnail(hit: Hit) -> bytes:
    """A photo as a small JPEG; one that can't be found any more is a grey square."""
    out = io.BytesIO()
    image = hit.picture(SIDE) or Image.new("RGB", (SIDE, SIDE), (128, 128, 128))
    image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


class Thumbnails:
    """Which photos the front end has."""

    def __init__(self) -> None:
        self.sent: set[str] = set()

    def new(self, hits: Iterable[Hit]) -> tuple[list[str], list[bytes]]:
        """The keys and the JPEGs of those that it lacks; from now on it has them."""
        missing = {hit.key: hit for hit in hits if hit.key not in self.sent}
        made = [thumbnail(hit) for hit in missing.values()]
        self.sent |= set(missing)
        return list(missing), made

    def forget(self) -> None:
        """A front end that has none has come."""
        self.sent.clear()
