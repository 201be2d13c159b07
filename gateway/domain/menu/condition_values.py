"""The values of conditions: texts, numbers and truths, and what may be done with them.

Total: whatever meets whatever, something comes of it. Values of a session are texts; one that looks
like a number is compared as a number.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_DECIMALS = 9
#: No traps: a number too great becomes none, and nothing raises.
_ARITHMETIC = Context(prec=28, traps=[])

#: What an expression can come to. None is a number that there is not.
Found = str | Decimal | bool | tuple["Found", ...] | None


def number(found: Found) -> Decimal | None:
    """Returns the number that a value is or looks like, or None."""
    if isinstance(found, str):
        return Decimal(found) if _NUMBER.fullmatch(found) else None
    return found if isinstance(found, Decimal) else None


def truth(found: Found) -> bool:
    """Returns whether a value counts as true."""
    return found != 0 if isinstance(found, Decimal) else bool(found)


def _text(found: Found) -> str:
    return found if isinstance(found, str) else ""


def _rounded(found: Found, places: Found) -> Found:
    """Returns a number with so many decimals, 0 to 9; a half goes away from nought."""
    return _cut(found, places, ROUND_HALF_UP)


def _cut(found: Found, places: Found, rounding: str) -> Decimal | None:
    one, other = number(found), number(places)
    if one is None or other is None or other not in range(_DECIMALS + 1):
        return None
    cut = one.quantize(Decimal(1).scaleb(-int(other)), rounding, _ARITHMETIC)
    return cut if cut.is_finite() else None


def written(found: Found) -> str:
    """Returns a value as text, numbers without an exponent; empty for one that there is not."""
    match found:
        case str():
            return found
        case bool():
            return "yes" if found else "no"
        case Decimal():
            if not found:
                return "0"  # also what decimals call -0: 0 * -5, or -0.4 rounded
            exponent = found.as_tuple().exponent
            long = isinstance(exponent, int) and exponent < -_DECIMALS
            kept = _cut(found, Decimal(_DECIMALS), ROUND_HALF_UP) if long else found
            text = "" if kept is None else f"{kept:f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return "0" if text == "-0" else text
        case _:
            return ""


def _size(found: Found) -> Decimal:
    return Decimal(len(found) if isinstance(found, str | tuple) else 0)


#: The functions, each with how many values it takes.
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Found]]] = {
    "len": (1, _size),
    "number": (1, number),
    "lower": (1, lambda text: _text(text).lower()),
    "starts": (2, lambda text, head: _text(text).startswith(_text(head))),
    "year": (1, lambda day: number(_text(day)[:4])),
    "count": (1, lambda chosen: Decimal(len(_text(chosen).split()))),
    "has": (2, lambda chosen, value: _text(value) in _text(chosen).split()),
    "month": (1, lambda day: number(_text(day)[5:7])),
    "round": (2, _rounded),
    "int": (1, lambda found: _cut(found, Decimal(0), ROUND_DOWN)),
    "join": (2, lambda head, tail: written(head) + written(tail)),
}


def _equal(left: Found, right: Found) -> bool:
    one, other = number(left), number(right)
    return one == other if one is not None and other is not None else left == right


def _before(left: Found, right: Found, least: int, most: int) -> bool:
    """Compares numbers, or texts such as ISO dates; what cannot be compared is neither."""
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return least <= (one > other) - (one < other) <= most
    if not (isinstance(left, str) and isinstance(right, str) and left and right):
        return False
    return least <= (left > right) - (left < right) <= most


def _within(left: Found, right: Found) -> bool:
    if isinstance(right, tuple):
        return any(_equal(left, each) for each in right)
    return isinstance(right, str) and isinstance(left, str) and left in right


#: The comparisons, by their node in Python's syntax.
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Found, Found], bool]] = {
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Lt: lambda left, right: _before(left, right, -1, -1),
    ast.LtE: lambda left, right: _before(left, right, -1, 0),
    ast.Gt: lambda left, right: _before(left, right, 1, 1),
    ast.GtE: lambda left, right: _before(left, right, 0, 1),
    ast.In: _within,
    ast.NotIn: lambda left, right: not _within(left, right),
}
#: The sums, likewise.
SUMS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _ARITHMETIC.add,
    ast.Sub: _ARITHMETIC.subtract,
    ast.Mult: _ARITHMETIC.multiply,
    ast.Div: _ARITHMETIC.divide,
    ast.Mod: _ARITHMETIC.remainder,
}


def summed(operation: Callable[[Decimal, Decimal], Decimal], left: Found, right: Found) -> Found:
    """Returns a sum; None where a part is no number, or the sum is too great to be one."""
    one, other = number(left), number(right)
    if one is None or other is None:
        return None
    total = operation(one, other)
    return total if total.is_finite() else None
