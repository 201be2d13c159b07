"""How much an input screen takes, from what is written about it."""

from __future__ import annotations

from gateway.domain.answers import Accepts

#: `length`, `min`, `max`, as written or None.
Written = tuple[int | None, int | None, int | None]

#: One SMS.
LONGEST = 160
#: What the check of an integer takes.
GREATEST_INTEGER = 999_999_999_999


class BadBounds(ValueError):
    """The keys contradict each other; `key` is the one to point at."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def accepts(kind: str, written: Written) -> Accepts:
    """Returns what an input screen takes; raises BadBounds."""
    length, least, greatest = written
    if kind in ("date", "case_number"):
        return _without_bounds(kind, written)
    if kind == "integer":
        return _integer(length, least, greatest)
    if length is not None:
        if least is not None or greatest is not None:
            raise BadBounds("length", "Use `length`, or `min` and `max`, not both.")
        least = greatest = length
    if kind == "digits" and greatest is None:
        raise BadBounds("input", "Say how many digits are taken: add `length` or `max`.")
    least = 1 if least is None else least
    return _ordered(kind, least, LONGEST if greatest is None else greatest, 1, LONGEST)


def _without_bounds(kind: str, written: Written) -> Accepts:
    for key, value in zip(("length", "min", "max"), written, strict=True):
        if value is not None:
            raise BadBounds(key, f"A {kind.replace('_', ' ')} has one form; it takes no bounds.")
    return Accepts(kind=kind)


def _integer(length: int | None, least: int | None, greatest: int | None) -> Accepts:
    if length is not None:
        sentence = "An integer has `min` and `max` for its value, and no `length`."
        raise BadBounds("length", sentence)
    if greatest is None:
        raise BadBounds("input", "Say how great an integer is taken: add `max`.")
    return _ordered("integer", least or 0, greatest, -GREATEST_INTEGER, GREATEST_INTEGER)


def _ordered(kind: str, least: int, greatest: int, lowest: int, highest: int) -> Accepts:
    for key, value in (("min", least), ("max", greatest)):
        if not lowest <= value <= highest:
            raise BadBounds(key, f"`{key}` is between {lowest} and {highest}.")
    if least > greatest:
        raise BadBounds("min", f"`min` is {least} and `max` is {greatest}: nothing fits.")
    return Accepts(kind=kind, minimum=least, maximum=greatest)
