"""Several answers given at once: dialled behind the code, or written in one SMS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import assert_never

from gateway.domain.dialogue.engine import DEFAULT_KEYS, advance, is_key
from gateway.domain.dialogue.option_matching import (
    listed,
    option_of,
    options_by_word,
    options_of,
    takes_free_text,
)
from gateway.domain.dialogue.scope import rows_of
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import KINDS, check
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.reading.folding import fold
from gateway.domain.reading.keys import key_of
from gateway.domain.reading.lines import LONGEST_WORDS
from gateway.domain.telecom.channel import Keys

#: A label or a date may be written in several words.
LONGEST_ANSWER_WORDS = 5

#: Signs that part answers, as in 10231456/2025, and those that stand around one.
_SIGNS = re.compile(r"[*#,;:/|+=.፡።፣፤፥፦،؛\-]+")
_BEFORE, _BEHIND = "([\"'«", ")]\"'».,;:!?*#"


def split_typed(release: Release, session: Session, typed: str) -> list[str]:
    """Returns what was typed in one USSD turn as answers.

    Free text keeps its `*`; anything else cannot hold one, so there it parts answers.
    """
    return [typed] if takes_free_text(release, session) else typed.split("*")


def in_doubt(
    release: Release, session: Session, answers: Sequence[str], keys: Keys = DEFAULT_KEYS
) -> bool:
    """Returns whether the first of several answers may be half of a free text with a `*` in it.

    They were typed in several turns that nobody remembers, or in one. It is an answer of its own
    where the next screen offers what follows, or takes a number, a date and the like, and takes it.
    What a free text leads to at once, a write or the end, leaves nothing that would tell.
    """
    first, *further = answers
    if not further or not takes_free_text(release, session) or is_key(first, keys):
        return False
    step = advance(release, session, first, keys)
    if step.event is not Event.SHOWN or takes_whole_texts(release, step.session):
        return True
    return advance(release, step.session, further[0], keys).event is Event.REFUSED


def take_words(
    release: Release, session: Session, words: Sequence[str], today: date | None = None
) -> tuple[str, Sequence[str]]:
    """Returns the answer to the current screen and the words left over.

    Free text and names take all that is left. A choice takes the longest label that the words
    begin with. Any other input takes the fewest words that it accepts: `15 04 2008` is one date.
    Where nothing is taken so, signs around and within the first word are read as spaces.
    """
    screen = release.screens.get(session.at)
    if takes_whole_texts(release, session):
        return " ".join(words), ()
    taken = _taken_as_written_or_parted(screen, session, words, today)
    return (words[0], words[1:]) if taken is None else taken


def begins_with_an_answer(
    release: Release, session: Session, words: Sequence[str], today: date | None = None
) -> bool:
    """Returns whether a text begins with what the screen asks for: a line of it, a number, a day.

    Then it is an answer, whatever else its first word may be the keyword of.
    """
    screen = release.screens.get(session.at)
    return bool(words) and _taken_as_written_or_parted(screen, session, words, today) is not None


def names_a_line(release: Release, session: Session, keyword: str, words: Sequence[str]) -> bool:
    """Returns whether a keyword is a line of the first screen, and no word after it is another.

    WEATHER Mbale asks for the weather in Mbale; WEATHER pests Mbale names the line by itself.
    """
    screen = release.screens.get(session.at)
    if not isinstance(screen, ChoiceScreen) or keyword not in _labels(screen, session):
        return False
    first = key_of(words[0]) if words else ""
    return not words or not (first in screen.options or _taken(screen, session, words))


def takes_whole_texts(release: Release, session: Session) -> bool:
    """Returns whether the screen takes words as they come: free text or a name."""
    screen = release.screens.get(session.at)
    return isinstance(screen, InputScreen) and KINDS[screen.accepts.kind].free_text


def _taken_as_written_or_parted(
    screen: Screen | None, session: Session, words: Sequence[str], today: date | None
) -> tuple[str, Sequence[str]] | None:
    for tried in (words, (*_parts(screen, words[0]), *words[1:])):
        taken = _taken(screen, session, tried, today)
        if taken is not None:
            return taken
    return None


def _taken(
    screen: Screen | None, session: Session, words: Sequence[str], today: date | None = None
) -> tuple[str, Sequence[str]] | None:
    most = min(len(words), LONGEST_ANSWER_WORDS)
    match screen:
        case InputScreen():
            for count in range(1, most + 1):
                answer = " ".join(words[:count])
                if not isinstance(
                    check(screen.accepts, answer, session.language, today), Complaint
                ):
                    return answer, words[count:]
        case ChoiceScreen():
            if screen.several is not None:
                return _several_taken(screen, session, words)
            labels = _labels(screen, session)
            for count in range(most, 0, -1):
                answer = " ".join(words[:count])
                if fold(answer) in labels:
                    return answer, words[count:]
            if _is_a_key(screen, session, words[0]):
                return words[0], words[1:]
        case EndScreen() | ServiceScreen() | OpenScreen() | BranchScreen() | None:
            pass  # takes nothing
        case _:
            assert_never(screen)
    return None


def _several_taken(
    screen: ChoiceScreen, session: Session, words: Sequence[str]
) -> tuple[str, Sequence[str]] | None:
    """Returns the most words that name nothing but lines, where several are taken."""
    for count in range(min(len(words), LONGEST_WORDS), 0, -1):
        answer = " ".join(words[:count])
        if options_of(session, screen, answer):
            return answer, words[count:]
    return None


def _is_a_key(screen: ChoiceScreen, session: Session, word: str) -> bool:
    key = key_of(word)
    if screen.listing is None:
        return key in screen.options and option_of(session, screen, key) is not None
    rows = rows_of(session, screen.listing)
    return bool(key.isdecimal() and listed(session.language, screen.listing, rows, key))


def _parts(screen: Screen | None, word: str) -> Sequence[str]:
    bare = word.lstrip(_BEFORE).rstrip(_BEHIND)
    match screen:
        case ChoiceScreen():
            whole = screen.several is not None  # 1,3 is one answer
        case InputScreen():
            # 2.5 is one number, and not the whole number 2 and something else.
            whole = KINDS[screen.accepts.kind].signs_mean
        case EndScreen() | ServiceScreen() | OpenScreen() | BranchScreen() | None:
            whole = False
        case _:
            assert_never(screen)
    return (bare,) if whole else [part for part in _SIGNS.split(bare) if part] or (bare,)


def _labels(screen: ChoiceScreen, session: Session) -> set[str]:
    if screen.listing is not None:
        label = screen.listing.label[session.language]
        return {fold(label.fill(row)) for row in rows_of(session, screen.listing)}
    return set(options_by_word(session, screen))
