from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from toy import SEEN, UNSEEN, VALIDATING, Contrast, Game, Still, Toy, bench, made, same

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.roles import TRAIN
from sbirlib.models.contract import Classes, Model, Recipe
from sbirlib.training.fitting import Run, fit, known_classes


def short(model: Any, data: Benchmark | None = None, **options: Any) -> Run:
    return fit(model, data or bench(), **{"steps": 3, "batch": 8, **options})


def test_a_seed_gives_the_same_run_again() -> None:
    torch.manual_seed(1)
    one = short(made(Toy), seed=3)
    torch.manual_seed(2)  # whatever numbers the caller has
    two = short(made(Toy), seed=3)
    assert same(one.model, two.model)
    assert one.history.entries == two.history.entries


def test_another_seed_gives_another_run() -> None:
    one, two = (short(made(Toy), seed=seed) for seed in (0, 1))
    assert one.history.entries[0]["losses"] != two.history.entries[0]["losses"]
    assert not same(one.model, two.model)


def test_heads_that_setup_makes_hang_on_the_seed() -> None:
    def head(seed: int) -> torch.Tensor:
        weight: torch.Tensor = short(made(Toy), seed=seed, steps=0).model.heads.weight
        return weight

    assert torch.equal(head(0), head(0))
    assert not torch.equal(head(0), head(1))


def test_the_callers_random_numbers_go_on_as_if_nothing_had_been() -> None:
    torch.manual_seed(4)
    np.random.seed(4)  # noqa: NPY002 - the global one is what is looked at
    expected, also = torch.rand(3), np.random.rand(3)  # noqa: NPY002
    torch.manual_seed(4)
    np.random.seed(4)  # noqa: NPY002
    model, data = Toy(), bench()
    torch.manual_seed(4)
    short(model, data, seed=9, validate=1)
    assert torch.equal(torch.rand(3), expected)
    assert np.array_equal(np.random.rand(3), also)  # noqa: NPY002


def test_they_do_so_after_an_error_too() -> None:
    torch.manual_seed(4)
    expected = torch.rand(3)
    model, data = Toy(), bench()
    torch.manual_seed(4)
    with pytest.raises(ValueError, match="a batch takes 300"):
        short(model, data, batch=600)
    assert torch.equal(torch.rand(3), expected)


def learnable(images: ImageSet, classes: tuple[str, ...]) -> set[int]:
    chosen = (images.roles == TRAIN) & np.isin(images.names, classes)
    return set(images.rows[chosen].tolist())


@pytest.mark.parametrize("kind", [Toy, Contrast, Still])
def test_nothing_is_looked_at_but_what_may_be_learnt_from(kind: type[Model]) -> None:
    data = bench()
    fit(made(kind), data, epochs=2, batch=8)
    for images in (data.sketches, data.photos):
        asked = images.pictures.asked  # type: ignore[attr-defined]
        assert asked == learnable(images, SEEN)


def test_with_validation_its_classes_are_only_scored_on() -> None:
    data, shown, names = bench(), set(), []
    tuning = data.tuning

    class Watched(Toy):
        def setup(self, classes: Classes) -> None:
            super().setup(classes)
            names.append(classes.names)

        def losses(self, batch: Any, player: str = "model") -> dict[str, torch.Tensor]:
            shown.update(tuple(image.flatten().tolist()) for image in batch.images)
            return super().losses(batch, player)

    fit(made(Watched), data, epochs=1, batch=8, augment=0.0, validate=4)
    kept = tuple(name for name in SEEN if name not in VALIDATING)
    assert names == [kept]
    allowed: set[tuple[int, ...]] = set()
    for images, part in ((data.sketches, tuning.unseen.sketches), (data.photos, tuning.unseen.photos)):
        rows = learnable(images, kept)
        pixels = torch.from_numpy(images.pictures.pixels(np.array(sorted(rows)), 8)).permute(0, 3, 1, 2)
        allowed |= {tuple(image.flatten().tolist()) for image in pixels}
        asked = images.pictures.asked  # type: ignore[attr-defined]
        assert asked == rows | set(part.rows.tolist())  # and nothing that anybody tests on
        tested = {row for row, name in zip(images.rows, images.names, strict=True) if name in UNSEEN}
        assert asked.isdisjoint(tested)
    assert shown == allowed


def test_a_model_knows_the_seen_classes_alone() -> None:
    known = known_classes(bench())
    assert known.names == SEEN
    assert known.prompts[0] == "a photo of an ant"
    assert known.graph is None
    world = sb.load("world", split="mixed", per_class=2)
    known = known_classes(world)
    assert known.graph is not None
    assert known.vectors is not None
    assert len(known.names) == len(known.prompts) == len(known.vectors)
    nodes = set(known.graph.nodes)
    assert nodes.isdisjoint(world.unseen_classes)
    assert set(known.names) <= nodes


def test_classes_may_be_given() -> None:
    model = made(Toy)
    given = Classes(tuple(name.upper() for name in SEEN), vectors=torch.eye(6))
    run = short(model, classes=given)
    assert model.classes is given
    assert run.record.config["classes"][0] == [name.upper() for name in SEEN]


def test_what_a_call_says_comes_before_the_recipe() -> None:
    recipe = Recipe(epochs=3, batch=4, lr=0.5, accumulate=2, schedule="linear", warmup=0.0, augment=0.25)
    run = fit(made(Toy), bench(), recipe=recipe, steps=2, batch=6, lr=0.25, accumulate=1, augment=0.0)
    assert run.recipe == Recipe(steps=2, batch=6, lr=0.25, schedule="linear", warmup=0.0, augment=0.0)
    assert run.history.curve("lr")[1] == [0.25, 0.125]


def test_the_profile_chooses_the_recipe_and_ends_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Two(Toy):
        paper: ClassVar[Recipe] = Recipe(steps=2, batch=4)
        small: ClassVar[Recipe] = Recipe(steps=5, batch=8)

    for profile, steps, batch in (("paper", 2, 4), ("book", 5, 8), ("smoke", 3, 8)):
        monkeypatch.setenv("SBIR_PROFILE", profile)
        run = fit(made(Two), bench())
        assert (len(run.history), run.recipe.batch) == (steps, batch)


def test_a_run_in_bf16_and_one_in_float32_can_follow_each_other() -> None:
    types = []

    class Watched(Toy):
        def losses(self, batch: Any, player: str = "model") -> dict[str, torch.Tensor]:
            types.append(self.map(batch.images.float().flatten(1)).dtype)
            return super().losses(batch, player)

    exact = short(made(Watched))
    rough = short(made(Watched), precision="bf16")
    again = short(made(Watched))
    assert types == [torch.float32] * 3 + [torch.bfloat16] * 3 + [torch.float32] * 3
    assert same(exact.model, again.model)
    assert not same(exact.model, rough.model)
    assert all(value.dtype == torch.float32 for value in rough.model.parameters())
    assert rough.history.curve()[1] == pytest.approx(exact.history.curve()[1], rel=0.05)


def test_more_workers_change_nothing() -> None:
    one = short(made(Toy), workers=0)
    two = short(made(Toy), workers=2)
    assert same(one.model, two.model)


def test_a_model_of_its_own_data_needs_no_benchmark() -> None:
    run = fit(Game(), steps=2)
    assert run.record.world == ""
    assert [step for step, *_ in run.model.turns] == [0, 1]


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        (Toy, {"bench": None}, "Toy learns from captioned batches of a benchmark; got bench=None"),
        (Toy, {"validate": 0}, "validate and patience are counted from 1; got 0 and None"),
        (Toy, {"validate": 1, "patience": 0}, "validate and patience are counted from 1; got 1 and 0"),
        (Toy, {"patience": 2}, "patience counts validations: say how often with validate"),
        (Game, {"bench": None, "validate": 1}, "validate needs a benchmark with validation classes; got bench=None"),
        (Toy, {"bench": bench(validating=()), "validate": 1}, "noise/all was loaded without validation classes"),
        (Toy, {"every": 2}, "measure says what to look at, and every after how many steps: give both or none"),
        (Toy, {"measure": lambda model: {}, "every": 0}, "every is a number of steps, from 1; got 0"),
        (Toy, {"steps": 2, "epochs": 1}, "a recipe's length is in steps or in epochs"),
        (Toy, {"recipe": Recipe(lr=0.1), "steps": None}, "a recipe has a length, in steps or in epochs, and this one"),
        (Toy, {"checkpoint": 0}, "checkpoint is a number of steps, from 1; got 0"),
        (Toy, {"dials": {"mixt": 0.5}}, "the dials of batches are .*mix.*; got mixt"),
        (Toy, {"dials": {"views": 2}}, "captioned batches have no use for views"),
        (Toy, {"trackers": ["wandb"]}, r"a tracker is one of tensorboard .*; got wandb"),
        (Toy, {"trackers": ["tensorboard"]}, "trackers write to the run's folder: give fit a folder"),
        (Toy, {"precision": "fp16"}, "fp16 is for GPUs"),
        (Toy, {"precision": "fp8"}, "precision is no .* got 'fp8'"),
        (Toy, {"lr": {"maps": 1.0}}, "rates are by group, .*; got maps"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_trained(
    kind: type[Model], options: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBIR_DEVICE", "cpu")
    model = made(kind)
    model.losses = None
    with pytest.raises(ValueError, match=words):
        fit(model, **{"bench": bench(), "steps": 2, **options})


def test_what_else_is_measured_is_logged_and_changes_nothing(tmp_path: Path) -> None:
    modes = []

    def measure(model: Model) -> dict[str, float]:
        modes.append(model.training)
        torch.rand(3)
        return {"norm": model.embed(torch.zeros(1, 3, 8, 8, dtype=torch.uint8), "photo").norm()}  # type: ignore[dict-item]

    plain = short(made(Toy), steps=5)
    looked = short(made(Toy), steps=5, measure=measure, every=2, folder=tmp_path)
    assert same(plain.model, looked.model)
    steps, norms = looked.history.curve("norm")
    assert steps == [1, 3, 4]  # after two steps, after four, and at the end
    assert norms == pytest.approx([1.0] * 3)
    assert modes == [False] * 3
    again = short(made(Toy), steps=5, folder=tmp_path)
    assert again.history.curve("norm") == (steps, norms)


def test_a_run_says_what_it_was() -> None:
    assert repr(short(made(Toy))).startswith("Toy: 3 steps in ")
    assert "the best one after " in repr(short(made(Toy), validate=1))


def test_what_is_no_model_and_no_benchmark_is_refused(tmp_path: Path) -> None:
    anything: Any = bench()
    with pytest.raises(TypeError, match=r"fit trains a Model, such as .*; got a Benchmark$"):
        fit(anything, bench())
    with pytest.raises(TypeError, match="got the class Toy, not one that was made"):
        fit(Toy, bench())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"fit learns from a Benchmark, such as .*; got a str, 'world'"):
        fit(made(Toy), "world")  # type: ignore[arg-type]
    (tmp_path / "notes").write_text("")
    with pytest.raises(ValueError, match="folder is a folder, or a name for a new one; got the file"):
        short(made(Toy), folder=tmp_path / "notes")
    with pytest.raises(TypeError, match="rates by group are numbers; got model='1e-3'"):
        short(made(Toy), lr={"model": "1e-3"})


def test_one_tracker_may_stand_alone() -> None:
    with pytest.raises(ValueError, match=r"got wandb$"):
        short(made(Toy), trackers="wandb")
