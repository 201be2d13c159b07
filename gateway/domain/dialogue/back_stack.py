"""The way back: which screens a session came by, and what it knew on each of them."""

from __future__ import annotations

from collections.abc import Container, Mapping

from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Value

#: Steps back that are remembered, so that a session stays small however long someone wanders.
LONGEST_TRAIL = 30


#: A layer of values has under this name, which no handler gives, what was answered before the first
#: question was answered once more.
_TOLD_BEFORE = ""

#: A trail, and the layers of values that its steps count.
Behind = tuple[tuple[tuple[str, int, str | None], ...], tuple[Mapping[str, Value], ...]]


def left(session: Session) -> Session:
    """Returns the session with its current screen as the newest step of the trail."""
    trail, values = left_behind(session)
    return session._replace(trail=trail, values=values)


def left_behind(session: Session) -> Behind:
    """Returns trail and values with the current screen as the newest step."""
    step = (session.at, len(session.values), session.answers.get(session.at))
    trail = (*session.trail, step)[-LONGEST_TRAIL:]
    # Nobody goes back beyond the oldest step: the layers below it can be one.
    oldest = session.values[: trail[0][1]]
    if len(oldest) < 2:
        return trail, session.values
    merged = {name: value for layer in oldest for name, value in layer.items()}
    spared = len(oldest) - 1
    trail = tuple((at, layers - spared, answer) for at, layers, answer in trail)
    return trail, (merged, *session.values[len(oldest) :])


def gone_back(session: Session) -> Session:
    """Returns the session at the newest step of its trail, knowing what it knew there.

    The screen is shown from its first page. Raises IndexError when the trail is empty.
    """
    at, layers, answer = session.trail[-1]
    known = _known_before(session, layers)
    answers = {screen: value for screen, value in known.items() if screen != at}
    if answer is not None:
        answers[at] = answer
    return session._replace(
        at=at,
        page=0,
        trail=session.trail[:-1],
        values=session.values[:layers],
        answers=answers,
    )


def begun_anew(session: Session) -> Session | None:
    """Returns the session without its answers, where it answers its first question once more.

    Whoever changes something goes through the questions again, and may come by another way: what
    was told on the first one would be stored with it. The way back leads to those answers. What is
    stored already is corrected, and keeps what was told besides; None there, and anywhere else.
    """
    service = _service(session.at)
    told = {at: said for at, said in session.answers.items() if _service(at) == service}
    if next(iter(told), "") != session.at or any(_service(at) == service for at in session.stored):
        return None
    trail, values = left_behind(session)
    others = {at: said for at, said in session.answers.items() if at not in told}
    return session._replace(trail=trail, answers=others, values=(*values, {_TOLD_BEFORE: [told]}))


def without_services(session: Session, hidden: Container[str]) -> Session:
    """Returns the session without its way through these services, and without what it knew there.

    What is left of the way begins behind the last of their screens.
    """
    ways = [place for place, (at, _, _) in enumerate(session.trail) if _service(at) in hidden]
    if not ways:
        return session
    behind = ways[-1] + 1
    known = session.trail[ways[-1]][1]
    return session._replace(
        trail=tuple((at, layers - known, answer) for at, layers, answer in session.trail[behind:]),
        values=session.values[known:],
        answers={at: said for at, said in session.answers.items() if _service(at) not in hidden},
    )


def _known_before(session: Session, layers: int) -> Mapping[str, str]:
    """Returns the answers, with those of before where the way back leads to them."""
    for layer in session.values[layers:]:
        told = layer.get(_TOLD_BEFORE, "")
        if told and not isinstance(told, str):
            service = _service(next(iter(told[0])))
            others = {at: said for at, said in session.answers.items() if _service(at) != service}
            return {**others, **told[0]}
    return session.answers


def _service(screen: str) -> str:
    return screen.partition(".")[0]
