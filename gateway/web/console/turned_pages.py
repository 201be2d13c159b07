"""Lists that are longer than a page: which page is wanted, and whether one comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")

#: Rows of a page.
ROWS = 100
#: Whoever wants more than so many pages searches.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Turned(Generic[T]):
    """The rows of a page, its number, and whether there are more."""

    rows: Sequence[T]
    number: int
    more: bool


def asked_for(*names: str) -> dict[str, str]:
    """Returns what is asked for by the fields that a list has; the number of its page is one."""
    return {name: request.args[name] for name in (*names, "page") if name in request.args}


def wanted_page() -> int:
    """Returns the number of the page that is asked for, from 1 on."""
    given = request.args.get("page", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 1
    return min(max(number, 1), _MOST)


def skipped() -> int:
    """Returns how many rows stand on the pages before."""
    return (wanted_page() - 1) * ROWS


def full(found: Sequence[T]) -> Turned[T]:
    """Returns the page of what was found, where to ask for one row more would be to read it."""
    number = wanted_page()
    return Turned(found, number, len(found) == ROWS and number < _MOST)


def turned(found: Sequence[T]) -> Turned[T]:
    """Returns the page of what was found, of which one row more than `ROWS` was asked for."""
    number = wanted_page()
    return Turned(found[:ROWS], number, len(found) > ROWS and number < _MOST)
