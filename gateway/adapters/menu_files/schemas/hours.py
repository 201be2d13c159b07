"""The shapes of opening hours and holidays."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gateway.adapters.menu_files.schemas.parts import Said, Shape, Text
from gateway.adapters.yaml.validate import named, wrong
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.opening_hours import DAYS

_DAY = f"(?:{'|'.join(DAYS)})"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
#: A leap year: 02-29 is a day of some years.
_ANY_YEAR = 2028


def _lasts(span: str) -> str:
    begin, _, end = span.partition("-")
    if begin == end:
        raise wrong("003", Sentence("A span that ends when it begins is none."))
    return span


def _is_a_day(name: str) -> str:
    if not name.startswith("easter"):
        try:
            date.fromisoformat(name if len(name) > 5 else f"{_ANY_YEAR}-{name}")
        except ValueError:
            sentence = Sentence("There is no day '%(name)s'.", name=name)
            raise wrong("003", sentence) from None
    return name


def _listed(written: Any) -> Any:
    return [written] if isinstance(written, str) else written


def _under_open(written: Any) -> Any:
    """Says once where the days stand, instead of what each of them is not."""
    days = isinstance(written, dict) and any(re.match(_DAY, str(key).lower()) for key in written)
    if days:
        raise wrong("002", Sentence("The days stand under `open`: {mon-fri: [08:00-17:00]}."))
    return written


Days = Annotated[
    str, named(f"{_DAY}(?:-{_DAY})?", Sentence("is no day of the week: write mon, or mon-fri."))
]
Span = Annotated[
    str,
    named(f"{_CLOCK}-(?:{_CLOCK}|24:00)", Sentence("is no span of a day: write 08:00-12:30.")),
    AfterValidator(_lasts),
]
Spans = Annotated[
    list[Span],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=Span | list[Span]),
]
HolidayName = Annotated[
    str,
    named(
        r"(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}|easter(?:[+-][0-9]{1,2})?",
        Sentence("is no holiday: write 12-25, 2026-03-20, easter-2 or easter+1."),
    ),
    AfterValidator(_is_a_day),
]


class HoursShape(Shape):
    """When a service is open, by the clock of the deployment's time zone."""

    _days_stand_under_open = model_validator(mode="before")(_under_open)

    open: dict[Days, Spans] = Field(
        min_length=1, description="The days, as mon or mon-fri, each with its spans: 08:00-12:30."
    )
    holidays: Literal["closed", "open"] = Field(
        "closed", description="Whether it is open on the `holidays` of main.yaml."
    )
    when_closed: Literal["refuse", "notice"] = Field(
        "refuse",
        description="Whether nobody enters it then, or it says so above its first screen.",
    )
    text: Text | None = Field(
        None, description="Said while it is closed; `{opens}` is when it opens."
    )


class HolidaysShape(Shape):
    """The days on which public offices are closed."""

    days: dict[HolidayName, Said] = Field(
        min_length=1,
        description="A day to its name: 12-25 of each year, 2026-03-20 of one, "
        "easter-2 counted from Easter.",
    )
    sunday_moves: bool = Field(
        False, description="A day of each year that is a Sunday is kept on Monday, too."
    )
