from __future__ import annotations

from pathlib import Path

import pytest

import sbirlib as sb
from sbirlib.data import lexicon
from sbirlib.data.graph import graph_of
from sbirlib.data.lexicon import Book, found, wordnet

LICENCE = "".join(f"  {line} This software is provided as is | @ 00000000 n 0000  \n" for line in range(1, 8))
NAMES = [f"beast_{number}" for number in range(16)]
SYNSETS: dict[str, tuple[list[str], list[tuple[str, str]]]] = {
    "entity": (["entity"], [("~", "animal")]),
    "animal": (["animal", "animate_being"], [("@", "entity"), ("~", "mammal")]),
    "mammal": (["mammal"], [("@", "animal"), ("#m", "entity"), ("%p", "hair")]),
    "bat": (["bat", "chiropteran"], [("@", "mammal"), ("@", "flyer"), ("%p", "wing"), ("~", "cow")]),
    "flyer": (["flying_animal"], [("@", "animal")]),
    "club": (["bat", "lumber"], [("@", "entity")]),
    "cow": (["cow", *NAMES], [("@", "mammal"), ("+", "club")]),  # 17 words, which is 11 in the file
    "wing": (["wing"], [("@", "entity"), ("%s", "hair"), ("#p", "bat")]),
    "hair": (["hair"], [("@", "entity")]),
    "author": (["author"], [("@", "entity")]),
    "writer": (["Crane", "Stephen_Crane"], [("@i", "author")]),
    "crane": (["crane"], [("@", "flyer")]),
    "bottle": (["bottle"], [("@", "entity")]),
    "bear": (["teddy_bear"], [("@", "entity")]),
    "sausage": (["hotdog", "redhot"], [("@", "entity")]),
    "shirt": (["t-shirt"], [("@", "entity")]),
    "cherry": (["cherry"], [("@", "entity")]),
    "bus": (["bus"], [("@", "entity")]),
    "glass": (["glass"], [("@", "entity")]),
}
"""Words and pointers; a word's senses are in this order."""


def placed() -> dict[str, int]:
    """Where each line stands: all numbers have eight digits, wherever that is."""
    places, at = {}, len(LICENCE.encode())
    for name in SYNSETS:
        places[name] = at
        at += len(line_of(name, dict.fromkeys(SYNSETS, 0)).encode())
    return places


def line_of(name: str, places: dict[str, int]) -> str:
    words, pointers = SYNSETS[name]
    told = [f"{places[name]:08d} 05 n {len(words):02x}", *(f"{word} 0" for word in words), f"{len(pointers):03d}"]
    told += [f"{symbol} {places[to]:08d} {'v' if symbol == '+' else 'n'} 0000" for symbol, to in pointers]
    return " ".join(told) + f" | what a {name} is; or so | they say  \n"


def index() -> str:
    senses: dict[str, list[str]] = {}
    for name, (words, _) in SYNSETS.items():
        for word in words:
            senses.setdefault(word.lower(), []).append(name)
    lines = []
    for word, names in sorted(senses.items()):
        symbols = list(dict.fromkeys(symbol for name in names for symbol, _ in SYNSETS[name][1]))
        told = [word, "n", len(names), len(symbols), *symbols, len(names), 1, *(f"{AT[name]:08d}" for name in names)]
        lines.append(" ".join(map(str, told)) + "  \n")
    return "".join(lines)


AT = placed()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A WordNet of nineteen things, and no other in sight."""
    monkeypatch.delenv("WNSEARCHDIR", raising=False)
    monkeypatch.setattr(lexicon, "PLACES", (str(tmp_path / "nowhere"),))
    folder = tmp_path / "wordnet"
    folder.mkdir()
    (folder / "data.noun").write_bytes((LICENCE + "".join(line_of(name, AT) for name in SYNSETS)).encode())
    (folder / "index.noun").write_bytes((LICENCE + index()).encode())
    return folder


def titled(name: str) -> str:
    """How a thing is called that nobody has named."""
    return f"{SYNSETS[name][0][0].replace('_', ' ')} (n{AT[name]:08d})"


ABOVE_BAT = {
    ("bat", "is-a", titled("mammal")),
    ("bat", "is-a", titled("flyer")),
    (titled("mammal"), "is-a", titled("animal")),
    (titled("flyer"), "is-a", titled("animal")),
    (titled("animal"), "is-a", titled("entity")),
}
PARTS_OF_BAT = {("bat", "has-part", titled("wing")), (titled("mammal"), "has-part", titled("hair"))}


def test_a_name_brings_all_that_is_above_it_and_their_parts(root: Path) -> None:
    assert wordnet(["bat"], root) == graph_of(ABOVE_BAT | PARTS_OF_BAT)
    assert titled("flyer") == f"flying animal (n{AT['flyer']:08d})"


def test_names_are_used_wherever_their_thing_is_met(root: Path) -> None:
    found = wordnet(["animal", "bat", "wing"], root)
    named = {titled("animal"): "animal", titled("wing"): "wing"}
    expected = {(named.get(a, a), how, named.get(b, b)) for a, how, b in ABOVE_BAT | PARTS_OF_BAT}
    assert found == graph_of(expected | {("wing", "is-a", titled("entity"))})
    assert wordnet(["wing", "bat", "animal", "bat"], root) == found
    assert found.kinship(["bat"], ["animal"]).item() == 1


def test_an_instance_is_one_of_its_kind(root: Path) -> None:
    assert set(wordnet(["stephen crane"], root).triples) == {
        ("stephen crane", "is-a", titled("author")),
        (titled("author"), "is-a", titled("entity")),
    }


@pytest.mark.parametrize(
    ("name", "sense"),
    [
        ("bat", "bat"),
        ("Bat", "bat"),
        ("crane", "writer"),  # the first sense
        ("flying_animal", "flyer"),
        ("Flying  Animal", "flyer"),
        ("bat_(animal)", "bat"),
        ("flying (very) animal", "flyer"),
        ("teddy-bear", "bear"),
        ("hot-dog", "sausage"),
        ("t_shirt", "shirt"),
        ("T shirts", "shirt"),
        ("wine bottle", "bottle"),
        ("wine-bottles", "bottle"),
        ("cows", "cow"),
        ("cherries", "cherry"),
        ("glasses", "glass"),
        ("school bus", "bus"),
        ("beast 15", "cow"),
        ("yeti", None),
        ("bat yeti", None),
        ("()", None),
    ],
)
def test_a_name_may_be_spelt_in_many_ways(root: Path, name: str, sense: str | None) -> None:
    assert Book(root).sense(name) == (None if sense is None else AT[sense])


def test_a_wnid_says_which_sense_is_meant(root: Path) -> None:
    for sense in ("bat", "club", "crane"):
        assert Book(root).sense(f"n{AT[sense]:08d}") == AT[sense]
    club = f"n{AT['club']:08d}"
    assert wordnet([club, "bat"], root).of(club, "is-a") == (titled("entity"),)
    for wrong in (AT["club"] + 1, 0, 99_999_999):
        with pytest.raises(ValueError, match=f"WordNet has no noun for n{wrong:08d}"):
            wordnet([f"n{wrong:08d}"], root)


def test_two_names_for_one_thing_are_one_thing(root: Path) -> None:
    found = wordnet(["bat", "chiropteran", "cow"], root)
    assert [triple for triple in found.triples if "chiropteran" in triple] == [("chiropteran", "is-a", "bat")]
    assert found.kinship(["chiropteran"], ["bat", "cow"]).tolist() == [[1.0, pytest.approx(1 / 4)]]


def test_what_wordnet_does_not_have_is_named_or_skipped(root: Path) -> None:
    with pytest.raises(ValueError, match="no noun for yeti, troll: give their wnids, or skip=True"):
        wordnet(["yeti", "bat", "troll"], root)
    with pytest.raises(ValueError, match=r"no noun for a1, a2, a3, a4, a5 \.\.\.: give"):
        wordnet([f"a{number}" for number in range(1, 7)], root)
    found = wordnet(["yeti", "bat", "troll"], root, skip=True)
    things = {(name, "is-a", f"{name}, whatever it is") for name in ("yeti", "troll")}
    assert found == graph_of(ABOVE_BAT | PARTS_OF_BAT | things)
    with pytest.raises(TypeError, match="a list of names was expected; got 'bat'"):
        wordnet("bat", root)


def test_its_folder_is_looked_for(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match=r"a folder with index.noun and data.noun; looked in .*nowhere\."):
        found(None)
    monkeypatch.setenv("WNSEARCHDIR", str(root))
    assert found(None) == root
    empty = tmp_path / "nowhere"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match="nowhere"):  # the one that is asked for, or none
        found(empty)
    (empty / "index.noun").write_bytes((root / "index.noun").read_bytes())
    monkeypatch.delenv("WNSEARCHDIR")
    with pytest.raises(FileNotFoundError, match=r"looked in .*nowhere\."):  # half of it
        found(None)
    (empty / "data.noun").write_bytes((root / "data.noun").read_bytes())
    assert wordnet(["bat"]) == wordnet(["bat"], root)


def test_what_it_says_reaches_a_benchmark(root: Path) -> None:
    bench = sb.load("world", split="mixed", per_class=4, size=8)
    known = bench.knowing(sb.data.wordnet(["bat", "cow"], root), skip=True)
    assert known.graph is not None
    assert ("bat", "is-a", titled("mammal")) in known.graph.triples
    assert set(known.seen_classes) <= set(known.graph.nodes)


def test_the_real_one() -> None:
    try:
        root = found(None)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    graph = wordnet(["cow", "bat", "n02012849", "wine bottle", "hot-dog", "car_(sedan)"], root)
    above = {name: {tail for how, tail in graph.known(name) if how == "is-a"} for name in ("cow", "bat")}
    assert {"animal (n00015388)", "placental (n01886756)", "entity (n00001740)"} <= above["cow"] & above["bat"]
    assert "wing (n02151625)" in graph.of("bat", "has-part")
    assert "wading bird (n02000954)" in graph.of("n02012849", "is-a")  # the crane that flies
    assert graph.kinship(["cow"], ["bat", "wine bottle", "cow"]).tolist() == [[0.0, 0.0, 1.0]]
