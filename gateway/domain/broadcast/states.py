"""How far a broadcast has come, and what may be done with it then."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from gateway.domain.faults_and_errors.sentence import Sentence


class State(enum.StrEnum):
    """draft → checked | waiting → approved → scheduled → sending ⇄ paused → done | cancelled.

    One that is large waits for a second person's approval once it is checked; any other needs none.
    """

    DRAFT = "draft"
    CHECKED = "checked"
    WAITING = "waiting"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Deed(enum.StrEnum):
    """What a person does with a broadcast."""

    CHECK = "check"
    REHEARSE = "rehearse"
    EMERGENCY = "declare an emergency"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


_READY = frozenset({State.CHECKED, State.APPROVED, State.SCHEDULED})
_MAY: Mapping[Deed, frozenset[State]] = {
    Deed.CHECK: frozenset({State.DRAFT, State.CHECKED, State.WAITING}),
    Deed.REHEARSE: frozenset(State) - {State.DONE, State.CANCELLED},
    Deed.EMERGENCY: frozenset({State.DRAFT, State.CHECKED, State.WAITING, State.APPROVED}),
    Deed.APPROVE: frozenset({State.WAITING}),
    Deed.SCHEDULE: _READY,
    Deed.START: _READY,
    Deed.PAUSE: frozenset({State.SENDING}),
    Deed.RESUME: frozenset({State.PAUSED}),
    Deed.CANCEL: frozenset(State) - {State.DONE, State.CANCELLED},
}
#: What leads on from a state; `{id}` is the broadcast.
_NEXT: Mapping[State, str] = {
    State.DRAFT: "Run: gateway broadcast check {id}",
    State.CHECKED: "Run: gateway broadcast start {id}, or schedule {id} --at TIME",
    State.WAITING: "A second person runs: gateway broadcast approve {id}",
    State.APPROVED: "Run: gateway broadcast start {id}, or schedule {id} --at TIME",
    State.SCHEDULED: "It begins by itself. To hold it: gateway broadcast cancel {id}",
    State.SENDING: "See: gateway broadcast watch {id}",
    State.PAUSED: "Run: gateway broadcast resume {id}, or cancel {id}",
    State.DONE: "See: gateway broadcast report {id}",
    State.CANCELLED: "See: gateway broadcast report {id}",
}
#: How far it is, and what cannot be done then, as a refusal says them.
_IS: Mapping[State, Sentence] = {
    State.DRAFT: Sentence("not checked yet"),
    State.CHECKED: Sentence("checked already"),
    State.WAITING: Sentence("waiting for approval"),
    State.APPROVED: Sentence("approved already"),
    State.SCHEDULED: Sentence("scheduled already"),
    State.SENDING: Sentence("being sent"),
    State.PAUSED: Sentence("paused"),
    State.DONE: Sentence("done already"),
    State.CANCELLED: Sentence("cancelled"),
}
_BE_DONE: Mapping[Deed, Sentence] = {
    Deed.CHECK: Sentence("be checked"),
    Deed.REHEARSE: Sentence("be rehearsed"),
    Deed.EMERGENCY: Sentence("be declared an emergency"),
    Deed.APPROVE: Sentence("be approved"),
    Deed.SCHEDULE: Sentence("be scheduled"),
    Deed.START: Sentence("be started"),
    Deed.PAUSE: Sentence("be paused"),
    Deed.RESUME: Sentence("be resumed"),
    Deed.CANCEL: Sentence("be cancelled"),
}
#: States in which the ticker has something to do with a broadcast.
MOVING = (State.SCHEDULED, State.SENDING, State.PAUSED, State.CANCELLED)


def may(deed: Deed, state: State) -> bool:
    """Returns whether something may be done with a broadcast that has come so far.

    >>> may(Deed.APPROVE, State.WAITING), may(Deed.START, State.WAITING)
    (True, False)
    """
    return state in _MAY[deed]


def what_next(state: State, id: int) -> str:
    """Returns the sentence that says how to go on from a state."""
    return _NEXT[state].format(id=id)


def cannot(deed: Deed, state: State, id: int) -> Sentence:
    """Returns the sentence that says why something cannot be done now, and how to go on.

    >>> cannot(Deed.START, State.WAITING, 7).split(".")[0]
    'Broadcast 7 is waiting for approval, so it cannot be started'
    """
    return Sentence(
        "Broadcast %(id)s is %(state)s, so it cannot %(deed)s.",
        id=id,
        state=_IS[state],
        deed=_BE_DONE[deed],
        by_command=what_next(state, id),
    )


def after_check(recipients: int, approval_above: int, *, emergency: bool = False) -> State:
    """Returns what a broadcast is once it is checked: a large one waits for a second person.

    So does an emergency, whatever its size: no single person writes to those who said STOP.

    >>> after_check(1001, 1000), after_check(1000, 1000)
    (<State.WAITING: 'waiting'>, <State.CHECKED: 'checked'>)
    """
    is_large = recipients > approval_above
    return State.WAITING if is_large or emergency else State.CHECKED


def is_second_person(by: str, *others: str) -> bool:
    """Returns whether who approves is none of those who made it, however the name is written.

    >>> is_second_person("Juma", "asha"), is_second_person(" ASHA ", "asha")
    (True, False)
    """
    return " ".join(by.split()).casefold() not in {
        " ".join(each.split()).casefold() for each in others
    }
