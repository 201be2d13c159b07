"""The menu engine: one answer in, the next session and what happened out.

Pure and total: whatever a citizen types, a Step comes back. It never looks up, sends or saves; a
Step of event CALL asks its caller to run a handler and to go on with `resume`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.answers import Complaint, check
from gateway.domain.channel import Keys
from gateway.domain.keywords import fold
from gateway.domain.menu import (
    HOME,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Listing,
    OpenScreen,
    Option,
    Release,
    ServiceScreen,
)
from gateway.domain.service_call import Outcome, Row, Value
from gateway.domain.session import Session
from gateway.domain.trail import gone_back, left

#: A screen is shown again this often with a complaint; the next wrong answer ends the session.
PATIENCE = 3
#: The checker refuses a ring of services that open each other; be total all the same.
MOST_HOPS = 30

DEFAULT_KEYS = Keys()


class Event(enum.StrEnum):
    """What an answer led to."""

    SHOWN = "shown"
    REFUSED = "refused"
    CALL = "call"
    ENDED = "ended"
    GIVEN_UP = "given_up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A handler to run, with the answers it gets; secrets stand here and nowhere else."""

    handler: str
    answers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened. `call` is set on CALL, `complaint` on REFUSED.

    LOST means that the menu has no way on (an outcome without a screen); the checker rules it out.
    `used_secret` says that the answer was given to a secret input, be it taken or refused.
    """

    session: Session
    event: Event
    complaint: Complaint | None = None
    call: PendingCall | None = None
    language_chosen: str = ""
    used_secret: bool = False


def begin(release: Release, language: str, service: str = "") -> Step:
    """Returns the first step of a session: the home screen, or the first screen of a service."""
    if language not in release.languages:
        language = release.default_language
    session = Session(release=release.id, language=language, at=HOME)
    if not service:
        return Step(session=session, event=Event.SHOWN)
    return _go(release, replace(session, trail=((HOME, 0, None),)), release.services[service].start)


def advance(release: Release, session: Session, answer: str, keys: Keys = DEFAULT_KEYS) -> Step:
    """Returns what one answer leads to."""
    typed = answer.strip()
    session = replace(session, count=session.count + 1)
    screen = release.screens.get(session.at)
    if screen is None or isinstance(screen, ServiceScreen | OpenScreen):
        return _home(session)
    if session.more and typed == keys.more:
        # A complaint took room on its page, so what follows that page is the screen from its top.
        return _shown(replace(session, page=0 if session.wrong else session.page + 1))
    if typed == keys.home:
        return _home(session)
    if typed == keys.back:
        return _back(session)
    if isinstance(screen, ChoiceScreen):
        return _choose(release, session, screen, typed)
    if isinstance(screen, InputScreen):
        return _take(release, session, screen, typed)
    return _refuse(session, Complaint("choice_wrong"))


def resume(release: Release, session: Session, outcome: Outcome) -> Step:
    """Returns what a handler's outcome leads to; `session` is that of the CALL step."""
    screen = release.screens.get(session.at)
    if not isinstance(screen, ServiceScreen) or outcome.name not in screen.outcomes:
        return Step(session=replace(session, ended=True), event=Event.LOST)
    session = replace(session, values=(*session.values, outcome.values))
    return _go(release, session, screen.outcomes[outcome.name])


def rows_of(session: Session, listing: Listing) -> list[Row]:
    """Returns the rows a listing shows, from the newest handler that gave them."""
    found = value_of(session, listing.rows)
    return [] if isinstance(found, str) else list(found)


def value_of(session: Session, name: str) -> Value:
    """Returns what a handler gave under this name, the newest first; empty when none did."""
    for layer in reversed(session.values):
        if name in layer:
            return layer[name]
    return ""


def takes_free_text(release: Release, session: Session) -> bool:
    """Returns whether the screen takes whatever is typed, `*` and spaces included."""
    screen = release.screens.get(session.at)
    return isinstance(screen, InputScreen) and screen.accepts.kind == "text"


def _choose(release: Release, session: Session, screen: ChoiceScreen, typed: str) -> Step:
    if screen.listing is not None:
        rows = rows_of(session, screen.listing)
        row = _listed(session.language, screen.listing, rows, typed)
        if row is None:
            return _refuse(session, Complaint("choice_wrong"))
        return _answered(release, session, screen.listing.goto, row.get(screen.listing.value, ""))
    option = screen.options.get(typed) or _labelled(session.language, screen, typed)
    if option is None:
        if screen.id == HOME and typed in release.shortcuts:
            return _go(release, left(session), release.services[release.shortcuts[typed]].start)
        return _refuse(session, Complaint("choice_wrong"))
    if option.language:
        step = _home(replace(session, language=option.language))
        return replace(step, language_chosen=option.language)
    return _answered(release, session, option.goto, option.value)


def _listed(language: str, listing: Listing, rows: list[Row], typed: str) -> Row | None:
    if typed.isascii() and typed.isdigit() and typed[0] != "0" and len(typed) < 4:
        number = int(typed)
        return rows[number - 1] if number <= len(rows) else None
    wanted = fold(typed)
    label = listing.label[language]
    return next((row for row in rows if wanted and fold(label.fill(row)) == wanted), None)


def _labelled(language: str, screen: ChoiceScreen, typed: str) -> Option | None:
    wanted = fold(typed)
    if not wanted:
        return None
    for option in screen.options.values():
        if fold("".join(option.label[language].pieces[::2])) == wanted:
            return option
    return None


def _take(release: Release, session: Session, screen: InputScreen, typed: str) -> Step:
    result = check(screen.accepts, typed)
    if isinstance(result, Complaint):
        return replace(_refuse(session, result), used_secret=screen.secret)
    if not screen.secret:
        return _answered(release, session, screen.goto, result)
    secrets = {screen.id.partition(".")[2]: result}
    step = _go(release, left(session), screen.goto, secrets=secrets)
    return replace(step, used_secret=True)


def _answered(release: Release, session: Session, goto: str, value: str) -> Step:
    answers = {**session.answers, session.at: value}
    return _go(release, left(session), goto, answers=answers)


def _go(
    release: Release,
    session: Session,
    goto: str,
    *,
    answers: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Step:
    screen = release.screens[goto]
    hops = 0
    while isinstance(screen, OpenScreen):
        hops += 1
        if hops > MOST_HOPS:
            return Step(session=replace(session, ended=True), event=Event.LOST)
        screen = release.screens[screen.goto]
    ends = isinstance(screen, EndScreen)
    known = session.answers if answers is None else answers
    session = replace(session, at=screen.id, page=0, more=False, wrong=0, answers=known, ended=ends)
    if isinstance(screen, ServiceScreen):
        needed = {**_answers_of(session, screen), **(secrets or {})}
        return Step(session=session, event=Event.CALL, call=PendingCall(screen.handler, needed))
    return Step(session=session, event=Event.ENDED if ends else Event.SHOWN)


def _answers_of(session: Session, screen: ServiceScreen) -> dict[str, str]:
    service = screen.id.partition(".")[0] + "."
    answers = {
        at.removeprefix(service): value
        for at, value in session.answers.items()
        if at.startswith(service)
    }
    for argument, name in screen.arguments.items():
        answers[argument] = answers.get(name, "")
    return answers


def _back(session: Session) -> Step:
    if session.page > 0:
        return _shown(replace(session, page=session.page - 1))
    if not session.trail:
        return _home(session)
    return _shown(gone_back(session))


def _home(session: Session) -> Step:
    fresh = Session(
        release=session.release, language=session.language, at=HOME, count=session.count
    )
    return Step(session=fresh, event=Event.SHOWN)


def _shown(session: Session) -> Step:
    return Step(session=replace(session, more=False, wrong=0, ended=False), event=Event.SHOWN)


def _refuse(session: Session, complaint: Complaint) -> Step:
    session = replace(session, wrong=session.wrong + 1, page=0, more=False)
    if session.wrong > PATIENCE:
        return Step(session=replace(session, ended=True), event=Event.GIVEN_UP)
    return Step(session=session, event=Event.REFUSED, complaint=complaint)
