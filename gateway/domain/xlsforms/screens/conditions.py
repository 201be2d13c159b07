"""Expressions of a form, said in the language of a menu's conditions where it has the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.menu.conditions import BadCondition, parse
from gateway.domain.xlsforms.form.expressions import (
    Answer,
    BadExpression,
    Call,
    Column,
    Negative,
    Node,
    Number,
    Operation,
    Own,
    Text,
    read,
)
from gateway.domain.xlsforms.form.sheets import FORMULA

#: How tightly a part of a condition holds together: what is looser stands in brackets within.
_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _TIMES, _UNARY, _ATOM = range(9)
_SIGNS: Mapping[str, tuple[str, int]] = {
    "or": ("or", _OR),
    "and": ("and", _AND),
    "=": ("==", _COMPARE),
    "!=": ("!=", _COMPARE),
    "<": ("<", _COMPARE),
    "<=": ("<=", _COMPARE),
    ">": (">", _COMPARE),
    ">=": (">=", _COMPARE),
    "+": ("+", _SUM),
    "-": ("-", _SUM),
    "*": ("*", _TIMES),
    "div": ("/", _TIMES),
    "mod": ("%", _TIMES),
}
#: Functions that have another name here, and as many values.
_FUNCTIONS: Mapping[str, tuple[int, str]] = {
    "string-length": (1, "len"),
    "count-selected": (1, "count"),
    "number": (1, "number"),
    "starts-with": (2, "starts"),
    "int": (1, "int"),
}
#: Functions that are worth their first value here.
_PLAIN = ("string", "once", "boolean", "date")


class CannotSay(ValueError):
    """An expression that conditions have no words for; says which part."""


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a condition, and how tightly it holds together."""

    text: str = field(repr=False)
    holds: int = _ATOM

    def within(self, level: int) -> str:
        """Returns it as a part of something that holds as tightly as the level."""
        return f"({self.text})" if self.holds < level else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What an expression may speak of.

    `answer` says the answer of a question by its name in the form, and raises CannotSay for one
    that is not asked. `several` tells which questions take several answers. `own` is the answer
    itself, where the expression is about one, and then there is a day of today, too; so there is
    where a row is worked out (`of_row`). `columns` are the values of a list's row, where it is a
    choice filter.
    """

    answer: Callable[[str], Said]
    several: Callable[[str], bool]
    own: str = ""
    own_several: bool = False
    of_row: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


def said(source: str, speech: Speech) -> str:
    """Returns an expression as a condition; raises CannotSay."""
    return proven(part_said(tree(source), speech).text)


def tree(source: str) -> Node:
    """Returns the tree of an expression; raises CannotSay for what is none."""
    try:
        return read(source)
    except BadExpression as bad:
        raise CannotSay(said_by(bad)) from None


def proven(text: str) -> str:
    """Returns a condition that can be read; raises CannotSay for one that is too long or deep."""
    try:
        parse(text)
    except BadCondition as bad:
        raise CannotSay(said_by(bad)) from None
    return text


def all_of(*conditions: str) -> str:
    """Returns the condition that holds where all of these do; empty ones always do."""
    parts = list(dict.fromkeys(each for each in conditions if each))
    return parts[0] if len(parts) == 1 else " and ".join(bracketed(each) for each in parts)


def bracketed(condition: str) -> str:
    """Returns a condition as a part of another one."""
    import ast

    tree = ast.parse(condition, mode="eval").body
    loose = isinstance(tree, ast.IfExp) or (
        isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or)
    )
    return f"({condition})" if loose else condition


def part_said(node: Node, speech: Speech) -> Said:
    """Returns a part of an expression as a part of a condition; raises CannotSay."""
    match node:
        case Text():
            return Said(repr(node.value))
        case Number():
            return Said(node.written if node.written[0] != "." else f"0{node.written}")
        case Answer():
            return speech.answer(node.name)
        case Own():
            if not speech.own:
                raise CannotSay(
                    Sentence("`.` is the answer of a constraint, and there is none here")
                )
            return Said(speech.own)
        case Column():
            if speech.columns.get(node.name) == FORMULA:
                raise CannotSay(
                    Sentence("the column '%(name)s' of the list holds formulas", name=node.name)
                )
            if node.name in speech.columns:
                return Said(repr(speech.columns[node.name]))
            raise CannotSay(
                Sentence("'%(name)s' is no question: write ${%(name)s}", name=node.name)
            )
        case Negative():
            return Said(f"-{part_said(node.value, speech).within(_UNARY)}", _UNARY)
        case Operation():
            return _operation(node, speech)
        case Call():
            return _call(node, speech)
        case _:
            assert_never(node)


def _operation(node: Operation, speech: Speech) -> Said:
    if node.sign not in _SIGNS:
        raise CannotSay(Sentence("conditions have no '%(sign)s'", sign=node.sign))
    sign, level = _SIGNS[node.sign]
    left, right = node.left, node.right
    if sign in ("==", "!=") and isinstance(left, Text | Column):
        left, right = right, left  # the answer first, as one says it
    one, other = part_said(left, speech), part_said(right, speech)
    # Comparisons chain here, and a sum is taken from the left.
    return Said(
        f"{one.within(level + (level == _COMPARE))} {sign} {other.within(level + (level > _AND))}",
        level,
    )


def _call(node: Call, speech: Speech) -> Said:
    values = node.values
    match node.name, len(values):
        case (("true" | "false"), 0):
            return Said(node.name.capitalize())
        case "today", 0 if speech.own or speech.of_row:
            return Said("today")
        case "not", 1:
            return Said(f"not {part_said(values[0], speech).within(_COMPARE)}", _NOT)
        case "selected", 2:
            return _selected(values[0], values[1], speech)
        case "if", 3:
            asked, one, other = (part_said(value, speech) for value in values)
            text = f"{one.within(_OR)} if {asked.within(_OR)} else {other.within(_OR)}"
            return Said(text, _IF)
        case "coalesce", 2:
            first, second = (part_said(value, speech) for value in values)
            text = f"{first.within(_OR)} if {first.within(_SUM)} != '' else {second.within(_OR)}"
            return Said(text, _IF)
        case "round", (1 | 2):
            places = part_said(values[1], speech).text if len(values) == 2 else "0"
            return Said(f"round({part_said(values[0], speech).text}, {places})")
        case "concat", count if count > 1:
            parts = [part_said(value, speech).text for value in values]
            return Said(
                f"{', '.join(f'join({each}' for each in parts[:-1])}, {parts[-1]}"
                + ")" * (count - 1)
            )
        case "contains", 2:
            whole, part = (part_said(value, speech).within(_SUM) for value in values)
            return Said(f"{part} in {whole}", _COMPARE)
        case "format-date", 2 if values[1] in (Text("%Y"), Text("%m")):
            name = "year" if values[1] == Text("%Y") else "month"
            return Said(f"{name}({part_said(values[0], speech).text})")
    if node.name in _PLAIN and len(values) == 1:
        return part_said(values[0], speech)
    if node.name in _FUNCTIONS and _FUNCTIONS[node.name][0] == len(values):
        inner = ", ".join(part_said(value, speech).text for value in values)
        return Said(f"{_FUNCTIONS[node.name][1]}({inner})")
    if node.name == "today" and not values:
        raise CannotSay(Sentence("the day of today is known in constraints and what is worked out"))
    raise CannotSay(Sentence("conditions have no `%(name)s()`", name=node.name))


def _selected(chosen: Node, value: Node, speech: Speech) -> Said:
    one, other = part_said(chosen, speech), part_said(value, speech)
    several = isinstance(chosen, Answer) and speech.several(chosen.name)
    if several or (isinstance(chosen, Own) and speech.own_several):
        return Said(f"has({one.text}, {other.text})")
    return Said(f"{one.within(_SUM)} == {other.within(_SUM)}", _COMPARE)
