"""Several values of one question in one text: the candidates of a school, a list of cases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from gateway.domain.commands.answers_within import parted
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import check, longest
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
)
from gateway.domain.text.numerals import ascii_digits

#: A number of nine digits is read aloud, and shown by us, in three groups of three.
_GROUP, _GROUPS = 3, 3
#: So many digits too many or too few are a slip, and no other number.
_SLIP = 1
#: A day in three words: a year behind two of two digits at most, or behind one and a month's name.
#: Signs around it are none of it.
_PARTS_OF_DAY, _PART, _YEAR = 3, 2, 4
_AROUND = ",;.()"
#: The kind of answers that are told apart from the values they belong to.
OWN_KIND = "date"
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class ManyValues:
    """The values of a question, each once, in the order of the text, and the words beside them.

    A value with a slip in it is among them: it is named, and answered by what is wrong with it.
    `own` are the answers that stand behind a value and are of it alone, such as a date of birth.
    """

    values: tuple[str, ...] = field(repr=False)
    left: tuple[str, ...] = field(repr=False)
    own: Mapping[str, str] = field(default_factory=dict, repr=False)


def own_question(release: Release, asked: InputScreen) -> InputScreen | None:
    """Returns the question behind one of several values that each value answers for itself.

    It is the one day that is typed on the way to what is told; None where there is none.
    """
    waiting, met = [asked.goto], set[str]()
    while waiting:
        screen = release.screens.get(waiting.pop(0))
        if screen is None or screen.id in met:
            continue
        met.add(screen.id)
        match screen:
            case InputScreen():
                return screen if screen.accepts.kind == OWN_KIND and screen.by_sms else None
            case ChoiceScreen():
                waiting += [option.goto for option in screen.options.values()]
                waiting += [each.goto for each in (screen.listing, screen.several) if each]
            case BranchScreen():
                waiting += [goto for _, goto in screen.ways]
            case EndScreen() | OpenScreen() | ServiceScreen():
                pass
            case _:
                assert_never(screen)
    return None


def many_within(
    asked: InputScreen, language: str, words: Sequence[str], own: InputScreen | None = None
) -> ManyValues | None:
    """Returns the values that words hold, where they are several and one of them is right.

    What answers the question `own` belongs to the value before it, whatever else it could be.

    None where the question takes one alone, as most do. A year, a day and a key have other lengths
    than a value, so that they are left for the questions that follow.
    """
    if not asked.many:
        return None
    size = longest(asked.accepts)
    found: dict[str, bool] = {}
    left: list[str] = []
    owns: dict[str, str] = {}
    newest = ""
    for word in _grouped(words, size, own, language):
        if own and newest and newest not in owns and _answers(own, word, language):
            owns[newest] = word
            continue
        value = check(asked.accepts, word, language)
        if not isinstance(value, Complaint):
            found[value], newest = True, value
        elif _is_slip(word, size):
            newest = ascii_digits(word)
            found.setdefault(newest, False)
        else:
            left.append(word)
    if len(found) < 2 or not any(found.values()):
        return None
    return ManyValues(tuple(found), tuple(left), owns)


def _answers(own: InputScreen, word: str, language: str) -> bool:
    return not isinstance(check(own.accepts, word, language), Complaint)


def _grouped(words: Sequence[str], size: int, own: InputScreen | None, language: str) -> list[str]:
    """Returns the words parted at their signs, and groups of digits joined: 100 020 266.

    A day stays whole where one is asked for: 3.9.2007, 3 9 2007 or 3 Sep 2007.
    """
    apart = list(parted(words)) if own is None else _with_days(words, own, language)
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


def _with_days(words: Sequence[str], own: InputScreen, language: str) -> list[str]:
    apart: list[str] = []
    waiting = list(words)
    while waiting:
        bare = [word.strip(_AROUND) for word in waiting[:_PARTS_OF_DAY]]
        if _is_day_in_words(bare) and _answers(own, " ".join(bare), language):
            apart.append(" ".join(bare))
            waiting = waiting[_PARTS_OF_DAY:]
        elif _answers(own, bare[0], language):
            apart.append(bare[0])
            waiting.pop(0)
        else:
            apart += parted([waiting.pop(0)])
    return apart


def _is_day_in_words(words: Sequence[str]) -> bool:
    lengths = [_digits(word) for word in words]
    numbers = [length for length in lengths[:2] if length]  # the other one may name a month
    return lengths[2:] == [_YEAR] and numbers != [] and max(numbers) <= _PART


def _is_slip(word: str, size: int) -> bool:
    return abs(_digits(word) - size) <= _SLIP


def _digits(word: str) -> int:
    """Returns how many digits a word of nothing else has; 0 for any other."""
    return len(word) if _DIGITS.fullmatch(ascii_digits(word)) else 0
