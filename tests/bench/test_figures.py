"""The bench's arithmetic: spreads, targets, the order of rounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Findings, Spread, Target, goals, interleaved, percentile


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_a_median_lies_between_the_least_and_the_most(rounds: list[int]) -> None:
    spread = Spread.of(rounds)

    assert spread.least <= spread.median <= spread.most


def test_each_round_begins_with_another_and_has_all() -> None:
    assert interleaved(["a", "b", "c"], 4) == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]


@pytest.mark.parametrize(
    ("found", "bound", "at_least", "met"),
    [
        (0.5, 0.5, True, True),
        (0.49, 0.5, True, False),
        (20.0, 20.0, False, True),
        (20.1, 20.0, False, False),
    ],
)
def test_a_target_is_met_on_its_own_side_only(
    found: float, bound: float, at_least: bool, met: bool
) -> None:
    target = Target(what="x", found=found, bound=bound, at_least=at_least)

    assert target.met is met
    assert target.shown().startswith("met" if met else "MISSED")


def test_the_table_of_goals_has_each_with_its_verdict_the_missed_first() -> None:
    one = Target(what="a turn", found=310.0, bound=300.0, at_least=False, unit=" µs")
    two = Target(what="turns", found=1234.5, bound=500.0, at_least=True)

    table = goals([Findings("A", (), targets=[two]), Findings("B", (), targets=[one, two])])

    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert rows == [
        "| a turn | 310 µs | <= 300 µs | **missed** | B |",
        "| turns | 1,234 | >= 500 | met | A |",
        "| turns | 1,234 | >= 500 | met | B |",
    ]
    assert table.endswith("2 met, 1 missed.")


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(1, 101)], share) == value


def test_a_percentile_of_nothing_is_zero() -> None:
    assert percentile([], 0.99) == 0.0
