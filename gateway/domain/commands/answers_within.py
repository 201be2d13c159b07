"""The answer to a screen among the words of a text, wherever it stands.

What stands before it waits for the screens that follow: `PRICE Mbale maize` names the market first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from gateway.domain.commands.keywords_within import says_of
from gateway.domain.dialogue.option_matching import begun_with, listed, options_of, options_shown
from gateway.domain.dialogue.scope import rows_of
from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.look_up import PREFIX
from gateway.domain.handler_contract.service_call import Row
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import KINDS, check
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Listing,
    OpenScreen,
    ServiceScreen,
)
from gateway.domain.reading.folding import fold
from gateway.domain.reading.keys import key_of
from gateway.domain.reading.lines import ELIDED
from gateway.domain.reading.small_words import CASES, GREETINGS, SMALL_WORDS
from gateway.domain.text.localised_text import Template

#: An answer begins within so many words, and has so many itself.
_FARTHEST, _LONGEST = 12, 5
_WINDOW = _FARTHEST + _LONGEST
#: Where a free text follows, so few words may stand before the line that is meant: further on they
#: are of the text.
_BEFORE_TEXTS = 1
#: A line is found by so many of its first letters among other words.
_FIRST_LETTERS = 3
#: Signs that part answers, as in 10231456/2025, and those that stand around one.
_SIGNS = re.compile(r"[*#,;:/|+=.፡።፣፤፥፦،؛\-‐-―<>()\[\]]+")
_AROUND = "([{<\"'«»>}]).,;:!?*#"


@dataclass(frozen=True, slots=True)
class Found:
    """An answer; the words that are left, those before it first; and how sure it is.

    `sure` is an answer of a kind that no other words are: a number of so many digits, a day. With
    `within` the answer is the line of a larger place, and all the words stay for the next screen.
    """

    answer: str = field(repr=False)
    left: tuple[str, ...] = field(repr=False)
    sure: bool = False
    within: bool = False


def answer_within(
    release: Release, session: Session, words: Sequence[str], today: date | None = None
) -> Found | None:
    """Returns the answer to the current screen, or None where none of the words is one."""
    screen = release.screens.get(session.at)
    match screen:
        case ChoiceScreen():
            return _line(release, session, screen, words)
        case InputScreen() if KINDS[screen.accepts.kind].anything:
            told = says_of(release, session.at.partition(".")[0], words)
            return Found(" ".join(words), ()) if told else None
        case InputScreen() if KINDS[screen.accepts.kind].free_text:
            return _name(screen, session, words)
        case InputScreen():
            return _value(screen, session, words, today)
        case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen() | None:
            return None
        case _:
            assert_never(screen)


def _value(
    screen: InputScreen, session: Session, words: Sequence[str], today: date | None
) -> Found | None:
    """Returns the fewest words that are taken; where there are none, signs are read as spaces."""
    signs_mean = KINDS[screen.accepts.kind].signs_mean
    for tried in (words[:_WINDOW], parted(words[:_WINDOW], bare_only=signs_mean)):
        for start, end in _runs(len(tried), longest_first=False):
            answer = " ".join(tried[start:end])
            if not any(char.isdigit() for char in answer) and end - start > 3:
                continue
            if not isinstance(check(screen.accepts, answer, session.language, today), Complaint):
                left = (*tried[:start], *tried[end:], *words[_WINDOW:])
                return Found(answer, left, sure=not signs_mean)
    return None


def _name(screen: InputScreen, session: Session, words: Sequence[str]) -> Found | None:
    """Returns the first words without a digit; a courtesy behind a name is none of it."""
    numbered = [any(char.isdigit() for char in word) for word in words]
    start = next((at for at, digit in enumerate(numbered) if not digit), len(words))
    end = next((at for at in range(start, len(words)) if numbered[at]), len(words))
    last = end
    while last > start + 1 and fold(words[last - 1]) in GREETINGS:
        last -= 1
    answer = " ".join(words[start:last])
    if not answer or isinstance(check(screen.accepts, answer, session.language), Complaint):
        return None
    return Found(answer, (*words[:start], *words[last:]))


def _line(
    release: Release, session: Session, screen: ChoiceScreen, words: Sequence[str]
) -> Found | None:
    if screen.several is not None:
        return _some_lines(session, screen, words)
    labels, containing = _lines(session, screen)
    most = _BEFORE_TEXTS if _is_followed_by_a_text(release, session) else _FARTHEST
    for tried in (words, [*parted(words[:_WINDOW]), *words[_WINDOW:]]):
        folded = [fold(word) for word in tried[:_WINDOW]]
        for start, end in _runs(len(folded), longest_first=True):
            if sum(word not in SMALL_WORDS for word in folded[:start]) > most:
                break
            run = "".join(folded[start:end])
            answer = " ".join(tried[start:end])
            if run not in labels and run[:1] in CASES and fold(answer[1:]) in labels:
                run, answer = fold(answer[1:]), answer[1:]
            if run in labels:
                return Found(answer, (*tried[:start], *tried[end:]))
            if run in containing:
                return Found(containing[run], tuple(words), within=True)
    return _by_key(session, screen, words)


def _some_lines(session: Session, screen: ChoiceScreen, words: Sequence[str]) -> Found | None:
    """Returns the first and longest run of words that names nothing but lines."""
    for start, end in _runs(min(len(words), _WINDOW), longest_first=True):
        answer = " ".join(words[start:end])
        if options_of(session, screen, answer):
            return Found(answer, (*words[:start], *words[end:]))
    return None


def _by_key(session: Session, screen: ChoiceScreen, words: Sequence[str]) -> Found | None:
    """Returns the key, or the first letters of a line, where no word that means more is before."""
    place = next((at for at, word in enumerate(words) if fold(word) not in SMALL_WORDS), 0)
    answer, left = words[place], (*words[:place], *words[place + 1 :])
    key = key_of(answer)
    if screen.listing is None:
        known = key in {option.key for option in options_shown(session, screen)}
        return Found(answer, left) if known else None
    rows = rows_of(session, screen.listing)
    if key.isdecimal():
        return Found(answer, left) if listed(session.language, screen.listing, rows, key) else None
    begun = begun_with(session.language, screen.listing, rows, answer)
    return Found(answer, left) if len(begun) == 1 and len(answer) >= _FIRST_LETTERS else None


def _lines(session: Session, screen: ChoiceScreen) -> tuple[set[str], Mapping[str, str]]:
    """Returns what the lines are called, and the line that contains each place that has but one."""
    if screen.listing is None:
        options = options_shown(session, screen)
        labels = {
            fold("".join(label.pieces[::2]))
            for option in options
            for label in option.label.by_language.values()
        }
        return (labels | {word for option in options for word in option.also}) - {""}, {}
    label = screen.listing.label[session.language]
    rows = rows_of(session, screen.listing)
    labels = {name for row in rows for name in _called(label.fill(row))}
    return labels - {""}, _containing(screen.listing, rows, label)


def _called(label: str) -> Iterator[str]:
    """Yields a label, and what stands before a note in brackets: Amani (25)."""
    yield fold(label)
    yield fold(label.partition("(")[0])


def _containing(listing: Listing, rows: Sequence[Row], label: Template) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for row in rows if listing.within else ():
        for place in row.get(listing.within, "").split(","):
            found.setdefault(fold(place), set()).add(label.fill(row))
    return {place: lines.pop() for place, lines in found.items() if place and len(lines) == 1}


def _runs(count: int, *, longest_first: bool) -> Iterator[tuple[int, int]]:
    """Yields where runs of words begin and end, the first begun first."""
    for start in range(min(count, _FARTHEST)):
        ends = range(start + 1, min(count, start + _LONGEST) + 1)
        for end in reversed(ends) if longest_first else ends:
            yield start, end


def parted(words: Sequence[str], *, bare_only: bool = False) -> list[str]:
    """Returns the words without the signs around them, and parted where signs stand within."""
    bare = [part for word in words for part in ELIDED.sub(r"\1 ", word.strip(_AROUND)).split()]
    if bare_only:
        return [word for word in bare if word]
    return [part for word in bare for part in _SIGNS.split(word) if part]


def _is_followed_by_a_text(release: Release, session: Session) -> bool:
    """Returns whether the service asks for a free text: most words are of that one then.

    Words to search a list by are no such text: they are asked for where the list is too long.
    """
    service = session.at.partition(".")[0] + "."
    return any(
        KINDS[screen.accepts.kind].anything and not _searches(release, screen)
        for screen in release.each(InputScreen)
        if screen.id.startswith(service)
    )


def _searches(release: Release, screen: InputScreen) -> bool:
    behind = release.screens.get(screen.goto)
    return isinstance(behind, ServiceScreen) and behind.handler.startswith(PREFIX)
