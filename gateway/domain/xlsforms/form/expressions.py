"""The expressions of a form (XPath, as XLSForm writes it), read into a small tree.

Bounded: what is too long, or too deep, is refused before it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from gateway.domain.faults_and_errors.sentence import Sentence

LONGEST = 2000
DEEPEST = 30

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{\s*[^{}$\s]{1,80}\s*\})
    | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<text>'[^']*'|"[^"]*"|[‘’][^‘’']*[‘’']|[“”"][^“”"]*[“”"])
    | (?P<sign><=|>=|!=|=|<|>|\+|\*|\||-|\(|\)|,|\.\.|/|\[|\]|@)
    | (?P<dot>\.)
    | (?P<name>[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?)
    )""",
    re.VERBOSE,
)
#: How tightly the operators between two values bind, loosest first.
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))


class BadExpression(ValueError):
    """What is written is no expression; says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    written: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to another question: ${name}."""

    name: str


@dataclass(frozen=True, slots=True)
class Own:
    """The answer itself: the dot of a constraint."""


@dataclass(frozen=True, slots=True)
class Column:
    """A bare name: in a choice filter, the column of a list."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of some values."""

    name: str
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Two values with an operator between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """A value with a minus before it."""

    value: Node


Node: TypeAlias = Text | Number | Answer | Own | Column | Call | Operation | Negative


def read(source: str) -> Node:
    """Returns the tree of an expression; raises BadExpression.

    >>> read("${age} >= 18")
    Operation(sign='>=', left=Answer(name='age'), right=Number(written='18'))
    """
    if len(source) > LONGEST:
        raise BadExpression(Sentence("it has over %(number)s characters", number=LONGEST))
    reading = _Reading(_tokens(source))
    node = reading.level(0, 1)
    if reading.at < len(reading.tokens):
        raise BadExpression(
            Sentence("'%(text)s' is not expected there", text=reading.tokens[reading.at][1])
        )
    return node


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    source = source.rstrip()
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise BadExpression(
                Sentence("'%(text)s' cannot be read", text=source[at:].strip()[:20])
            )
        kind = found.lastgroup or ""
        tokens.append((kind, found[kind]))
        at = found.end()
    if not tokens:
        raise BadExpression(Sentence("it is empty"))
    return tokens


class _Reading:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def level(self, number: int, depth: int) -> Node:
        """Reads the operators that bind as tightly as this, and those that bind more tightly."""
        if depth > DEEPEST:
            raise BadExpression(Sentence("it is over %(number)s levels deep", number=DEEPEST))
        if number == len(_LEVELS):
            return self._unary(depth)
        left = self.level(number + 1, depth)
        while (sign := self._peek()) in _LEVELS[number]:
            self.at += 1
            left = Operation(sign, left, self.level(number + 1, depth))
        return left

    def _unary(self, depth: int) -> Node:
        if self._peek() == "-":
            self.at += 1
            if depth > DEEPEST:
                raise BadExpression(Sentence("it is over %(number)s levels deep", number=DEEPEST))
            return Negative(self._unary(depth + 1))
        return self._primary(depth)

    def _primary(self, depth: int) -> Node:
        if self.at == len(self.tokens):
            raise BadExpression(Sentence("something is missing at its end"))
        kind, text = self.tokens[self.at]
        self.at += 1
        match kind:
            case "ref":
                return Answer(text[2:-1].strip())
            case "number":
                return Number(text)
            case "text":
                return Text(text[1:-1])
            case "dot":
                return Own()
            case "name" if self._peek() == "(":
                return Call(text, self._values(depth))
            case "name":
                return Column(text)
        if text == "(":
            inner = self.level(0, depth + 1)
            self._expect(")")
            return inner
        raise BadExpression(Sentence("'%(text)s' is not expected there", text=text))

    def _values(self, depth: int) -> tuple[Node, ...]:
        self._expect("(")
        values: list[Node] = []
        while self._peek() != ")":
            if values:
                self._expect(",")
            values.append(self.level(0, depth + 1))
        self._expect(")")
        return tuple(values)

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise BadExpression(Sentence("'%(sign)s' is missing", sign=sign))
        self.at += 1

    def _peek(self) -> str:
        if self.at == len(self.tokens):
            return ""
        kind, text = self.tokens[self.at]
        return text if kind in ("sign", "name") else ""
