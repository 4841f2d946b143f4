"""The scripts by others that the book serves are the published files, unchanged."""

from __future__ import annotations

import hashlib

from sbirlib import runs

DIGESTS = {
    "embed-amd.js": "ca87dff57c70ffb2658794fde0eab0e27e5f5472a1f5df7ab2b08e1039fc4b72",
    "fonts/1551f4f60c37af51121f.woff2": "9834b82ad26e2a37583d22676a12dd2eb0fe7c80356a2114d0db1aa8b3899537",
    "fonts/7a3337626410ca2f4071.woff2": "e42a88444448ac3d60549cc7c1ff2c8a9cac721034c073d80a14a44e79730cca",
    "fonts/d878b0a6a1144760244f.woff2": "8ea8791754915a898a3100e63e32978a6d1763be6df8e73a39d3a90d691cdeef",
    "require.js": "c1fc6b1d53af7522f78d664922abb32acac64ed0ecccb8f907f1e6fc7262563a",
}


def test_they_are_unchanged_and_each_is_licensed() -> None:
    folder = runs.path("book", "_static", "vendor")
    files = [file for file in folder.rglob("*") if file.suffix in (".js", ".woff2")]
    assert {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files} == DIGESTS
    readme, licences = ((folder / name).read_text() for name in ("README.md", "LICENSES.txt"))
    assert all(name in readme for name in ("require.js", "embed-amd.js", "fonts/*.woff2"))
    assert all(name in licences for name in ("require.js", "embed-amd.js", "fonts/*.woff2"))
