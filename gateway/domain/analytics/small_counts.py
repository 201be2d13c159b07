"""Small counts are not shown by themselves: with other knowledge they tell of a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

T = TypeVar("T")
Name = TypeVar("Name")

#: Under this name stands what is shown together since it is too little to be shown apart.
OTHERS = "(others)"


def shown_apart(
    rows: Mapping[str, T],
    number_of: Callable[[T], int],
    together: Callable[[T, T], T],
    fewest: int,
) -> Mapping[str, T]:
    """Returns the rows that are large enough, and all others as one, with what is called `OTHERS`.

    If the others are fewer than `fewest` even so, the smallest row that is shown joins them: else
    whoever knows the whole would reckon them by taking the rest away. Where even all together are
    too few, nothing is shown.

    >>> shown_apart({"en": 50, "sw": 12, "fr": 3}, int, int.__add__, 10)
    {'en': 50, '(others)': 15}
    >>> shown_apart({"en": 4, "sw": 3}, int, int.__add__, 10)
    {}
    """
    ordered = sorted(rows.items(), key=lambda row: (-number_of(row[1]), row[0]))
    large = [(name, row) for name, row in ordered if number_of(row) >= fewest and name != OTHERS]
    small = [
        row
        for name, row in ordered
        if number_of(row) > 0 and (number_of(row) < fewest or name == OTHERS)
    ]
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


def count_shown(number: int, fewest: int) -> int | None:
    """Returns a count; None where it is of some, and of fewer than `fewest`.

    >>> count_shown(0, 10), count_shown(3, 10), count_shown(10, 10)
    (0, None, 10)
    """
    return None if 0 < number < fewest else number


def hidden_parts(parts: Mapping[Name, int], fewest: int) -> Collection[Name]:
    """Returns which parts of a whole are not shown where the whole is.

    Those that are too few; and if these are too few together, the smallest of the others as well:
    else they would be what is left of the whole.

    >>> sorted(hidden_parts({"completed": 11, "dropped": 0, "failed": 1}, 10))
    ['completed', 'failed']
    >>> sorted(hidden_parts({"completed": 90, "dropped": 6, "failed": 4}, 10))
    ['dropped', 'failed']
    """
    hidden = {name for name, number in parts.items() if 0 < number < fewest}
    together = sum(parts[name] for name in hidden)
    for name, number in sorted(parts.items(), key=lambda part: part[1]):
        if not hidden or together >= fewest:
            break
        if name not in hidden and number:
            hidden.add(name)
            together += number
    return hidden
