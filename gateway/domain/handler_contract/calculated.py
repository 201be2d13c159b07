"""Columns of a form that nobody is asked for: they are worked out of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Protocol

from gateway.domain.datasets.column_kinds import Amount, WholeNumber
from gateway.domain.datasets.dataset import Column
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence

#: What a column that is worked out may speak of beside the others: the day of storing.
TODAY = "today"
#: A number of more digits before its point is none of any column: `calculated: ref` may be a text.
_WHOLE_DIGITS = 18
#: No traps: whatever a citizen has typed, nothing raises while they wait.
_ARITHMETIC = Context(prec=60, traps=[])


class Expression(Protocol):
    """How a value is worked out: the language of conditions is that of menus."""

    @property
    def names(self) -> tuple[str, ...]:
        """Returns of what it is worked out."""
        ...

    def value(self, values: Mapping[str, str]) -> str:
        """Returns what it comes to, as text; empty for a sum of what is no number."""
        ...


def wrong(calculated: Mapping[str, Expression], columns: Mapping[str, Column]) -> Sentence | None:
    """Returns what is wrong with what columns are worked out of; None where all can be."""
    for name, expression in calculated.items():
        if columns[name].required:
            return Sentence("Column '%(name)s' is worked out, so it may be empty.", name=name)
        for part in expression.names:
            if part in calculated or part not in {*columns, TODAY}:
                asked = _asked(calculated, columns)
                return Sentence(
                    "'%(name)s' is worked out of '%(part)s', which nobody is asked for."
                    "%(proposal)s",
                    name=name,
                    part=part,
                    proposal=did_you_mean(part, asked),
                )
            if part in columns and columns[part].personal and not columns[name].personal:
                return Sentence(
                    "'%(name)s' is worked out of '%(part)s', which is `personal`: so is it.",
                    name=name,
                    part=part,
                )
    return None


def _asked(calculated: Collection[str], columns: Mapping[str, Column]) -> list[str]:
    return [name for name in columns if name not in calculated]


def value_of(column: Column, value: str) -> str:
    """Returns a value that was worked out as its column has it; empty where it is none of those."""
    match column.kind:
        case Amount(places=places):
            value = _rounded(value, places)
        case WholeNumber():
            value = _rounded(value, 0)
        case _:
            pass
    if not value or len(value) > column.max or column.kind.wrong(value):
        return ""
    return value


def _rounded(value: str, places: int) -> str:
    """Returns a number with so many decimals at most; what is none stays what it is.

    Empty where it has more digits before its point than a number of any column.
    """
    whole, _, decimals = value.removeprefix("-").partition(".")
    if not (whole + decimals).isdecimal() or len(decimals) <= places:
        return value
    if len(whole) > _WHOLE_DIGITS:
        return ""
    step = Decimal(1).scaleb(-places)
    rounded = f"{Decimal(value).quantize(step, ROUND_HALF_UP, _ARITHMETIC):f}"
    text = rounded.rstrip("0").rstrip(".") if "." in rounded else rounded
    return "0" if text == "-0" else text
