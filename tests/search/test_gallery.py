from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from sbirlib.data.reading import read_sketch
from sbirlib.embedding import embed_pixels
from sbirlib.models.fingerprints import fingerprint
from sbirlib.search import Codes, Exact, Gallery, Hits
from sbirlib.search import gallery as module
from tests.data.small import bench, images
from tests.search.small import Greys, grey_vector, units


@pytest.fixture
def made() -> Gallery:
    return Gallery(Greys(), images("photo"))


def grey_photo(grey: int) -> Image.Image:
    return Image.new("RGB", (20, 20), (grey, grey, grey))


def test_the_nearest_photos_come_with_key_score_rank_row_metadata_and_picture(made: Gallery) -> None:
    hits = made.search(photo=grey_photo(30), k=3)
    assert hits.rows == [30, 29, 31]  # 29 and 31 tie: the lower row first
    assert hits.keys == [images("photo").keys[row] for row in hits.rows]
    assert hits.scores == pytest.approx([1, math.cos(1 / 200), math.cos(1 / 200)], abs=1e-6)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0].metadata == {"class": images("photo").names[30]}
    picture = hits[1].picture(8)
    assert picture is not None
    assert picture.getpixel((0, 0)) == (29, 29, 29)
    assert repr(made) == "Gallery(60 items of 2 dimensions, by Greys, Exact)"


def test_one_query_gives_hits_and_several_a_list(made: Gallery) -> None:
    sketches = images("sketch")
    assert isinstance(made.search(photo=grey_photo(3)), Hits)
    found = made.search(sketches, k=1)
    assert [hits.rows for hits in found] == [[row] for row in range(60)]
    pixels = torch.full((2, 3, 20, 20), 7, dtype=torch.uint8)
    assert [hits[0].row for hits in made.search(photo=pixels, k=1)] == [7, 7]
    assert made.search(text="grey 12").rows[0] == 12
    assert [hits.rows[0] for hits in made.search(text=["grey 12", "grey 50"])] == [12, 50]
    assert made.search(vector=grey_vector(44)).rows[0] == 44
    assert made.search(sketches.take(slice(10, 11)), text="grey 20", k=1)[0].rows == [15]
    assert made.search(sketches.take(slice(10, 11)), text="grey 20", k=1, weights={"sketch": 9, "text": 1})[0].rows == [
        11
    ]


def test_a_drawn_sketch_is_read_as_a_sketch(made: Gallery) -> None:
    pixels = np.full((50, 50), 255, dtype=np.uint8)
    pixels[20:30, 10:40] = 0
    model = made.model
    assert model is not None
    vector = embed_pixels(model, read_sketch(pixels, 16)[None], "sketch")
    assert made.search(pixels).scores == made.search(vector=vector[0]).scores


def test_files_and_pixels_can_be_added_with_keys_and_metadata_of_ones_own(tmp_path: Path) -> None:
    gallery = Gallery(Greys())
    for grey in (10, 20):
        grey_photo(grey).save(tmp_path / f"{grey}.png")
    gallery.add([tmp_path / "10.png", str(tmp_path / "20.png")])
    gallery.add([grey_photo(30)], keys=["mine"], metadata=[{"price": 3, "tags": ("a", "b"), "where": Path("x")}])
    gallery.add(torch.full((1, 3, 20, 20), 40, dtype=torch.uint8))
    found = {hit.row: hit for hit in gallery.search(text="grey 10", k=4)}
    assert [found[row].key for row in range(4)] == [str(tmp_path / "10.png"), str(tmp_path / "20.png"), "mine", "3"]
    assert found[2].metadata == {"price": 3, "tags": ["a", "b"], "where": "x"}
    assert found[0].metadata == {"file": str(tmp_path / "10.png")}
    picture = found[1].picture(5)
    assert picture is not None
    assert picture.getpixel((0, 0)) == (20, 20, 20)
    assert found[3].picture() is None


def test_what_is_added_later_has_its_own_pictures_and_metadata(made: Gallery) -> None:
    photos = images("photo")
    parts = Gallery(Greys(), photos.take(slice(0, 7))).add(photos.take(slice(7, 40))).add(photos.take(slice(40, 60)))
    for grey in (0, 13, 59):
        one, two = (each.search(text=f"grey {grey}", k=60) for each in (made, parts))
        assert (one.keys, one.scores) == (two.keys, two.scores)
        assert [hit.picture(8).getpixel((0, 0)) for hit in two] == [(hit.row,) * 3 for hit in two]  # type: ignore[union-attr]
    vectors = Gallery().add_vectors(units(20, 4)[:9], digest="me", metadata=[{"i": i} for i in range(9)])
    vectors.add_vectors(units(20, 4)[9:], digest="me", metadata=[{"i": i} for i in range(9, 20)])
    hit = vectors.search(vector=units(20, 4)[17:18], k=20)[0][0]
    assert (hit.key, hit.row, hit.metadata) == ("17", 17, {"i": 17})


def test_a_gallery_sorted_by_class_teaches_its_codes_all_of_them() -> None:
    """What is learnt is learnt from all that is added at once, and not from the beginning."""
    engine = Codes(2)
    Gallery(engine=engine).add_vectors(torch.eye(4).repeat_interleave(100_000 // 4, 0), digest="x")
    assert engine.itq is not None
    assert torch.allclose(engine.itq.mean, torch.full((4,), 0.25), atol=0.02)


def test_vectors_are_brought_to_length_one(made: Gallery) -> None:
    made.add_vectors(1000 * grey_vector(30.4)[None], keys=["new"])
    assert made.search(text="grey 30.4", k=2).keys == ["new", images("photo").keys[30]]
    assert made.search(text="grey 30.4", k=1).scores == pytest.approx([1], abs=1e-6)


def test_saved_and_loaded_it_answers_the_same(made: Gallery, tmp_path: Path) -> None:
    file = made.save(tmp_path / "g.safetensors")
    again = Gallery.load(file, Greys())
    sketches = images("sketch")
    for one, two in zip(made.search(sketches), again.search(sketches), strict=True):
        assert (one.keys, one.scores, [h.metadata for h in one]) == (two.keys, two.scores, [h.metadata for h in two])
    assert again.search(text="grey 3")[0].picture() is None
    again.add(images("photo"))  # and it grows
    assert again.search(text="grey 3", k=2).rows == [3, 63]
    as_codes = Gallery.load(file, Greys(), engine=Codes(2))
    assert len(as_codes.search(text="grey 3", k=99)) == 60
    coded = Gallery.load(as_codes.save(tmp_path / "c.safetensors"), Greys())
    assert isinstance(coded.engine, Codes)
    assert coded.search(text="grey 3", k=99).rows == as_codes.search(text="grey 3", k=99).rows
    with pytest.raises(ValueError, match="binary codes and no vectors"):
        Gallery.load(tmp_path / "c.safetensors", Greys(), engine=Exact())


def test_without_the_model_it_is_searched_by_vector(made: Gallery, tmp_path: Path) -> None:
    again = Gallery.load(made.save(tmp_path / "g.safetensors"))
    assert again.search(vector=grey_vector(9)).rows[0] == 9
    with pytest.raises(ValueError, match=r"without its model is searched by vector= only; got photo="):
        again.search(photo=grey_photo(3))
    again.add_vectors(grey_vector(9)[None], digest=fingerprint(Greys()))
    with pytest.raises(ValueError, match=f"digest {fingerprint(Greys())}; got digest {fingerprint(Greys(0.5))}"):
        again.add_vectors(grey_vector(9)[None], digest=fingerprint(Greys(0.5)))


def test_another_models_vectors_and_files_are_refused_with_both_digests(made: Gallery, tmp_path: Path) -> None:
    mine, other = fingerprint(Greys()), fingerprint(Greys(0.5))
    file = made.save(tmp_path / "g.safetensors")
    with pytest.raises(ValueError, match=f"^g.safetensors was made with another model: Greys, digest {mine}.*{other}$"):
        Gallery.load(file, Greys(0.5))
    with pytest.raises(ValueError, match=f"another model: this one has digest {mine}; got digest {other}"):
        made.add_vectors(grey_vector(3)[None], digest=other)
    assert len(made) == 60


def test_a_model_that_has_learnt_since_is_another_one(made: Gallery) -> None:
    model = made.model
    assert isinstance(model, Greys)
    with torch.no_grad():
        model.shift += 0.1
    for act in (lambda: made.search(text="grey 3"), lambda: made.add(images("photo"))):
        with pytest.raises(ValueError, match="another model: the gallery was made with Greys, digest"):
            act()
    with torch.no_grad():
        model.shift.zero_()
    assert made.search(text="grey 3").rows[0] == 3


def test_all_weights_are_read_once_and_not_for_every_search(made: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fingerprint", lambda model: pytest.fail("the weights have not changed"))
    made.search(text="grey 3")
    made.add(images("photo"))


def test_k_is_one_or_more_and_beyond_the_gallery_gives_all_of_it(made: Gallery) -> None:
    assert sorted(made.search(text="grey 7", k=1000).rows) == list(range(60))
    for k in (0, -1):
        with pytest.raises(ValueError, match=f"k is 1 or more, and whole; got {k}"):
            made.search(text="grey 7", k=k)


def test_an_empty_gallery_says_so(tmp_path: Path) -> None:
    gallery = Gallery(Greys())
    assert repr(gallery) == "Gallery(empty, Exact)"
    assert len(gallery) == 0
    for act in (lambda: gallery.search(text="grey 3"), lambda: gallery.save(tmp_path / "g.safetensors")):
        with pytest.raises(ValueError, match="the gallery is empty"):
            act()
    for nothing in ([], images("photo").take(slice(0))):
        with pytest.raises(ValueError, match="nothing to add"):
            gallery.add(nothing)


@pytest.mark.parametrize(
    ("kind", "dials", "message"),
    [
        (ValueError, {"keys": ["a"]}, "keys has one entry an item, 60; got 1"),
        (ValueError, {"keys": "a" * 60}, "keys has one entry an item"),
        (ValueError, {"metadata": [{}] * 59}, "metadata has one entry an item, 60; got 59"),
        (TypeError, {"keys": list(range(60))}, "a key is a string; got 0"),
        (ValueError, {"metadata": [{"x": object()}] * 60}, "plain values by name, as JSON knows them; 'bat/0' has"),
        (ValueError, {"metadata": [{"x": math.nan}] * 60}, "plain values by name"),
    ],
)
def test_bad_keys_and_metadata_are_refused(kind: type[Exception], dials: dict[str, Any], message: str) -> None:
    gallery = Gallery(Greys())
    with pytest.raises(kind, match=message):
        gallery.add(images("photo"), **dials)
    assert len(gallery) == 0


def test_other_arguments_are_refused_in_a_line(made: Gallery) -> None:
    with pytest.raises(TypeError, match=r"a gallery takes a Model, or none; got a Linear$"):
        Gallery(torch.nn.Linear(2, 2))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"an engine is search.Exact\(\).*got str"):
        Gallery(Greys(), engine="exact")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"add takes an ImageSet, a list, or pixels.*got a str"):
        made.add("photo.jpg")
    with pytest.raises(ValueError, match="vectors have 2 dimensions; got 3"):
        made.search(vector=[1.0, 0, 0])
    with pytest.raises(ValueError, match="vectors have 2 dimensions; got 3"):
        made.add_vectors(torch.eye(3))
    with pytest.raises(ValueError, match=r"vectors \(n, d\) were expected, one or more; got \(2,\)"):
        made.add_vectors(torch.ones(2))
    with pytest.raises(ValueError, match="a gallery without a model needs to know what made its vectors"):
        Gallery().add_vectors(torch.eye(2))
    with pytest.raises(ValueError, match="a gallery without a model takes vectors"):
        Gallery().add(images("photo"))
    with pytest.raises(ValueError, match="number 1 has nan"):
        made.add_vectors(torch.tensor([[1.0, 0], [math.nan, 0]]))


def test_a_loaded_gallery_goes_into_an_empty_engine(made: Gallery, tmp_path: Path) -> None:
    file = made.save(tmp_path / "g.safetensors")
    with pytest.raises(ValueError, match="into an empty engine; this one holds 60 items already"):
        Gallery.load(file, made.model, engine=made.engine)


def test_a_photo_that_cannot_be_read_is_named_and_nothing_is_added(made: Gallery, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG no more")
    with pytest.raises(ValueError, match=r"^photo 1: .*bad.png can't be decoded"):
        made.add([grey_photo(3), tmp_path / "bad.png"])
    assert len(made) == 60


def test_a_hundred_queries_of_ten_thousand_take_well_under_a_second() -> None:
    gallery = Gallery()
    gallery.add_vectors(units(10_000, 64), digest="x")
    gallery.search(vector=units(2, 64))
    start = time.perf_counter()
    gallery.search(vector=units(100, 64, seed=1), k=10)
    assert time.perf_counter() - start < 1


def test_a_changed_setting_is_another_model() -> None:
    model = Greys()
    model.power = 1.0
    gallery = Gallery(model).add([np.full((16, 16), 40, dtype=np.uint8)])
    gallery.search(vector=grey_vector(40), k=1)
    model.power = 2.0
    with pytest.raises(ValueError, match="vectors of another model"):
        gallery.search(vector=grey_vector(40), k=1)


def test_a_first_add_that_fails_leaves_it_empty() -> None:
    gallery = Gallery(Greys(), engine=Codes(bits=2))
    with pytest.raises(ValueError, match="2 bits are learnt from more than 2 vectors; got 1"):
        gallery.add([np.full((16, 16), 40, dtype=np.uint8)])
    assert repr(gallery) == "Gallery(empty, Codes)"
    with pytest.raises(ValueError, match="the gallery is empty: there is nothing to save"):
        gallery.save("never.safetensors")


def test_pixels_of_the_models_size_are_taken_as_they_are() -> None:
    """As sb.evaluate takes them: what is handed over as a picture is read as a drawing, cut out and centred."""
    sketches = bench().sketches
    gallery = Gallery(Greys(), bench().photos)
    by_set = gallery.search(sketches.take([70]), k=3)[0]
    by_pixels = gallery.search(sketches.pixels([70], 16)[0], k=3)
    assert by_set.keys == by_pixels.keys
    assert by_set.scores == by_pixels.scores


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "3"])
def test_k_is_a_whole_number(k: Any) -> None:
    with pytest.raises(ValueError, match="k is 1 or more, and whole; got"):
        Gallery(Greys(), bench().photos).search(vector=grey_vector(40), k=k)


def test_weights_are_finite() -> None:
    gallery = Gallery(Greys(), bench().photos)
    with pytest.raises(ValueError, match="weights are finite numbers; got"):
        gallery.search(text="grey 40", vector=grey_vector(40), weights={"text": float("nan"), "vector": 1.0})
