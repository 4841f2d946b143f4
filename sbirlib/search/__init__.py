"""A gallery that can be searched by sketch, photo, text or vector, from a few photos to more than a machine holds.

    gallery = sb.Gallery(model, bench.unseen.photos)
    hits = gallery.search(sketch, k=10)

- `Gallery`   add, search, save, load; keys and metadata kept
- `Exact`     every row compared, the same answer however the work is cut: the default
- `Codes`     binary codes by ITQ, compared by the bits that differ; `Itq` makes them
- `Faiss`     FAISS, flat or in cells; an optional extra, imported only when one is made
- `Qdrant`    a vector database, embedded, on a server or on a cluster; an optional extra likewise
- `Hits`      what a search gives: `Hit`s with key, score, rank, row, metadata and picture
"""

from sbirlib.search.codes import Codes
from sbirlib.search.engine import Card, Engine, Item
from sbirlib.search.exact import Exact
from sbirlib.search.faiss import Faiss
from sbirlib.search.gallery import Gallery
from sbirlib.search.hits import Hit, Hits
from sbirlib.search.itq import Itq
from sbirlib.search.qdrant import Qdrant

__all__ = ["Card", "Codes", "Engine", "Exact", "Faiss", "Gallery", "Hit", "Hits", "Item", "Itq", "Qdrant"]
