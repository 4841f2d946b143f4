"""The one dial: `SBIR_PROFILE` decides how much is computed, and every size in the book follows from it here.

A notebook asks for a size by name and never asks which profile it runs in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """The sizes of one position of the dial."""

    name: str
    seeds: int
    """How many seeds a comparison is repeated with."""
    simulated_queries: int
    """Queries in a simulated ranking."""
    simulated_gallery: int
    """Gallery items in a simulated ranking."""
    simulated_per_class: int
    """Simulated sketches, and photos, of one class."""
    world_per_class: int
    """Instances of one class of the drawn world, each a photo and a sketch."""
    first_per_class: int
    """The same, in the first chapter."""
    pretraining_steps: int
    """Steps of the pretraining that a chapter shows."""
    pretraining_per_class: int
    trained_seeds: int
    """How many seeds a chapter trains a method with."""
    control_steps: int
    """Steps of a plain control that a chapter trains."""
    longest_training: int
    """The most steps that `fit` takes, whatever a recipe or a call asks for."""


PROFILES = {
    # every notebook well under a minute on two cores: what `pytest --nbmake` runs
    "smoke": Profile(
        "smoke",
        seeds=2,
        simulated_queries=20,
        simulated_gallery=2_000,
        simulated_per_class=12,
        world_per_class=10,
        first_per_class=10,
        pretraining_steps=3,
        pretraining_per_class=4,
        trained_seeds=2,
        control_steps=3,
        longest_training=3,
    ),
    # results worth printing, about three minutes a chapter on one core: what `make book` runs
    "book": Profile(
        "book",
        seeds=5,
        simulated_queries=300,
        simulated_gallery=10_453,
        simulated_per_class=80,
        world_per_class=120,
        first_per_class=60,
        pretraining_steps=100,
        pretraining_per_class=40,
        trained_seeds=3,
        control_steps=100,
        longest_training=100_000,
    ),
    # the papers' own settings, on real data and a GPU
    "paper": Profile(
        "paper",
        seeds=5,
        simulated_queries=3_000,
        simulated_gallery=10_453,
        simulated_per_class=80,
        world_per_class=400,
        first_per_class=400,
        pretraining_steps=3_500,
        pretraining_per_class=400,
        trained_seeds=3,
        control_steps=1_000,
        longest_training=10_000_000,
    ),
}


def profile(name: str | None = None) -> Profile:
    """The profile called `name`, or the one that `SBIR_PROFILE` names; without it, book: what the published pages show.

    >>> profile("smoke").seeds
    2
    """
    name = name or os.environ.get("SBIR_PROFILE") or "book"
    if name not in PROFILES:
        raise ValueError(f"SBIR_PROFILE is one of {', '.join(PROFILES)}; got {name!r}")
    return PROFILES[name]
