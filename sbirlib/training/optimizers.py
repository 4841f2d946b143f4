"""An optimizer a player, and its state as tensors and plain values: no pickles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

from sbirlib.models.contract import Group, Player, Recipe

OPTIMIZERS = ("adamw", "adam", "sgd")


def optimizer(player: Player, recipe: Recipe, rates: Mapping[str, float]) -> Optimizer | None:
    """The player's optimizer; `rates` are by group and override all others. None where nothing learns."""
    groups: list[dict[str, Any]] = []
    met: set[int] = set()
    for group in player.groups:
        own = [each for each in group.parameters if each.requires_grad]
        if twice := met & {id(each) for each in own}:
            raise ValueError(f"group {group.name!r} has {len(twice)} parameters that another group has, too")
        met |= {id(each) for each in own}
        if own:
            rate = rate_of(group, player, recipe, rates)
            decay = recipe.weight_decay if group.weight_decay is None else group.weight_decay
            groups.append({"params": own, "lr": rate, "full": rate, "weight_decay": decay, "name": group.name})
    if not groups:
        return None
    name = player.optimizer or recipe.optimizer
    if name == "sgd":
        return SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.nesterov)
    if name not in OPTIMIZERS:
        raise ValueError(f"an optimizer is one of {', '.join(OPTIMIZERS)}; got {name!r}")
    kind = AdamW if name == "adamw" else Adam
    on = next(iter(groups[0]["params"])).device.type
    return kind(groups, lr=recipe.lr, betas=recipe.betas, fused=on in ("cpu", "cuda"))


def rate_of(group: Group, player: Player, recipe: Recipe, rates: Mapping[str, float]) -> float:
    """The first that is given: by the group's name, by its family's (towers, for towers/gains), by the group, ..."""
    given = (rates.get(group.name), rates.get(family(group.name)), group.lr, player.lr, recipe.lr)
    return next(each for each in given if each is not None)


def family(name: str) -> str:
    return name.rpartition("/")[0] or name


def refuse_unknown(rates: Mapping[str, float], players: Iterable[Player]) -> None:
    """Stop where a rate is for a group that nobody has."""
    names = {group.name for player in players for group in player.groups}
    if unknown := sorted(set(rates) - names - set(map(family, names))):
        raise ValueError(
            f"rates are by group, {', '.join(sorted(names)) or 'and none learns'}; got {', '.join(unknown)}"
        )


def set_height(optimizer: Any, share: float) -> None:
    """Every group at this share of its full rate."""
    for group in optimizer.param_groups:
        group["lr"] = group["full"] * share


def optimizer_tensors(optimizers: Mapping[str, Any]) -> dict[str, Tensor]:
    """All that optimizers remember, by "player/number/name". Rates follow from the step and are not kept."""
    return {
        f"{player}/{number}/{name}": value.detach() if isinstance(value, Tensor) else torch.tensor(value)
        for player, one in optimizers.items()
        for number, state in one.state_dict()["state"].items()
        for name, value in state.items()
        if value is not None  # sgd without momentum
    }


def set_optimizer_tensors(optimizers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """The other way round."""
    for player, one in optimizers.items():
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            whose, number, name = key.rsplit("/", 2)
            if whose == player:
                state.setdefault(int(number), {})[name] = value
        one.load_state_dict({"state": state, "param_groups": one.state_dict()["param_groups"]})
