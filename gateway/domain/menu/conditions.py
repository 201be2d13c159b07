"""Conditions of a menu, such as `age < 18 and region == "Kilima"`: read once, never able to raise.

A small language, read by Python's own parser and let through an allow-list: names, texts, numbers,
comparisons, `and`, `or`, `not`, `in`, sums, and the functions of one table.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from threading import RLock

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.condition_values import (
    COMPARISONS,
    FUNCTIONS,
    SUMS,
    Found,
    number,
    summed,
    truth,
    written,
)

LONGEST = 300
DEEPEST = 12

_Run = Callable[[Mapping[str, str]], Found]

#: One thread at a time reads. What is done about warnings holds for all of them: of two that
#: change it at the same moment, one would put back what the other has set. And two that build a
#: syntax tree at once can make Python 3.11 raise SystemError (python/cpython#106905).
_ALONE = RLock()


class BadCondition(ValueError):
    """A text that is no condition; says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as written, with the names it uses.

    >>> parse("age < 18 or region in ('Kilima', 'Mtoni')").holds({"age": "20", "region": "Mtoni"})
    True
    """

    source: str
    names: tuple[str, ...]

    def holds(self, values: Mapping[str, str]) -> bool:
        """Returns whether it holds; a name without a value is an empty text."""
        return truth(_compiled(self.source)(values))

    def value(self, values: Mapping[str, str]) -> str:
        """Returns what it comes to, as text; empty where a part of a sum is no number.

        >>> parse("round(weight / (height * height), 1)").value({"weight": "70", "height": "1.7"})
        '24.2'
        """
        return written(_compiled(self.source)(values))


def parse(source: str) -> Condition:
    """Returns the condition; raises BadCondition."""
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("error")  # what Python only warns about is a slip here: "\\d", 1or
        tree = _tree(source)
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = [
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called
    ]
    _compiled(source)
    return Condition(source, tuple(dict.fromkeys(found)))


def _tree(source: str) -> ast.expr:
    if len(source) > LONGEST:
        raise BadCondition(Sentence("it has over %(number)s characters", number=LONGEST))
    try:
        with _ALONE:
            return ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, Warning, ValueError, MemoryError, RecursionError):
        sentence = Sentence("it cannot be read; write it like: age < 18 and region == 'X'")
        raise BadCondition(sentence) from None


@lru_cache(maxsize=4096)
def _compiled(source: str) -> _Run:
    return _run(_tree(source), 1)


def _run(node: ast.expr, depth: int) -> _Run:
    if depth > DEEPEST:
        raise BadCondition(Sentence("it is over %(number)s levels deep", number=DEEPEST))
    below = depth + 1
    match node:
        case ast.Name(id=name):
            return lambda values: values.get(name, "")
        case ast.Constant(value=bool() as constant_truth):
            return lambda values: constant_truth
        case ast.Constant(value=str() as text):
            return lambda values: text
        case ast.Constant(value=int() | float() as figure) if math.isfinite(figure):
            constant = number(str(figure))
            if constant is not None:
                return lambda values: constant
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            runs = [_run(part, below) for part in parts]
            return lambda values: tuple(run(values) for run in runs)
        case ast.BoolOp(op=op, values=parts):
            quantifier = all if isinstance(op, ast.And) else any
            runs = [_run(part, below) for part in parts]
            return lambda values: quantifier(truth(run(values)) for run in runs)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            asked, one, other = _run(test, below), _run(body, below), _run(orelse, below)
            return lambda values: one(values) if truth(asked(values)) else other(values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            denied = _run(operand, below)
            return lambda values: not truth(denied(values))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            negated = _run(operand, below)
            return lambda values: summed(SUMS[ast.Sub], Decimal(0), negated(values))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SUMS:
            one, other, operation = _run(left, below), _run(right, below), SUMS[type(op)]
            return lambda values: summed(operation, one(values), other(values))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _comparison([_run(each, below) for each in (left, *others)], ops)
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]):
            return _call(name, [_run(part, below) for part in parts])
    raise BadCondition(
        Sentence(
            "'%(text)s' is not part of the language of conditions", text=ast.unparse(node)[:40]
        )
    )


def _comparison(runs: list[_Run], ops: list[ast.cmpop]) -> _Run:
    unknown = next((op for op in ops if type(op) not in COMPARISONS), None)
    if unknown is not None:
        raise BadCondition(Sentence("`is` compares nothing here; use == or !="))
    compares = [COMPARISONS[type(op)] for op in ops]

    def run(values: Mapping[str, str]) -> Found:
        found = [each(values) for each in runs]
        return all(
            compare(found[place], found[place + 1]) for place, compare in enumerate(compares)
        )

    return run


def _call(name: str, runs: list[_Run]) -> _Run:
    if name not in FUNCTIONS:
        raise BadCondition(
            Sentence(
                "there is no function '%(name)s'; there are %(names)s",
                name=name,
                names=", ".join(FUNCTIONS),
            )
        )
    count, function = FUNCTIONS[name]
    if len(runs) != count:
        if count == 1:
            raise BadCondition(Sentence("%(name)s takes 1 value", name=name))
        raise BadCondition(Sentence("%(name)s takes %(number)s values", name=name, number=count))
    return lambda values: function(*[run(values) for run in runs])
