"""Turns are moved to the statistics in steps, so that the ticker can renew its lock in between."""

from __future__ import annotations

import pytest

from gateway.use_cases.ussd.store_turn_statistics import TURNS, StoreTurnStatistics


class Backlog:
    """Fits the `TurnLog` port; `left` records wait to be moved."""

    def __init__(self, left: int = 0) -> None:
        self.left = left
        self.asked: list[int] = []

    def drain(self, limit: int) -> int:
        self.asked.append(limit)
        moved = min(self.left, limit)
        self.left -= moved
        return moved


@pytest.mark.parametrize(
    ("left", "asked"), [(0, 1), (TURNS - 1, 1), (TURNS, 2), (2 * TURNS + 5, 3)]
)
def test_turns_are_moved_step_by_step_until_none_is_left(left: int, asked: int) -> None:
    backlog = Backlog(left)
    store = StoreTurnStatistics(turn_log=backlog)

    while store():
        pass

    assert 0 == backlog.left
    assert [TURNS] * asked == backlog.asked
