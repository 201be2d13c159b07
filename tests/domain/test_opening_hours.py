"""When a service is open: spans over midnight, holidays, and clocks that are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.menu.opening_hours import Holidays, OpeningHours, Span, easter_sunday

NAIROBI = ZoneInfo("Africa/Nairobi")
CASABLANCA = ZoneInfo("Africa/Casablanca")
CAIRO = ZoneInfo("Africa/Cairo")

#: Morning and afternoon on five days, and Saturday until noon.
OFFICE: tuple[tuple[Span, ...], ...] = (
    *(((480, 750), (810, 1020)),) * 5,
    ((480, 720),),
    (),
)
DAILY: tuple[tuple[Span, ...], ...] = (((1200, 1800),),) * 7
ALWAYS: tuple[tuple[Span, ...], ...] = (((0, 1440),),) * 7


def at(written: str, zone: ZoneInfo = NAIROBI) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone)


def opening(hours: OpeningHours, written: str, zone: ZoneInfo = NAIROBI) -> str:
    found = hours.next_opening(at(written, zone))
    return f"{found:%Y-%m-%dT%H:%M}" if found is not None else ""


@pytest.mark.parametrize(
    ("week", "written", "is_open"),
    [
        (OFFICE, "2026-11-30T08:00", True),  # a Monday
        (OFFICE, "2026-11-30T07:59", False),
        (OFFICE, "2026-11-30T12:29", True),
        (OFFICE, "2026-11-30T12:30", False),  # the end is not in it
        (OFFICE, "2026-11-30T13:30", True),
        (OFFICE, "2026-12-05T11:59", True),
        (OFFICE, "2026-12-05T12:00", False),
        (OFFICE, "2026-12-06T10:00", False),
        (DAILY, "2026-12-06T23:59", True),  # 20:00 to 06:00
        (DAILY, "2026-12-07T00:00", True),
        (DAILY, "2026-12-07T05:59", True),
        (DAILY, "2026-12-07T06:00", False),
        (ALWAYS, "2026-12-07T00:00", True),
        (ALWAYS, "2026-12-07T23:59", True),
    ],
)
def test_a_service_is_open_within_its_spans(
    week: tuple[tuple[Span, ...], ...], written: str, is_open: bool
) -> None:
    assert is_open == OpeningHours(week=week).is_open(at(written))


CHRISTMAS = Holidays(
    yearly=frozenset({"12-25", "12-26", "02-29"}),
    dated=frozenset({"2026-03-20"}),
    easter=frozenset({-2, 1}),
    sunday_moves=True,
)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        ("2026-12-25", True),
        ("2026-12-24", False),
        ("2022-12-25", True),  # a Sunday, and kept on Monday, too
        ("2022-12-26", True),
        ("2021-12-26", True),  # a Sunday
        ("2021-12-27", True),
        ("2026-12-27", False),  # the day before is a Saturday
        ("2026-03-20", True),
        ("2027-03-20", False),
        ("2026-04-03", True),  # Good Friday
        ("2026-04-05", False),  # Easter itself is not named
        ("2026-04-06", True),
        ("2028-02-29", True),
        ("2027-03-01", False),
    ],
)
def test_holidays_are_fixed_of_one_year_or_counted_from_easter(day: str, is_one: bool) -> None:
    assert is_one == CHRISTMAS.has(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("year", "easter"), [(2024, "03-31"), (2025, "04-20"), (2027, "03-28"), (2038, "04-25")]
)
def test_easter_is_that_of_the_gregorian_calendar(year: int, easter: str) -> None:
    assert easter == f"{easter_sunday(year):%m-%d}"


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    hours = OpeningHours(week=DAILY, holidays=Holidays(yearly=frozenset({"12-25"})))

    assert hours.is_open(at("2026-12-25T03:00"))  # since Christmas Eve
    assert not hours.is_open(at("2026-12-25T21:00"))
    assert not hours.is_open(at("2026-12-26T03:00"))


@pytest.mark.parametrize(
    ("holidays", "written", "opens"),
    [
        (Holidays(), "2026-11-30T07:00", "2026-11-30T08:00"),
        (Holidays(), "2026-11-30T12:45", "2026-11-30T13:30"),
        (Holidays(), "2026-12-05T12:00", "2026-12-07T08:00"),  # from Saturday noon to Monday
        (CHRISTMAS, "2026-12-24T18:00", "2026-12-28T08:00"),
        (CHRISTMAS, "2026-04-02T17:00", "2026-04-04T08:00"),
        (Holidays(yearly=frozenset(f"{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 32))),
         "2026-11-30T07:00", ""),
    ],
)  # fmt: skip
def test_the_next_opening_is_told(holidays: Holidays, written: str, opens: str) -> None:
    assert opens == opening(OpeningHours(week=OFFICE, holidays=holidays), written)


def test_a_time_that_the_clock_leaves_out_is_the_first_moment_after_it() -> None:
    """In Cairo the clock goes from 24:00 of Thursday, 24 April 2026, to 01:00."""
    hours = OpeningHours(week=(((30, 300),),) * 7)

    assert not hours.is_open(at("2026-04-23T23:00", CAIRO))
    assert "2026-04-24T01:00" == opening(hours, "2026-04-23T23:00", CAIRO)
    assert hours.is_open(at("2026-04-24T01:00", CAIRO))


def test_an_hour_that_comes_twice_opens_the_first_time() -> None:
    """In Casablanca the clock goes back from 03:00 to 02:00 when Ramadan begins."""
    hours = OpeningHours(week=(((150, 300),),) * 7)
    before = datetime(2026, 2, 15, 0, 30, tzinfo=UTC).astimezone(CASABLANCA)

    found = hours.next_opening(before)

    assert found is not None
    assert datetime(2026, 2, 15, 1, 30, tzinfo=UTC) == found.astimezone(UTC)
    assert hours.is_open(found)


@pytest.mark.parametrize(
    ("week", "told"),
    [
        (OFFICE, []),
        (ALWAYS, []),  # one ends where the next begins
        (DAILY, []),
        ((((480, 780), (720, 1020)), *((),) * 6), [("mon", "08:00-13:00 and 12:00-17:00")]),
        ((((480, 720), (480, 720)), *((),) * 6), [("mon", "08:00-12:00 and 08:00-12:00")]),
        ((((1200, 1800),), ((300, 600),), *((),) * 5), [("tue", "20:00-06:00 and 05:00-10:00")]),
        ((((300, 600),), *((),) * 5, ((1200, 1800),)), [("mon", "20:00-06:00 and 05:00-10:00")]),
    ],
)
def test_spans_that_overlap_are_told(
    week: tuple[tuple[Span, ...], ...], told: list[tuple[str, str]]
) -> None:
    assert told == list(OpeningHours(week=week).overlaps())
