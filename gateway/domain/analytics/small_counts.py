"""Small counts are not shown by themselves: with other knowledge they tell of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

#: Under this name stands what is shown together since it is too little to be shown apart.
OTHERS = "(others)"


def shown_apart(
    rows: Mapping[str, T],
    number_of: Callable[[T], int],
    together: Callable[[T, T], T],
    fewest: int,
) -> Mapping[str, T]:
    """Returns the rows that are large enough, and all others as one.

    If the others are fewer than `fewest` even so, the smallest row that is shown joins them: else
    whoever knows the whole would reckon them by taking the rest away. Where even all together are
    too few, nothing is shown.

    >>> shown_apart({"en": 50, "sw": 12, "fr": 3}, int, int.__add__, 10)
    {'en': 50, '(others)': 15}
    >>> shown_apart({"en": 4, "sw": 3}, int, int.__add__, 10)
    {}
    """
    ordered = sorted(rows.items(), key=lambda row: (-number_of(row[1]), row[0]))
    large = [(name, row) for name, row in ordered if number_of(row) >= fewest]
    small = [row for name, row in ordered if 0 < number_of(row) < fewest]
    if not small:
        return dict(large)
    others = small[0]
    for row in small[1:]:
        others = together(others, row)
    while number_of(others) < fewest and large:
        others = together(others, large.pop()[1])
    shown = dict(large)
    if number_of(others) >= fewest:
        shown[OTHERS] = others
    return shown
