from __future__ import annotations

import inspect

from sbirlib.data.world.kinds import kinds
from sbirlib.data.world.programs import PROGRAMS


def test_every_family_is_in_use_and_has_only_settings_with_defaults() -> None:
    assert set(PROGRAMS) == {kind.family for kind in kinds().values()}
    for name, program in PROGRAMS.items():
        figure, *settings = inspect.signature(program).parameters.values()
        assert figure.name == "f"
        assert all(type(s.default) in (float, int, str, bool) for s in settings), name
