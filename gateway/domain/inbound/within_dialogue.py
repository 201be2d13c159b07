"""What a reserved word means where a question is open: the answer to it is nearest."""

from __future__ import annotations

from dataclasses import replace

from gateway.domain.commands.keywords import says_no, says_yes
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.dialogue.engine import advance
from gateway.domain.dialogue.option_matching import takes_free_text
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event
from gateway.domain.inbound.noise import is_noise
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, InputScreen
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.channel import Keys

_ANSWER = Read(Opening.UNKNOWN)


def within_dialogue(
    release: Release, session: Session, wanted: Read, text: str, keys: Keys
) -> Read:
    """Returns what a text asks for within a dialogue; UNKNOWN for what answers its question.

    STOP ends it, with courtesy behind it or not. "Please stop", STOP with the number that is
    texted, which may be a year, and other wishes for no more SMS are asked about where anything
    could be said: they are no description and no name. "Help the children" is a description, and
    "help me" is none. Nothing that was misspelled is guessed.
    """
    opening = wanted.opening
    if opening is not Opening.LEAVE and wanted.meant:
        return _ANSWER
    stops = opening is Opening.STOP
    if stops and not wanted.words and fold(text.split(maxsplit=1)[0]) in release.reserved.stop:
        return wanted
    if stops or opening is Opening.LEAVE:
        if _takes_words(release, session):
            return replace(wanted, opening=Opening.LEAVE, meant=wanted.meant or "STOP")
    elif opening is not Opening.HELP or not wanted.words or _takes_name(release, session):
        return wanted
    return _ANSWER if _answers(release, session, text, keys) else wanted


def is_all_said(release: Release, session: Session) -> bool:
    """Returns whether nothing that is asked now is needed: what is written is, or was looked up.

    Then thanks are no answer, and a sentence is none either.
    """
    screen = release.screens.get(session.at)
    if isinstance(screen, ChoiceScreen) and screen.tell_me is not None:
        return True
    return session.written and isinstance(screen, ChoiceScreen) and not screen.needed


def names_nobody(release: Release, session: Session, text: str) -> bool:
    """Returns whether thanks, a yes or a no were sent where a name is asked for.

    They are asked about once: whoever is called so sends it again.
    """
    if session.wrong or not _takes_name(release, session):
        return False
    thanks = is_noise(release.reserved, text)
    return thanks or says_yes(release, text) or says_no(release, text)


def _answers(release: Release, session: Session, text: str, keys: Keys) -> bool:
    event = advance(release, session, text, keys).event
    return event not in (Event.REFUSED, Event.GIVEN_UP)


def _takes_words(release: Release, session: Session) -> bool:
    """Returns whether the screen takes words that no menu knows: a description, or a name."""
    screen = release.screens.get(session.at)
    return isinstance(screen, InputScreen) and KINDS[screen.accepts.kind].free_text


def _takes_name(release: Release, session: Session) -> bool:
    return _takes_words(release, session) and not takes_free_text(release, session)
