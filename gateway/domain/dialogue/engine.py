"""The menu engine: one answer in, the next session and what happened out.

Pure and total: whatever a citizen types, a Step comes back. It never looks up, sends or saves; a
Step of event CALL asks its caller to run a handler and to go on with `resume`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from gateway.domain.dialogue.back_stack import (
    Behind,
    begun_anew,
    gone_back,
    left,
    left_behind,
)
from gateway.domain.dialogue.confirmation import first_entry, is_same
from gateway.domain.dialogue.option_matching import (
    begun_with,
    listed,
    option_of,
    options_of,
    options_shown,
    way_of,
)
from gateway.domain.dialogue.scope import (
    answers_for,
    is_in_service_of,
    is_stored,
    needed_answers,
    rows_of,
    texts_known,
    unsent,
)
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall, Step
from gateway.domain.handler_contract.service_call import Outcome, Row, Value
from gateway.domain.input_kinds.base import NOT_HELD, Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.menu.kept_questions import KEEP_QUESTION
from gateway.domain.menu.release import HOME, LANGUAGE_SERVICE, Release
from gateway.domain.menu.screens import (
    AskingScreen,
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
    Several,
    ShownScreen,
)
from gateway.domain.menu.side_effects import TOLD_OF
from gateway.domain.reading.keys import key_of
from gateway.domain.telecom.channel import Keys

#: A screen is shown again this often with a complaint; the next wrong answer ends the session.
PATIENCE = 3
#: The checker refuses a ring of services that open each other; be total all the same.
MOST_HOPS = 30

DEFAULT_KEYS = Keys()
#: How many digits a shortcut has; a resume code has more.
_SHORTCUT_DIGITS = range(2, 7)


def begin(release: Release, language: str, service: str = "", *, ask: bool = False) -> Step:
    """Returns the first step of a session: the home screen, or the first screen of a service.

    With `ask` the first screen is the choice of language, which leads home.
    """
    if language not in release.languages:
        language = release.default_language
    session = Session(release=release.id, language=language, at=HOME)
    if ask:
        session = session._replace(at=release.services[LANGUAGE_SERVICE].start)
    if not service:
        return Step(session=session, event=Event.SHOWN)
    behind = (((HOME, 0, None),), ())
    return _go(release, session, release.services[service].start, behind=behind, taken=0)


def advance(
    release: Release,
    session: Session,
    answer: str,
    keys: Keys = DEFAULT_KEYS,
    today: date | None = None,
) -> Step:
    """Returns what one answer leads to; `today` is the citizen's day, for an answer like that."""
    typed = answer.strip()
    key = key_of(typed)
    screen = release.screens.get(session.at)
    if not isinstance(screen, ShownScreen):
        return _home(session)
    if session.more and key == keys.more:
        # A complaint took room on its page, so what follows that page is the screen from its top.
        further = session._replace(page=0 if session.wrong else session.page + 1)
        return _shown(further)._replace(paged=True)
    if key == keys.home:
        return _home(session)._replace(complaint=unsent(release, session))
    if key == keys.back:
        return _back(release, session)
    match screen:
        case ChoiceScreen():
            return _choose(release, session, screen, key)
        case InputScreen():
            return _take(release, session, screen, typed, today)
        case EndScreen():
            return refuse(session, Complaint("choice_wrong"))
        case _:
            assert_never(screen)


def is_key(answer: str, keys: Keys = DEFAULT_KEYS) -> bool:
    """Returns whether an answer is a key that means the same on every screen: back or home."""
    return key_of(answer.strip()) in (keys.back, keys.home)


def resume(release: Release, session: Session, outcome: Outcome) -> Step:
    """Returns what a handler's outcome leads to; `session` is that of the CALL step."""
    screen = release.screens.get(session.at)
    if not isinstance(screen, ServiceScreen) or outcome.name not in screen.outcomes:
        return Step(session=session._replace(ended=True), event=Event.LOST)
    trail, written = session.trail, session.written
    if screen.writes in TOLD_OF and screen.writes_as(outcome.name):
        # Nobody goes back behind what is stored, as if it were not.
        trail, written = ((HOME, 0, None),), True
        service, _, _ = session.at.partition(".")
        stored = needed_answers(release, session)
        session = session._replace(stored=stored, done_in=service)
    behind = trail, (*session.values, outcome.values)
    goto = screen.outcomes[outcome.name]
    return _go(release, session, goto, behind=behind, taken=session.taken, written=written)


def without_offer(release: Release, step: Step) -> Step:
    """Returns what is shown to whom no SMS can reach: an end, instead of one that offers an SMS."""
    screen = release.screens.get(step.session.at)
    if not isinstance(screen, ChoiceScreen) or not screen.tell_me or step.call is not None:
        return step
    session = step.session._replace(at=screen.tell_me.without_sms, ended=True)
    return step._replace(session=session, event=Event.ENDED)


def _choose(release: Release, session: Session, screen: ChoiceScreen, typed: str) -> Step:
    if screen.several is not None:
        return _choose_several(release, session, screen, screen.several, typed)
    if screen.listing is not None:
        rows = rows_of(session, screen.listing)
        row = listed(session.language, screen.listing, rows, typed)
        if row is None:
            return _searched(release, session, screen, rows, typed)
        return _answered(
            release, session, screen, screen.listing.goto, row.get(screen.listing.value, "")
        )
    option = option_of(session, screen, typed)
    if option is None:
        if screen.id == HOME and typed in release.shortcuts:
            return _go(release, session, release.services[release.shortcuts[typed]].start)
        if screen.id == HOME and _is_like_a_shortcut(typed):
            return refuse(session, Complaint("no_service", {"number": typed}))
        return refuse(session, Complaint(screen.complaint))
    if option.language:
        home = _home(session._replace(language=option.language))
        return home._replace(language_chosen=option.language)
    if screen.tell_me is not None:
        kept = _shown(session).session
        return Step(session=kept, event=Event.CALL, call=PendingCall(KEEP_QUESTION, {}))
    return _answered(release, session, screen, option.goto, option.value)


def _choose_several(
    release: Release, session: Session, screen: ChoiceScreen, several: Several, typed: str
) -> Step:
    if several.skip and typed == several.skip:
        return _answered(release, session, screen, several.goto, "")
    chosen = options_of(session, screen, typed)
    if several.least <= len(chosen) <= several.most:
        values = " ".join(option.value for option in chosen)
        return _answered(release, session, screen, several.goto, values)
    keys = (option.key for option in options_shown(session, screen))
    return refuse(session, Complaint("several_wrong", {"example": several.sample(keys)}))


def _is_like_a_shortcut(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) in _SHORTCUT_DIGITS


def _searched(
    release: Release, session: Session, screen: ChoiceScreen, rows: list[Row], typed: str
) -> Step:
    """Takes the first letters of a line: the one that begins so, or a list of those that do."""
    listing = screen.listing
    found = begun_with(session.language, listing, rows, typed) if listing else []
    if listing is not None and len(found) == 1:
        value = found[0].get(listing.value, "")
        return _answered(release, session, screen, listing.goto, value)
    if listing is None or not found or len(found) == len(rows):
        return refuse(session, Complaint(screen.complaint))
    session = left(session)  # so that the way back is to all the rows
    return _shown(session._replace(page=0, values=(*session.values, {listing.rows: found})))


def _take(
    release: Release, session: Session, screen: InputScreen, typed: str, today: date | None
) -> Step:
    if screen.skip and key_of(typed) == screen.skip:
        return _answered(release, session, screen, screen.goto, "")
    result = check(screen.accepts, typed, session.language, today)
    if not isinstance(result, Complaint) and not _holds(session, screen, result, today):
        result = Complaint(NOT_HELD)
    if isinstance(result, Complaint):
        return refuse(session, result)._replace(used_secret=screen.secret)
    if screen.accepts.confirm:
        cost = release.entry_cost
        if not session.pending:
            kept = _shown(session).session._replace(pending=first_entry(session, result, cost))
            return Step(session=kept, event=Event.SHOWN, used_secret=screen.secret)
        if not is_same(session.pending, result, cost):
            session = session._replace(pending="")
            refused = refuse(session, Complaint("pin_differs"))
            return refused._replace(used_secret=screen.secret)
    if not screen.secret:
        return _answered(release, session, screen, screen.goto, result)
    secrets = {screen.id.partition(".")[2]: result}
    step = _go(
        release,
        session,
        screen.goto,
        secrets=secrets,
        written=session.written and not screen.needed,
    )
    return step._replace(used_secret=True)


def _holds(session: Session, screen: InputScreen, result: str, today: date | None) -> bool:
    """Returns whether what the menu asks of an answer beside its form is true of it."""
    if screen.holds is None:
        return True
    known = {**texts_known(session), "language": session.language}
    known["today"] = today.isoformat() if today else ""
    return screen.holds.holds({**known, screen.id.partition(".")[2]: result})


def _answered(
    release: Release, session: Session, screen: AskingScreen, goto: str, value: str
) -> Step:
    anew = begun_anew(session) if session.at in session.answers else None
    answers = {**(anew or session).answers, session.at: value}
    written = is_stored(session, answers) if screen.needed else session.written
    behind = None if anew is None else (anew.trail, anew.values)
    return _go(release, session, goto, answers=answers, behind=behind, written=written)


def _go(
    release: Release,
    session: Session,
    goto: str,
    *,
    answers: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    behind: Behind | None = None,
    taken: int = -1,
    written: bool = False,
) -> Step:
    """Goes to a screen with one answer more, unless told what was left behind and counted."""
    known = session.answers if answers is None else answers
    trail, values = left_behind(session) if behind is None else behind
    screen, event = _arrive(release, session, release.screens[goto], known, values)
    if event is Event.LOST:
        return Step(session=session._replace(ended=True), event=event)
    # Written out, for it is done on every turn: `_replace` costs three times as much.
    session = Session(
        release=session.release,
        language=session.language,
        at=screen.id,
        trail=trail,
        answers=known,
        values=values,
        taken=session.taken + 1 if taken < 0 else taken,
        ended=event is Event.ENDED,
        written=written and is_in_service_of(session, screen.id),
        stored=session.stored,
        done_in=session.done_in,
    )
    if isinstance(screen, ServiceScreen):
        needed = {**answers_for(session, screen), **(secrets or {})}
        return Step(session=session, event=event, call=PendingCall(screen.handler, needed))
    return Step(session=session, event=event)


def _arrive(
    release: Release,
    session: Session,
    screen: Screen,
    answers: Mapping[str, str],
    values: tuple[Mapping[str, Value], ...],
) -> tuple[Screen, Event]:
    """Returns where a screen leads, past those that are never seen, and what happens there."""
    for _ in range(MOST_HOPS + 1):
        match screen:
            case ChoiceScreen() | InputScreen():
                return screen, Event.SHOWN
            case ServiceScreen():
                return screen, Event.CALL
            case EndScreen():
                return screen, Event.ENDED
            case OpenScreen():
                following = screen.goto
            case BranchScreen():
                # Decided with the answer just given.
                following = way_of(session._replace(answers=answers, values=values), screen)
            case _:
                assert_never(screen)
        if not following:
            break
        screen = release.screens[following]
    return screen, Event.LOST


def _back(release: Release, session: Session) -> Step:
    if session.page > 0:
        return _shown(session._replace(page=session.page - 1))
    if session.pending:  # back to the first of the two entries
        return _shown(session)
    before = gone_back(session) if session.trail else None
    if before is not None and not before.written:
        before = before._replace(written=is_stored(before, before.answers))
    if before is None or before.at == HOME:
        home = _home(session) if before is None else _shown(before)
        return home._replace(complaint=unsent(release, session))
    return _shown(before)


def _home(session: Session) -> Step:
    fresh = Session(
        release=session.release, language=session.language, at=HOME, taken=session.taken + 1
    )
    return Step(session=fresh, event=Event.SHOWN)


def _shown(session: Session) -> Step:
    taken = session.taken + 1
    shown = session._replace(more=False, wrong=0, ended=False, pending="", taken=taken)
    return Step(session=shown, event=Event.SHOWN)


def refuse(session: Session, complaint: Complaint) -> Step:
    """Returns the same screen with a complaint, or the end of a dialogue after too many."""
    taken, wrong = session.taken + 1, session.wrong + 1
    session = session._replace(wrong=wrong, page=0, more=False, taken=taken)
    if session.wrong > PATIENCE:
        return Step(session=session._replace(ended=True), event=Event.GIVEN_UP)
    return Step(session=session, event=Event.REFUSED, complaint=complaint)
