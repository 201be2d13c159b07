"""What pages call statuses and events: the words of the gateway, for those who read a language."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.use_cases.analytics.life_of_session import Standing
from gateway.use_cases.ports.casework import (
    ANSWERED,
    ASSIGNED,
    IN_PROGRESS,
    RECEIVED,
    REMARK,
    SOLVED,
)
from gateway.web.console.pages import N_

CASE: Mapping[str, str] = {
    RECEIVED: N_("received"),
    IN_PROGRESS: N_("in progress"),
    SOLVED: N_("solved"),
}
MESSAGE: Mapping[str, str] = {
    HelpDeskStatus.OPEN: N_("open"),
    HelpDeskStatus.ANSWERED: N_("answered"),
    HelpDeskStatus.CLOSED: N_("closed"),
}
SESSION: Mapping[str, str] = {
    Standing.COMPLETED: N_("completed"),
    Standing.GIVEN_UP: N_("given up"),
    Standing.FAILED: N_("failed"),
    Standing.BROKE_OFF: N_("broke off"),
    Standing.ELSEWHERE: N_("went elsewhere"),
    Standing.OPEN: N_("open"),
}
#: What happened to a case.
EVENTS: Mapping[str, str] = {
    "confirmed": N_("The citizen says that it is solved."),
    "not_mended": N_("The citizen says that it is not solved."),
    "amended": N_("The citizen has changed what was told."),
    "note": N_("The citizen has added:"),
    "moved": N_("Its status is now:"),
    ASSIGNED: N_("Now worked on by:"),
    ANSWERED: N_("Written to the citizen:"),
    REMARK: N_("Note, for the office alone:"),
}
