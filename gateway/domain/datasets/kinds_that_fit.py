"""Whether all values of one kind are values of another: what is asked, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.domain.datasets.column_kinds import (
    Amount,
    ColumnKind,
    OneOf,
    Prose,
    Text,
    WholeNumber,
)


def covers(kind: ColumnKind, given: ColumnKind) -> bool:
    """Returns whether a column of a kind takes every value of the kind that is given.

    >>> covers(WholeNumber(1, 5), WholeNumber(1, 4)), covers(WholeNumber(1, 5), WholeNumber(0, 5))
    (True, False)
    """
    takes = _TAKES.get(type(kind))
    return kind == given if takes is None else takes(kind, given)


def _whole_number(kind: WholeNumber, given: ColumnKind) -> bool:
    if not isinstance(given, WholeNumber) or given.minimum < kind.minimum:
        return False
    if kind.maximum is None:
        return True
    return given.maximum is not None and given.maximum <= kind.maximum


def _amount(kind: Amount, given: ColumnKind) -> bool:
    if isinstance(given, WholeNumber):
        return given.minimum >= kind.minimum
    return (
        isinstance(given, Amount) and given.places <= kind.places and given.minimum >= kind.minimum
    )


def _one_of(kind: OneOf, given: ColumnKind) -> bool:
    return isinstance(given, OneOf) and set(given.values) <= set(kind.values)


#: Kinds that take more than their own like; any other takes one that is the same.
_TAKES: Mapping[type, Callable[[Any, ColumnKind], bool]] = {
    Text: lambda kind, given: True,
    Prose: lambda kind, given: True,
    WholeNumber: _whole_number,
    Amount: _amount,
    OneOf: _one_of,
}
