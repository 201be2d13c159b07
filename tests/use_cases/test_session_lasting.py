"""How long a session has lasted is told of each turn: what blocks of time are charged by."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.clock import FixedClock
from tests.use_cases.rig import Rig


@pytest.fixture
def rig(database: Engine, clock: FixedClock) -> Rig:
    return Rig(database, clock)


def lasting(rig: Rig) -> list[tuple[int | None, int | None]]:
    """Returns of each turn how long its session had lasted, at the turn before and now."""
    return [(each.lasted_before, each.lasted) for each in rig.sessions.records]


def test_each_turn_tells_how_long_its_session_has_lasted(rig: Rig, clock: FixedClock) -> None:
    for seconds, typed in ((0, ""), (12, "1"), (30, "1*1")):
        clock.advance(seconds)
        rig.turn(typed)
    rig.turn("", session="s-2")

    assert [(None, 0), (0, 12), (12, 42), (None, 0)] == lasting(rig)


def test_a_turn_that_comes_again_is_told_once(rig: Rig, clock: FixedClock) -> None:
    rig.turn("")
    clock.advance(5)
    rig.turn("1")
    clock.advance(5)
    rig.turn("1")

    assert [(None, 0), (0, 5)] == lasting(rig)
