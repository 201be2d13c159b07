"""Whether a text that names a service is meant for it, or is a sentence with that word in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gateway.domain.commands.answers_within import Found
from gateway.domain.commands.keywords_within import says_of
from gateway.domain.dialogue.session import Session
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, InputScreen
from gateway.domain.reading.folding import fold
from gateway.domain.reading.small_words import PROSE_WORDS, SMALL_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the words behind a keyword.

    `answers` is how many were taken as answers, `sure` whether one of them can be nothing else, and
    `left` are those that fit nothing.
    """

    answers: int = 0
    sure: bool = False
    left: tuple[str, ...] = field(default=(), repr=False)
    ends: bool = False

    def and_then(self, found: Found, left: Sequence[str], *, refused: bool) -> Taken:
        """Returns this with one more answer found, or with one that was refused."""
        if refused:
            return replace(self, left=tuple(left))
        return Taken(answers=self.answers + 1, sure=self.sure or found.sure, left=tuple(left))


#: So many words that fit nothing may stand in a text, by where its keyword stands: at the
#: beginning, behind small words, or behind others, and what was taken.
_BEGINNING, _BEHIND_SMALL_WORDS = 3, 2
_WITH_A_SURE_ANSWER = 8
#: So many words that fit no line of a list are a line that is not there.
_FEW = 2


def is_meant(
    release: Release,
    service: str,
    words: Sequence[str],
    taken: Taken,
    before: Sequence[str] | None = None,
) -> bool:
    """Returns whether a text with the keyword of a service in it is meant for that service.

    `words` are those around the keyword, `before` those ahead of it that say something; None where
    it is the first word.
    """
    strange = len(says_of(release, service, taken.left))
    prose = sum(fold(word) in PROSE_WORDS for word in taken.left)
    if taken.sure:
        return strange + prose <= _WITH_A_SURE_ANSWER
    if before:
        return taken.answers > 0 and strange + prose == 0
    if taken.answers:
        most = _BEGINNING if before is None else _BEHIND_SMALL_WORDS
        return strange + prose <= most
    if before is not None:
        return strange + prose == 0
    return _is_command(release, service, words, strange, prose)


def is_answer(release: Release, session: Session, found: Found) -> bool:
    """Returns whether a text within a dialogue is an answer with other words around it.

    Such are "my number is 10231456" and a misspelt keyword before it.
    """
    prose = sum(fold(word) in PROSE_WORDS - SMALL_WORDS for word in found.left)
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
    if not taken.answers:
        return all(fold(word) in SMALL_WORDS for word in words)
    screen = release.screens.get(session.at)
    if isinstance(screen, ChoiceScreen):
        number = bool(strange) and any(char.isdigit() for char in strange[0])
        prose = any(fold(word) in PROSE_WORDS for word in words)
        return not number and (prose or not 0 < len(strange) <= _FEW)
    asked = isinstance(screen, InputScreen) and not KINDS[screen.accepts.kind].free_text
    return not (asked and any(char.isdigit() for word in words for char in word))


def _is_command(
    release: Release, service: str, words: Sequence[str], strange: int, prose: int
) -> bool:
    """Returns whether words of which none is an answer stand behind a keyword as in a command.

    Where a free text will be asked for, they are the beginning of it, unless the keyword is the
    subject of a sentence.
    """
    if strange <= 1 and not prose:
        return True
    first = fold(words[0]) if words else ""
    if first in PROSE_WORDS:
        return False
    if _asks_for_text(release, service):
        return True
    small = any(fold(word) in SMALL_WORDS for word in words)
    return not prose and not (small and strange > 1) and strange <= _BEGINNING


def _asks_for_text(release: Release, service: str) -> bool:
    return any(
        KINDS[screen.accepts.kind].anything
        for screen in release.each(InputScreen)
        if screen.id.startswith(f"{service}.")
    )
