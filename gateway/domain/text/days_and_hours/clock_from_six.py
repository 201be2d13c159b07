"""The clock that begins at six: in Swahili and Amharic 13:05 is the fifth minute after seven.

The day begins with the light. Its first hour ends at 7:00 of other clocks, and the night has twelve
hours again, so the part of the day always stands beside the hour. The parts are those of Unicode
CLDR (`dayPeriods`), but that Swahili says asubuhi from six on, as timetables do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_HALF = 12


class Saying(NamedTuple):
    """How a language says a time: whole hours, hours with minutes, and a span of two times.

    `parts` are the parts of the day, each with the hour from 0 to 23 at which it begins.
    """

    parts: tuple[tuple[int, str], ...]
    whole: str
    minutes: str
    span: str


#: The languages that can be shown by this clock.
SAYINGS: Mapping[str, Saying] = {
    "sw": Saying(
        parts=(
            (0, "usiku"),
            (4, "alfajiri"),
            (6, "asubuhi"),
            (12, "mchana"),
            (16, "jioni"),
            (19, "usiku"),
        ),
        whole="saa {hour} {part}",
        minutes="saa {hour}:{minute:02} {part}",
        span="{first} hadi {last}",
    ),
    "am": Saying(
        parts=((0, "ከሌሊቱ"), (6, "ከጠዋቱ"), (12, "ከቀኑ"), (18, "ከምሽቱ")),
        whole="{part} {hour} ሰዓት",
        minutes="{part} {hour}:{minute:02}",
        span="{first} እስከ {last}",
    ),
}


def hour_from_six(hour: int) -> int:
    """Returns what an hour from 0 to 23 is called.

    >>> [hour_from_six(hour) for hour in (0, 6, 7, 13, 18, 23)]
    [6, 12, 1, 7, 12, 5]
    """
    return (hour + 5) % _HALF + 1


def said(language: str, hour: int, minute: int) -> str:
    """Returns a time as the language says it; raises KeyError for one without this clock.

    >>> said("sw", 13, 5), said("am", 13, 5), said("sw", 8, 0)
    ('saa 7:05 mchana', 'ከቀኑ 7:05', 'saa 2 asubuhi')
    """
    saying = _saying(language)
    part = next(word for begins, word in reversed(saying.parts) if begins <= hour)
    pattern = saying.minutes if minute else saying.whole
    return pattern.format(hour=hour_from_six(hour), minute=minute, part=part)


def said_span(language: str, first: str, last: str) -> str:
    """Returns two times, already said, as the span between them."""
    return _saying(language).span.format(first=first, last=last)


def has_this_clock(language: str) -> bool:
    """Returns whether the parts of the day are known in a language."""
    return language.partition("-")[0] in SAYINGS


def _saying(language: str) -> Saying:
    return SAYINGS[language.partition("-")[0]]
