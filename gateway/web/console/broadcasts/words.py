"""What pages call states, outcomes and reasons of broadcasts."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.domain.broadcast.outcomes import Outcome
from gateway.domain.broadcast.states import State
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.broadcast.wording_members import (
    OTHER_LANGUAGE,
    STOPPED,
    UNREACHABLE,
    UNREADABLE,
)
from gateway.web.console.pages import N_

STATES: Mapping[State, str] = {
    State.DRAFT: N_("not checked yet"),
    State.CHECKED: N_("checked, ready to go out"),
    State.WAITING: N_("waits for a second person"),
    State.APPROVED: N_("approved"),
    State.SCHEDULED: N_("goes out by itself"),
    State.SENDING: N_("being sent"),
    State.PAUSED: N_("paused"),
    State.DONE: N_("done"),
    State.CANCELLED: N_("cancelled"),
}
LANES: Mapping[Lane, str] = {
    Lane.URGENT: N_("before all else, and at night"),
    Lane.REPLY: N_("as an answer"),
    Lane.BULK: N_("behind all answers, and not at night"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.WAITING: N_("waiting"),
    Outcome.SENT: N_("sent, no report yet"),
    Outcome.DELIVERED: N_("delivered"),
    Outcome.FAILED: N_("failed"),
    Outcome.REFUSED: N_("said STOP meanwhile"),
    Outcome.EXPIRED: N_("came too late"),
    Outcome.TAKEN_BACK: N_("taken back"),
    Outcome.UNKNOWN: N_("unknown"),
}
#: Why somebody is left out.
LEFT_OUT: Mapping[str, str] = {
    STOPPED: N_("said STOP"),
    UNREACHABLE: N_("no channel reaches them"),
    OTHER_LANGUAGE: N_("read another language"),
    UNREADABLE: N_("cannot be read: a key is missing"),
}
