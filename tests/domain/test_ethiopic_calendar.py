"""Days of the Ethiopian calendar, there and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text.days_and_hours.ethiopic_calendar import (
    MONTHS,
    MONTHS_LATIN,
    from_ethiopic,
    to_ethiopic,
)


@pytest.mark.parametrize(
    ("ethiopic", "gregorian"),
    [
        ((2000, 1, 1), date(2007, 9, 12)),
        ((2016, 1, 1), date(2023, 9, 12)),  # the year after a leap day begins a day later
        ((2017, 1, 1), date(2024, 9, 11)),
        ((2015, 13, 6), date(2023, 9, 11)),
        ((2016, 4, 28), date(2024, 1, 7)),  # Christmas
        ((1888, 6, 23), date(1896, 3, 1)),  # the battle of Adwa
        ((1, 1, 1), date(8, 8, 27)),
    ],
)
def test_days_that_are_known_in_both_calendars(
    ethiopic: tuple[int, int, int], gregorian: date
) -> None:
    assert gregorian == from_ethiopic(*ethiopic)
    assert ethiopic == to_ethiopic(gregorian)


@given(st.dates(date(8, 8, 27)))
def test_every_day_comes_back(day: date) -> None:
    assert day == from_ethiopic(*to_ethiopic(day))


@given(st.dates(date(8, 8, 28)))
def test_days_follow_one_another(day: date) -> None:
    yesterday = to_ethiopic(date.fromordinal(day.toordinal() - 1))

    assert yesterday < to_ethiopic(day)


@pytest.mark.parametrize(
    "unknown",
    [(2000, 0, 1), (2000, 14, 1), (2000, 1, 31), (2000, 13, 6), (1999, 13, 7), (0, 1, 1),
     (2000, 1, 0),      (9999, 1, 1)],
)  # fmt: skip
def test_a_day_that_there_is_not_is_refused(unknown: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"calendar|later"):
        from_ethiopic(*unknown)


def test_a_day_before_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        to_ethiopic(date(8, 8, 26))


def test_there_are_thirteen_months_in_both_scripts() -> None:
    assert 13 == len(MONTHS) == len(MONTHS_LATIN)
