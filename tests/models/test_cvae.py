from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Pairs, Triplets
from sbirlib.models import CAAE, CVAE, Classes, FrozenCNN, Model, cvae
from tests.models.by_hand import DIM, Rows, frozen, louder, mean, numbers, scaled, through, tiny
from tests.models.contract import Contract, parameters

LATENT = 48


def built(kind: type[CVAE] = CVAE, **options: Any) -> CVAE:
    """A model without dropout or a batch's statistics, whose layers say more than fresh ones do."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = kind(tiny(), **options)
        model.setup(Classes(("cow", "owl")))
    return louder(model)


def a_batch() -> Pairs:
    """Features, as a network may have given them."""
    labels = torch.tensor([0, 1, 0, 0, 1])
    return Pairs(numbers(0), numbers(1), labels, torch.arange(5), [""] * 5, [""] * 5)


def squares(one: Rows, other: Rows) -> float:
    """The mean over all numbers."""
    return mean([(a - b) ** 2 for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)])


def beside(one: Rows, other: Rows) -> Rows:
    return [[*x, *y] for x, y in zip(one, other, strict=True)]


def rebuilt(model: CVAE, x: Rows, y: Rows, z: Rows) -> dict[str, float]:
    """From [z, x] to y', and from y' to x'."""
    made = through(model.decode, beside(z, x))
    return {"photos": squares(made, y), "check": squares(through(model.check, made), x)}


def encoded(model: CVAE, x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """[y, x] to mean and log variance."""
    assert model.encode is not None
    hidden = through(model.encode.body, beside(y, x))
    return through(model.encode.mean, hidden), through(model.encode.log_variance, hidden)


def bounded(rows: Rows) -> Rows:
    return [[math.tanh(value) for value in row] for row in rows]


class TestCVAE(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return CVAE(tiny())

    def test_it_rises_above_its_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        start, end = self.build(), self.build()
        self.train(start, frozen(), steps=0)
        run = self.train(end, frozen(), steps=100, batch=64)
        assert sb.evaluate(end, frozen())["mAP@all"] > sb.evaluate(start, frozen())["mAP@all"] + 0.03
        for loss in ("photos", "check", "prior"):
            assert run.history.entries[-1]["losses"][loss] < run.history.entries[0]["losses"][loss], loss


class TestRegression(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return CVAE(tiny(), latent=0)


class TestOfAClass(Contract):
    """With any photo of the class in place of the very one."""

    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return CVAE(tiny(), instances=False)

    @pytest.mark.parametrize("kind", [CVAE, CAAE])
    def test_it_takes_triplets_and_leaves_their_negatives(self, kind: type[CVAE]) -> None:
        pairs, model = a_batch(), built(kind, instances=False)
        triplets = Triplets(pairs.sketches, pairs.photos, numbers(7), pairs.labels, 1 - pairs.labels)
        assert (built(kind).kind, model.kind, kind.kind) == ("paired", "triplet", "paired")
        for player in model.players():
            found = []
            for each, batch in ((built(kind), pairs), (model, triplets)):
                torch.manual_seed(0)
                found.append(each.total(each.losses(batch, player)))
            assert torch.equal(*found)


class TestCAAE(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return CAAE(tiny())

    @pytest.mark.parametrize("player", ["makers", "judge"])
    def test_only_the_own_ones_move(self, player: str) -> None:
        """The other's rates are zero: what is still moved is the player's."""
        model = self.build()
        self.train(model, steps=0)
        before = {name: each.detach().clone() for name, each in model.named_parameters()}
        own = {id(each) for each in parameters(model.players()[player])}
        groups = [group.name for each in model.players().values() for group in each.groups]
        self.train(model, lr={group: 1e-2 * (group.split("/")[0] == player) for group in groups})
        moved = {name for name, each in model.named_parameters() if not torch.equal(each, before[name])}
        assert moved == {name for name, each in model.named_parameters() if id(each) in own}
        assert moved


class TestLosses:
    def test_each_is_what_its_formula_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the mean in place of the draw; both bounded by tanh."""
        monkeypatch.setattr(cvae, "drawn", lambda mean, log_variance: mean)
        model, batch = built(), a_batch()
        x, y = scaled(batch.sketches), scaled(batch.photos)
        means, logs = (bounded(rows) for rows in encoded(model, x, y))
        prior = mean(
            [
                sum(m * m + math.exp(v) - 1 - v for m, v in zip(*row, strict=True)) / 2
                for row in zip(means, logs, strict=True)
            ]
        )
        expected = rebuilt(model, x, y, means) | {"prior": prior}
        with torch.no_grad():
            found = model.losses(batch)
        assert {name: loss.item() for name, loss in found.items()} == pytest.approx(expected, rel=1e-5)
        total = expected["photos"] + expected["prior"] + 10 * expected["check"]
        assert model.total(found).item() == pytest.approx(total, rel=1e-5)

    def test_z_is_drawn_from_what_the_encoder_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One deviation above every mean, where each draw is 1."""
        monkeypatch.setattr(torch, "randn_like", torch.ones_like)
        model, batch = built(), a_batch()
        x, y = scaled(batch.sketches), scaled(batch.photos)
        means, logs = (bounded(rows) for rows in encoded(model, x, y))
        z = [[m + math.exp(v / 2) for m, v in zip(*row, strict=True)] for row in zip(means, logs, strict=True)]
        with torch.no_grad():
            found = model.losses(batch)
        for name, value in rebuilt(model, x, y, z).items():
            assert found[name].item() == pytest.approx(value, rel=1e-5)

    def test_every_step_draws_anew(self) -> None:
        model = built()
        torch.manual_seed(0)
        one, other = model.losses(a_batch()), model.losses(a_batch())
        assert not torch.equal(one["photos"], other["photos"])
        assert torch.equal(one["prior"], other["prior"])

    def test_the_prior_is_torchs(self) -> None:
        model, batch = built(), a_batch()
        means, logs = (
            torch.tensor(rows).tanh() for rows in encoded(model, scaled(batch.sketches), scaled(batch.photos))
        )
        standard = Normal(torch.zeros_like(means), torch.ones_like(means))
        expected = kl_divergence(Normal(means, logs.exp().sqrt()), standard).sum(dim=1).mean()
        torch.testing.assert_close(model.losses(batch)["prior"], expected, atol=1e-5, rtol=1e-4)

    @pytest.mark.parametrize(("high", "expected"), [(100.0, (1 + math.e - 1 - 1) / 2), (0.0, 0.0)])
    def test_the_prior_by_hand(self, high: float, expected: float) -> None:
        """However far the layers go, a mean is at least -1 and a log variance at most 1: in each of 48 directions
        1/2 (1 + e - 1 - 1). At 0 and 0 it is the standard one."""
        model = built()
        assert model.encode is not None
        with torch.no_grad():
            for layer, value in ((model.encode.mean, -high), (model.encode.log_variance, high)):
                layer.weight.zero_()
                layer.bias.fill_(value)
        assert model.losses(a_batch())["prior"].item() == pytest.approx(LATENT * expected, rel=1e-5, abs=1e-5)

    def test_each_weighs_what_is_said(self) -> None:
        for kind in (CVAE, CAAE):
            assert built(kind).weights == {"prior": 1.0, "check": 10.0}
            assert built(kind, prior=0.25, check=3.0).weights == {"prior": 0.25, "check": 3.0}

    def test_the_class_makes_no_difference(self) -> None:
        """And neither do words: a sketch and its photo are all there is."""
        model, batch = built(), a_batch()
        other = Pairs(
            batch.sketches, batch.photos, batch.labels * 0, batch.instances * 0, ["a cow"] * 5, ["an owl"] * 5
        )
        found = []
        for each in (batch, other):
            torch.manual_seed(0)
            found.append(model.total(model.losses(each)))
        assert torch.equal(*found)


class TestSearch:
    @pytest.mark.parametrize("kind", [CVAE, CAAE])
    def test_a_sketch_is_the_mean_of_what_is_made_up(self, kind: type[CVAE]) -> None:
        """Draw by draw, number by number: the mean comes first, and then the length."""
        model, asked = built(kind, draws=7), numbers(3, 2)
        assert model.noise.shape == (7, LATENT)
        found = model.embed(asked, "sketch")
        for place, x in enumerate(scaled(asked)):
            made = through(model.decode, [[*z, *x] for z in model.noise.tolist()])
            photo = [mean([row[j] for row in made]) for j in range(DIM)]
            length = math.sqrt(sum(value * value for value in photo))
            assert found[place].tolist() == pytest.approx([value / length for value in photo], rel=1e-3, abs=1e-5)

    @pytest.mark.parametrize("kind", [CVAE, CAAE])
    def test_it_has_one_embedding(self, kind: type[CVAE]) -> None:
        """Whatever was drawn before: the hundred are the same in every model, and as a file has them."""
        one = built(kind)
        first = one.embed(numbers(3), "sketch")
        torch.randn(7)
        assert torch.equal(one.embed(numbers(3), "sketch"), first)
        torch.manual_seed(99)
        assert torch.equal(kind(tiny()).noise, one.noise)
        assert torch.equal(one.state_dict()["noise"], one.noise)

    def test_making_them_moves_nobodys_numbers(self) -> None:
        with torch.random.fork_rng():
            after = []
            for draws in (1, 1000):
                torch.manual_seed(5)
                CVAE(tiny(), draws=draws)
                after.append(torch.rand(3))
        assert torch.equal(*after)

    def test_the_draws_are_from_the_prior(self) -> None:
        noise = built().noise
        assert noise.shape == (100, LATENT)
        assert noise.mean().item() == pytest.approx(0, abs=0.05)
        assert noise.std().item() == pytest.approx(1, abs=0.05)
        assert torch.cdist(noise, noise).fill_diagonal_(9).min() > 1
        assert not torch.equal(built(draws=5).embed(numbers(3), "sketch"), built().embed(numbers(3), "sketch"))

    @pytest.mark.parametrize("kind", [CVAE, CAAE])
    def test_photos_are_their_own_features(self, kind: type[CVAE]) -> None:
        model = built(kind)
        torch.testing.assert_close(model.embed(numbers(3), "photo"), normalize(numbers(3), dim=1))
        torch.testing.assert_close(model.embed(numbers(3), "photo"), FrozenCNN(tiny()).embed(numbers(3), "photo"))


class TestWithoutLatent:
    def test_it_is_a_regression(self) -> None:
        model, batch = built(latent=0), a_batch()
        x, y = scaled(batch.sketches), scaled(batch.photos)
        found = model.losses(batch)
        expected = rebuilt(model, x, y, [[]] * 5)
        assert {name: loss.item() for name, loss in found.items()} == pytest.approx(expected, rel=1e-5)
        assert torch.equal(model.losses(batch)["photos"], found["photos"])  # nothing is drawn
        assert model.encode is None

    def test_one_look_is_enough(self) -> None:
        model = built(latent=0)
        assert model.noise.shape == (1, 0)
        made = torch.tensor(through(model.decode, scaled(numbers(3))))
        torch.testing.assert_close(model.embed(numbers(3), "sketch"), normalize(made, dim=1), atol=1e-5, rtol=1e-4)


class TestAdversary:
    def test_the_makers_losses_are_what_the_formulas_say(self) -> None:
        """The encoder says z itself: no tanh, no draw; and the judge should take it for a draw."""
        model, batch = built(CAAE), a_batch()
        assert isinstance(model, CAAE)
        x, y = scaled(batch.sketches), scaled(batch.photos)
        z, _ = encoded(model, x, y)
        expected = rebuilt(model, x, y, z) | {"prior": mean([(row[0] - 1) ** 2 for row in through(model.judge, z)])}
        with torch.no_grad():
            found = model.losses(batch, "makers")
        assert {name: loss.item() for name, loss in found.items()} == pytest.approx(expected, rel=1e-5)
        total = expected["photos"] + expected["prior"] + 10 * expected["check"]
        assert model.total(found).item() == pytest.approx(total, rel=1e-5)

    def test_the_judge_tells_draws_from_what_the_encoder_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        draws = torch.randn(5, LATENT, generator=torch.Generator().manual_seed(3))
        monkeypatch.setattr(torch, "randn_like", lambda like: draws[: len(like), : like.shape[1]])
        model, batch = built(CAAE), a_batch()
        assert isinstance(model, CAAE)
        z, _ = encoded(model, scaled(batch.sketches), scaled(batch.photos))
        real, made = through(model.judge, draws.tolist()), through(model.judge, z)
        wrong = mean([(row[0] - 1) ** 2 for row in real]) + mean([row[0] ** 2 for row in made])
        found = model.losses(batch, "judge")
        assert set(found) == {"judge"}
        assert found["judge"].item() == pytest.approx(wrong / 2, rel=1e-5)

    def test_its_draws_are_new_every_time(self) -> None:
        model = built(CAAE)
        torch.manual_seed(0)
        assert not torch.equal(model.losses(a_batch(), "judge")["judge"], model.losses(a_batch(), "judge")["judge"])

    def test_what_is_lost_by_one_reaches_no_other(self) -> None:
        """The judge is asked by the makers, who must reach through it; the encoder is not the judge's."""
        for player, expected in {"makers": {"encode", "decode", "check", "judge"}, "judge": {"judge"}}.items():
            model = built(CAAE)
            model.total(model.losses(a_batch(), player)).backward()  # type: ignore[no-untyped-call]
            assert {name.split(".")[0] for name, each in model.named_parameters() if each.grad is not None} == expected

    def test_each_has_parameters_of_its_own(self) -> None:
        model = built(CAAE)
        names = {id(each): name for name, each in model.named_parameters()}
        owned = {
            player: {names[id(each)] for each in parameters(playing)} for player, playing in model.players().items()
        }
        assert not owned["makers"] & owned["judge"]
        assert {name.split(".")[0] for name in owned["judge"]} == {"judge"}
        assert {name.split(".")[0] for name in owned["makers"]} == {"encode", "decode", "check"}

    def test_nobody_asks_how_sure_the_encoder_is(self) -> None:
        for kind, learns in ((CVAE, True), (CAAE, False)):
            model = built(kind)
            assert model.encode is not None
            assert {each.requires_grad for each in model.encode.log_variance.parameters()} == {learns}
            assert all(each.requires_grad for each in model.encode.mean.parameters())


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (CVAE, {"latent": -1}, "latent is 0 or more and draws 1 or more; got -1 and 100"),
        (CVAE, {"draws": 0}, "latent is 0 or more and draws 1 or more; got None and 0"),
        (CAAE, {"draws": 0}, "latent is 0 or more and draws 1 or more; got None and 0"),
        (CAAE, {"latent": 0}, r"CAAE judges its latent, .*; CVAE\(latent=0\) has none"),
    ],
)
def test_wrong_settings_are_said(kind: type[CVAE], options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind(tiny(), **options)  # type: ignore[arg-type]
