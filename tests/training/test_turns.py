from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn
from toy import SIDE, Contrast, Duel, Game, Spoilt, Toy, bench, made, same

from sbirlib.data.batching import batches
from sbirlib.models.contract import Group, Model, Player, Recipe, decayed
from sbirlib.training.accelerating import accelerator
from sbirlib.training.fitting import fit, known_classes
from sbirlib.training.turns import Turns


def test_those_who_take_fewer_steps_come_last_in_a_round_and_each_moves_its_own() -> None:
    game = Game()
    fit(game, steps=7)
    assert [(step, who) for step, who, *_ in game.turns] == [
        (0, "low"), (1, "low"), (2, "low"), (2, "high"),
        (3, "low"), (4, "low"), (5, "low"), (5, "high"), (6, "low"),
    ]  # fmt: skip
    low, high, expected = 1.0, 1.0, []
    for step, who, *_ in game.turns:
        expected.append((step, who, low, high))
        if who == "low":
            low -= 0.1 * high  # the slope of low * high
        else:
            high += 0.5 * low  # it has a rate of its own, and takes its turn after the other has moved
    for found, wanted in zip(game.turns, expected, strict=True):
        assert found == pytest.approx(wanted)
    assert (game.low.item(), game.high.item()) == pytest.approx((low, high))


class Pulled(Model):
    """Parameters that are pulled up with a slope of 1."""

    kind: ClassVar[str] = "none"
    small: ClassVar[Recipe] = Recipe(steps=1, batch=1, lr=0.5, optimizer="sgd", momentum=0.0, weight_decay=0.0,
                                     schedule="constant", warmup=0.0, clip=None)  # fmt: skip

    def __init__(self, fast: float | None = None, slow: float | None = None, slope: float = 1.0) -> None:
        super().__init__(size=SIDE)
        self.fast, self.slow = nn.Parameter(torch.zeros(2, 2)), nn.Parameter(torch.zeros(2))
        self.rates, self.slope = (fast, slow), slope

    def players(self) -> dict[str, Player]:
        groups = [Group("fast", [self.fast], self.rates[0]), Group("slow", [self.slow], self.rates[1])]
        return {"model": Player(groups)}

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        return {"height": -self.slope * (self.fast.sum() + self.slow.sum())}


def moved(model: Pulled) -> tuple[float, float]:
    return model.fast[0, 0].item(), model.slow[0].item()


def test_groups_move_at_their_own_rates() -> None:
    model = Pulled(fast=1.0, slow=1e-5)
    fit(model)
    assert moved(model) == pytest.approx((1.0, 1e-5))


def test_rates_by_name_override_the_groups_own() -> None:
    model = Pulled(fast=1.0, slow=1e-5)
    fit(model, lr={"slow": 0.25})
    assert moved(model) == pytest.approx((1.0, 0.25))


def test_one_rate_is_for_groups_that_have_none() -> None:
    model = Pulled(slow=1e-5)
    fit(model, lr=2.0)
    assert moved(model) == pytest.approx((2.0, 1e-5))


def test_a_rate_for_a_group_that_nobody_has_is_refused() -> None:
    with pytest.raises(ValueError, match="rates are by group, fast, slow; got quick"):
        fit(Pulled(), lr={"quick": 1.0, "fast": 1.0})


def test_rates_follow_the_schedule_in_every_group() -> None:
    model = Pulled(fast=1.0, slow=0.1)
    recipe = replace(Pulled.small, steps=4, schedule="linear", warmup=0.5)
    run = fit(model, recipe=recipe)
    heights = [0.5, 1.0, 1.0, 0.5]
    assert moved(model) == pytest.approx((sum(heights), 0.1 * sum(heights)))
    assert run.history.curve("lr")[1] == pytest.approx([0.5 * height for height in heights])


def test_a_long_gradient_is_clipped_and_a_short_one_is_not() -> None:
    length = math.sqrt(6)  # six parameters, each with a slope of 1
    for slope, clip, expected in ((1.0, 1.0, 1 / length), (0.1, 1.0, 0.1), (1.0, None, 1.0), (10.0, 2.0, 2 / length)):
        model = Pulled(fast=1.0, slow=1.0, slope=slope)
        fit(model, recipe=replace(Pulled.small, clip=clip))
        assert moved(model) == pytest.approx((expected, expected), rel=1e-5)


def test_only_weights_decay() -> None:
    class Resting(Pulled):
        def players(self) -> dict[str, Player]:
            return {"model": Player(decayed(self.named_parameters()))}

        def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
            return {"nothing": 0.0 * (self.fast.sum() + self.slow.sum())}

    for optimizer in ("adamw", "sgd"):
        model = Resting()
        with torch.no_grad():
            model.fast.fill_(1.0)
            model.slow.fill_(1.0)
        fit(model, recipe=replace(Pulled.small, weight_decay=0.1, optimizer=optimizer, lr=0.5))
        assert moved(model) == pytest.approx((1 - 0.5 * 0.1, 1.0))


def test_two_half_batches_in_a_step_are_one_batch() -> None:
    """For losses that are means over items: triplets, whose batches are cuts of one stream."""

    class Mean(Contrast):
        def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
            sketches, photos = self.embed(batch.sketches, "sketch"), self.embed(batch.photos, "photo")
            return {"far": 1 - (sketches * photos).sum(1).mean() * self.log_scale}

    for kind, equal in ((Mean, True), (Contrast, False)):  # a contrastive loss contrasts inside one batch
        whole = fit(made(kind), bench(), steps=4, batch=16)
        halves = fit(made(kind), bench(), steps=4, batch=8, accumulate=2)
        near = all(
            torch.allclose(a, b, atol=1e-6)
            for a, b in zip(whole.model.parameters(), halves.model.parameters(), strict=True)
        )
        assert near == equal
        if equal:
            assert whole.history.curve()[1] == pytest.approx(halves.history.curve()[1], abs=1e-6)


def test_what_is_minimised_is_the_weighted_sum() -> None:
    one, two = made(Toy), made(Toy)
    two.weights = {"size": 0.0}
    runs = [fit(model, bench(), steps=2, batch=8) for model in (one, two)]
    for run, weight in zip(runs, (1.0, 0.0), strict=True):
        for entry in run.history:
            losses = entry["losses"]
            assert entry["total"] == pytest.approx(losses["classes"] + weight * losses["size"], rel=1e-6)
    assert not same(one, two)


@pytest.mark.parametrize("accumulate", [1, 2])
@pytest.mark.parametrize(
    ("where", "words"), [("loss", "the loss size is nan"), ("gradient", r"the gradient is (inf|nan)")]
)
@pytest.mark.parametrize("clip", [1.0, None])
def test_what_is_not_finite_stops_the_run_before_anything_is_moved(
    where: str, words: str, accumulate: int, clip: float | None
) -> None:
    model, data = made(Spoilt, 2, where), bench()
    recipe = replace(Toy.small, clip=clip, accumulate=accumulate, batch=8, schedule="constant", warmup=0.0)
    fine = fit(made(Toy), data, recipe=recipe, steps=2)
    with pytest.raises(FloatingPointError, match=rf"^step 2: {words}; the batch: step \d+ of seed 0: .*sketch"):
        fit(model, data, recipe=recipe, steps=4)
    for (name, weight), kept in zip(model.named_parameters(), fine.model.parameters(), strict=True):
        assert torch.equal(weight, kept), name


def test_an_infinite_loss_is_named_too() -> None:
    class Overflowing(Pulled):
        def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
            return {"height": self.fast.sum() + torch.inf}

    with pytest.raises(
        FloatingPointError, match="step 0: the loss height is inf; the batch: step 0 of seed 7: 1 to make"
    ):
        fit(Overflowing(), seed=7)


def test_a_sum_that_overflows_is_named_too() -> None:
    model = Pulled()
    model.weights = {"height": math.inf}
    with torch.no_grad():
        model.fast.fill_(1.0)
    with pytest.raises(FloatingPointError, match="step 0: the sum of losses is -inf"):
        fit(model)


def test_a_players_trouble_bears_its_name() -> None:
    class Lost(Game):
        def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
            return {"value": super().losses(batch, player)["value"] * (torch.nan if player == "high" else 1.0)}

    game = Lost()
    with pytest.raises(FloatingPointError, match="step 2: the loss high/value is nan"):
        fit(game)
    assert game.high.item() == 1.0


def test_in_fp16_an_infinite_gradient_is_the_scalers_affair() -> None:
    """It leaves such a step out and goes on with a smaller scale; there is no scaler on a CPU."""
    data, recipe, machine = bench(), replace(Toy.small, precision="fp16"), accelerator("no", (), None)
    batch = batches(data, "captioned", batch=8)[0]
    model, lost = made(Spoilt, 0, "gradient"), made(Spoilt, 0)
    for each in (model, lost):
        each.setup(known_classes(data))
    entry = Turns(model, recipe, machine, {}).take(0, 1.0, [batch], str)
    assert set(entry["losses"]) == {"classes", "size", "flat"}
    with pytest.raises(FloatingPointError, match="the loss size is nan; the batch: 0"):  # which no scale can mend
        Turns(lost, recipe, machine, {}).take(0, 1.0, [batch], str)


def test_players_log_their_losses_under_their_names() -> None:
    run = fit(made(Duel), bench(), steps=2, batch=8)
    first, second = (set(entry["losses"]) for entry in run.history)
    assert first == {"features/classes", "features/size", "features/fooled"}
    assert second == first | {"critic/told"}
    entry = run.history.entries[1]
    assert entry["total"] == pytest.approx(sum(entry["losses"].values()), rel=1e-5)


def test_a_loss_of_a_batch_that_is_no_scalar_is_refused() -> None:
    class Long(Pulled):
        def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
            return {"height": self.fast.sum(0)}

    with pytest.raises(ValueError, match=r"losses are scalars; got height \(2,\)"):
        fit(Long())
