"""Whether a text that names a service is meant for it, or is a sentence with that word in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from gateway.domain.commands.answers_within import Found
from gateway.domain.commands.keywords_within import begins_small, says_of
from gateway.domain.commands.openings import Read
from gateway.domain.dialogue.session import Session
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
)
from gateway.domain.reading.folding import fold
from gateway.domain.reading.small_words import QUESTION_WORDS, SMALL_WORDS, TYING_WORDS, tells
from gateway.domain.text.syllables import spelt


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the words behind a keyword.

    `found` is how many answers were found, `sure` whether one of them can be nothing else, and
    `left` are those that fit nothing.
    """

    found: int = 0
    sure: bool = False
    left: tuple[str, ...] = field(default=(), repr=False)
    ends: bool = False

    def and_then(self, found: Found, left: Sequence[str], *, refused: bool) -> Taken:
        """Returns this with one more answer found, or with one that was refused."""
        if refused:
            return replace(self, left=tuple(left))
        return Taken(found=self.found + 1, sure=self.sure or found.sure, left=tuple(left))

    def less_the_keyword(self) -> Taken:
        """Returns this without the line that the keyword itself has chosen."""
        return replace(self, found=max(0, self.found - 1))


#: So many words that fit nothing may stand in a text, by where its keyword stands: at the
#: beginning, behind small words, or behind others, and what was taken.
_BEGINNING, _BEHIND_SMALL_WORDS = 3, 2
_WITH_A_SURE_ANSWER = 8
#: Words of so few letters are near many others.
_SHORT_KEYWORD = 5
#: So many words that fit no line of a list are a line that is not there.
_FEW = 2


def is_meant(
    release: Release,
    service: str,
    words: Sequence[str],
    taken: Taken,
    before: Sequence[str] | None = None,
    *,
    guessed: bool = False,
    asks: bool = False,
    stressed: bool = False,
) -> bool:
    """Returns whether a text with the keyword of a service in it is meant for that service.

    `words` are those around the keyword, `before` those ahead of it that say something; None where
    it is the first word. A `guessed` keyword without an answer stands alone; a text that `asks` may
    say "is" and "have", and a keyword is `stressed` in capitals.
    """
    said, prose = says_of(release, service, taken.left), _prose(words, taken.left, asks=asks)
    if asks and taken.found:
        said, prose = [word for word in said if not tells(word)], 0
    strange = len(said)
    before = None if before is None else says_of(release, service, before)
    if taken.sure:
        return strange + prose <= _WITH_A_SURE_ANSWER
    if guessed and not taken.found:
        return strange + prose == 0
    if before:
        return taken.found > 0 and strange + prose == 0
    if taken.found:
        most = _BEGINNING if before is None else _BEHIND_SMALL_WORDS
        return strange + prose <= most
    if before is not None:
        return strange + prose == 0
    if _names_another(release, service, taken.left):
        return False
    return _is_command(release, service, words, strange, prose, stressed=stressed)


def is_answer(release: Release, session: Session, found: Found) -> bool:
    """Returns whether a text within a dialogue is an answer with other words around it.

    Such are "my number is 10231456" and a misspelt keyword before it.
    """
    prose = sum(tells(word) and fold(word) not in SMALL_WORDS for word in found.left)
    service = session.at.partition(".")[0]
    strange = len(says_of(release, service, found.left))
    if found.within:
        return len(found.left) == 1
    if found.sure:
        return strange + prose <= _BEGINNING
    listed = isinstance(release.screens.get(session.at), ChoiceScreen)
    return listed and strange <= 1 and not prose


def is_passed_over(release: Release, session: Session, words: Sequence[str], taken: Taken) -> bool:
    """Returns whether words that fit nothing are left out, and the question is asked plainly.

    So where others were answers; but what looks like an answer, a number where one is asked for, or
    a word or two where a list is shown, is refused and told why.
    """
    strange = says_of(release, session.at.partition(".")[0], words)
    if not taken.found:
        return all(fold(word) in SMALL_WORDS for word in words)
    screen = release.screens.get(session.at)
    match screen:
        case ChoiceScreen():
            number = bool(strange) and any(char.isdigit() for char in strange[0])
            prose = any(map(tells, words))
            return not number and (prose or not 0 < len(strange) <= _FEW)
        case InputScreen():
            has_digits = any(char.isdigit() for word in words for char in word)
            return KINDS[screen.accepts.kind].free_text or not has_digits
        case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen() | None:
            return True
        case _:
            assert_never(screen)


def _prose(words: Sequence[str], left: Sequence[str], *, asks: bool) -> int:
    """Returns how many of the words left make a sentence; "is" makes none of a question."""
    asks = asks or not QUESTION_WORDS.isdisjoint(map(fold, words))
    return sum(tells(word) and not (asks and fold(word) in SMALL_WORDS) for word in left)


def _names_another(release: Release, service: str, words: Sequence[str]) -> bool:
    """Returns whether another service is named, which may be meant: hali ya hewa."""
    owners = (release.keywords.get(fold(word), (service, ""))[0] for word in words)
    return any(owner != service for owner in owners)


def _is_command(
    release: Release,
    service: str,
    words: Sequence[str],
    strange: int,
    prose: int,
    *,
    stressed: bool,
) -> bool:
    """Returns whether words of which none is an answer stand behind a keyword as in a command.

    Where a free text will be asked for, they are the beginning of it, unless the keyword is the
    subject of a sentence.
    """
    if strange <= 1 and not prose:
        return True
    first = words[0] if words else ""
    if tells(first) or fold(first) in TYING_WORDS:
        return False
    if _asks_for_text(release, service):
        return strange > 1
    return stressed and not prose and strange <= _BEGINNING


def _asks_for_text(release: Release, service: str) -> bool:
    """Returns whether a free text is needed whichever line of the first screen is chosen.

    Words to search a list by are no such text: they are asked for where the list is too long.
    """
    start = release.screens.get(release.services[service].start)
    ways = {each.goto for each in start.options.values()} if isinstance(start, ChoiceScreen) else ()
    return len(ways) == 1 and any(
        screen.needed and KINDS[screen.accepts.kind].anything
        for screen in release.each(InputScreen)
        if screen.id.startswith(f"{service}.")
    )


def may_be_guessed(release: Release, wanted: Read, text: str, language: str) -> bool:
    """Returns whether a guessed keyword is worth a question: it stands nearly alone.

    A short one does so quite, and is one of the subscriber's language; capitals stress it. Where
    nobody is asked, what the words behind it answer decides.
    """
    if begins_small(text):
        return False
    first, *_ = text.split(None, 1)
    if (
        not wanted.service
        or not release.services[wanted.service].writes
        or first[:_SHORT_KEYWORD].isupper()
    ):
        return True
    if any(map(tells, wanted.words)):
        return False
    strange = [
        word
        for word in says_of(release, wanted.service, wanted.words)
        if not any(char.isdigit() for char in word)
    ]
    if len(spelt(wanted.keyword)) > _SHORT_KEYWORD:
        return len(strange) <= 1
    return not strange and wanted.language == language
