"""How much an answer may be: what a constraint says of it, as bounds and as a condition."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.domain.xlsforms.form.expressions import (
    Call,
    Negative,
    Node,
    Number,
    Operation,
    Own,
    Text,
)

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
#: Digits alone, so many of them: ^[0-9]{8}$, \d{7,8} and the like.
_DIGITS = re.compile(r"\^?\(?(?:\[0-9\]|\\d)\{(\d{1,2})(?:,(\d{1,2}))?\}\)?\$?")


@dataclass(frozen=True, slots=True)
class Extent:
    """Whole bounds of an answer (None: none is said), and what else is asked of it."""

    least: int | None
    greatest: int | None
    rest: tuple[Node, ...]


def conjuncts(node: Node) -> Iterator[Node]:
    """Yields the parts of an expression that must all hold."""
    if isinstance(node, Operation) and node.sign == "and":
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    else:
        yield node


def number_extent(node: Node, *, whole: bool) -> Extent:
    """Returns the bounds of a number; of one with decimals what they do not say stays in `rest`."""
    return _extent(node, Own(), whole=whole)


def length_extent(node: Node) -> Extent:
    """Returns the bounds of a text's length."""
    return _extent(node, Call("string-length", (Own(),)), whole=True)


def digits_of(node: Node) -> tuple[int, int] | None:
    """Returns how many digits are asked for, where a pattern asks for digits alone."""
    match node:
        case Call(name="regex", values=(Own(), Text(value=pattern))):
            found = _DIGITS.fullmatch(pattern)
            if found is not None:
                least = int(found[1])
                return least, int(found[2] or least)
    return None


def _extent(node: Node, of: Node, *, whole: bool) -> Extent:
    least: list[Decimal] = []
    greatest: list[Decimal] = []
    rest: list[Node] = []
    for part in conjuncts(node):
        bound = _bound(part, of)
        if bound is None:
            rest.append(part)
            continue
        sign, value = bound
        exact = value == value.to_integral_value()
        if sign in (">", ">=", "="):
            least.append(value + 1 if whole and exact and sign == ">" else value)
        if sign in ("<", "<=", "="):
            greatest.append(value - 1 if whole and exact and sign == "<" else value)
        if not whole and (not exact or sign in ("<", ">")):
            rest.append(part)
    # Of a number with decimals the bounds are the whole numbers around them.
    up, down = (math.ceil, math.floor) if whole else (math.floor, math.ceil)
    return Extent(
        up(max(least)) if least else None, down(min(greatest)) if greatest else None, tuple(rest)
    )


def _bound(node: Node, of: Node) -> tuple[str, Decimal] | None:
    if not isinstance(node, Operation) or node.sign not in _MIRRORED:
        return None
    if node.left == of and (value := _value(node.right)) is not None:
        return node.sign, value
    if node.right == of and (value := _value(node.left)) is not None:
        return _MIRRORED[node.sign], value
    return None


def _value(node: Node) -> Decimal | None:
    match node:
        case Number():
            return Decimal(node.written)
        case Negative(value=Number(written=written)):
            return -Decimal(written)
    return None


def together(parts: Sequence[Node]) -> Node:
    """Returns the expression that holds where all of these do."""
    node = parts[0]
    for part in parts[1:]:
        node = Operation("and", node, part)
    return node
