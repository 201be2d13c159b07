"""Compiles the hours of a service and the holidays of a deployment."""

from __future__ import annotations

from gateway.adapters.menu_files.schemas.hours import HolidaysShape, HoursShape
from gateway.domain.menu.opening_hours import DAY_MINUTES, DAYS, Holidays, OpeningHours, Span
from gateway.domain.text.localised_text import LocalisedText

_EASTER = "easter"


def opening_hours(
    shape: HoursShape, holidays: Holidays, text: LocalisedText | None
) -> OpeningHours:
    """Returns the hours; a span that ends before it begins ends on the next day."""
    week: list[list[Span]] = [[] for _ in DAYS]
    for days, spans in shape.open.items():
        for number in _numbers(days):
            week[number].extend(_span(each) for each in spans)
    return OpeningHours(
        week=tuple(tuple(sorted(spans)) for spans in week),
        holidays=holidays if shape.holidays == "closed" else Holidays(),
        refuses=shape.when_closed == "refuse",
        text=text,
    )


def _numbers(days: str) -> list[int]:
    """Returns the days of a name, from 0 for Monday: `sat-mon` are three."""
    first, _, last = days.partition("-")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [number % 7 for number in range(begin, end + 1 if end >= begin else end + 8)]


def _span(written: str) -> Span:
    begin, end = (
        int(hour) * 60 + int(minute)
        for hour, _, minute in (each.partition(":") for each in written.split("-"))
    )
    return begin, end if end > begin else end + DAY_MINUTES


def holidays(shape: HolidaysShape | None) -> Holidays:
    """Returns the holidays; none where none are declared."""
    if shape is None:
        return Holidays()
    names = shape.days.keys()
    counted = [name.removeprefix(_EASTER) for name in names if name.startswith(_EASTER)]
    plain = [name for name in names if not name.startswith(_EASTER)]
    return Holidays(
        yearly=frozenset(name for name in plain if len(name) == len("12-25")),
        dated=frozenset(name for name in plain if len(name) != len("12-25")),
        easter=frozenset(int(days or 0) for days in counted),
        sunday_moves=shape.sunday_moves,
    )
