"""A day behind each of several values is of that value alone, in whatever words it is written."""

from __future__ import annotations

import pytest

from gateway.domain.commands.many_values import many_within
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.screens import InputScreen
from tests.domain.menus import text

CANDIDATE = InputScreen(
    id="result.candidate",
    text=text("Number?"),
    accepts=Accepts(kind="digits", minimum=8, maximum=8),
    goto="result.born",
    many=3,
)
BORN = InputScreen(
    id="result.born", text=text("Born?"), accepts=Accepts(kind="date"), goto="result.find"
)


@pytest.mark.parametrize(
    "day", ["15012006", "15/1/2006", "15.1.2006", "15 1 2006", "15 Jan 2006", "January 15, 2006"]
)
def test_a_day_stays_whole_behind_its_value(day: str) -> None:
    words = f"10224009 3/6/2007 10224016 {day}, 2024".split()

    given = many_within(CANDIDATE, "en", words, BORN)

    assert given is not None
    assert ["10224009", "10224016"] == list(given.own)
    assert ("2024",) == given.left
