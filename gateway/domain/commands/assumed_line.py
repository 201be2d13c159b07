"""The line that is meant by a text which names none: `WARNING Mbale` asks to get them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gateway.domain.commands.answers_within import answer_within
from gateway.domain.commands.keywords_within import says_of
from gateway.domain.dialogue.engine import advance
from gateway.domain.dialogue.option_matching import options_shown
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen

#: Of so few screens a text answers that names no line.
_MOST_SCREENS = 4


def assumed_line(release: Release, session: Session) -> str:
    """Returns the key of the line that is assumed, where one is and nothing was refused."""
    screen = release.screens.get(session.at)
    if not isinstance(screen, ChoiceScreen) or session.wrong:
        return ""
    return next((each.key for each in options_shown(session, screen) if each.assumed), "")


def answers_all(release: Release, step: Step, words: Sequence[str], today: date | None) -> bool:
    """Returns whether the words answer the screens from here on, and say nothing else.

    One of the answers has to be a line or of a kind that no other words are: anything is a name.
    """
    sure, left, service = False, tuple(words), step.session.at.partition(".")[0]
    for _ in range(_MOST_SCREENS):
        if step.event is not Event.SHOWN or not says_of(release, service, left):
            break
        found = answer_within(release, step.session, left, today)
        if found is None or found.within:
            return False
        listed = isinstance(release.screens.get(step.session.at), ChoiceScreen)
        sure, left = sure or found.sure or listed, found.left
        step = advance(release, step.session, found.answer, today=today)
    return sure and not says_of(release, service, left)
