"""Several values of one question in one text: the candidates of a school, a list of cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.domain.commands.answers_within import parted
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import check, longest
from gateway.domain.menu.screens import InputScreen
from gateway.domain.text.numerals import ascii_digits

#: A number of nine digits is read aloud, and shown by us, in three groups of three.
_GROUP, _GROUPS = 3, 3
#: So many digits too many or too few are a slip, and no other number.
_SLIP = 1
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class ManyValues:
    """The values of a question, each once, in the order of the text, and the words beside them.

    A value with a slip in it is among them: it is named, and answered by what is wrong with it.
    """

    values: tuple[str, ...] = field(repr=False)
    left: tuple[str, ...] = field(repr=False)


def many_within(asked: InputScreen, language: str, words: Sequence[str]) -> ManyValues | None:
    """Returns the values that words hold, where they are several and one of them is right.

    None where the question takes one alone, as most do. A year, a day and a key have other lengths
    than a value, so that they are left for the questions that follow.
    """
    if not asked.many:
        return None
    size = longest(asked.accepts)
    found: dict[str, bool] = {}
    left: list[str] = []
    for word in _grouped(words, size):
        value = check(asked.accepts, word, language)
        if not isinstance(value, Complaint):
            found[value] = True
        elif _is_slip(word, size):
            found.setdefault(ascii_digits(word), False)
        else:
            left.append(word)
    if len(found) < 2 or not any(found.values()):
        return None
    return ManyValues(tuple(found), tuple(left))


def _grouped(words: Sequence[str], size: int) -> list[str]:
    """Returns the words parted at their signs, and groups of digits joined: 100 020 266."""
    apart = parted(words)
    joined: list[str] = []
    while apart:
        groups = apart[:_GROUPS]
        if size == _GROUP * _GROUPS == sum(map(_digits, groups)) and all(
            _digits(group) == _GROUP for group in groups
        ):
            joined.append("".join(groups))
            apart = apart[_GROUPS:]
        else:
            joined.append(apart.pop(0))
    return joined


def _is_slip(word: str, size: int) -> bool:
    return abs(_digits(word) - size) <= _SLIP


def _digits(word: str) -> int:
    """Returns how many digits a word of nothing else has; 0 for any other."""
    return len(word) if _DIGITS.fullmatch(ascii_digits(word)) else 0
