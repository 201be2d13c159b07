"""The life of an MT, moment by moment, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from gateway.domain.outbound.settling import StepKind
from gateway.domain.telecom.delivery import FINAL, NO_REPORT, DeliveryStatus
from gateway.domain.telecom.sms import Purpose
from gateway.use_cases.ports.sms.messages import MessageFile
from gateway.use_cases.ports.sms.settling import Step

#: Of these `due_at` says when the last attempt was begun.
_BEGUN = frozenset(DeliveryStatus) - {
    DeliveryStatus.QUEUED,
    DeliveryStatus.LEASED,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.UNREPORTED,
}
_WHY = {
    "queued_too_long": "it waited until it was no longer wanted",
    "no_longer_valid": "what it says held no longer",
    "first_has_come": "the SMS that it is a copy of has come",
    NO_REPORT: "no report came in its time",
    "no_outcome_stored": "the worker that was sending it is gone",
    "opted_out": "its subscriber has said STOP",
}


def life_of(file: MessageFile) -> Sequence[tuple[datetime, str]]:
    """Returns what happened to an MT, the earliest first, each with its time."""
    copy = f", as a copy of SMS {file.resend_of}" if file.resend_of is not None else ""
    what = ", as an emergency: STOP does not keep it back" * (file.purpose is Purpose.EMERGENCY)
    told = [(file.created_at, f"Accepted into the lane {file.lane}{copy}{what}.")]
    if file.attempts and file.status in _BEGUN:
        told.append((file.due_at, f"Attempt {file.attempts} to hand it over was begun."))
    told += [(step.at, in_words(step)) for step in file.steps]
    if (last := _now(file)) is not None:
        told.append(last)
    return sorted(told, key=lambda each: each[0])


def _now(file: MessageFile) -> tuple[datetime, str] | None:
    """Returns how it stands."""
    because = _WHY.get(file.error, file.error)
    if file.status is DeliveryStatus.QUEUED:
        after = f" Attempt {file.attempts} failed: {because}." if file.attempts else ""
        return file.due_at, f"Due to be sent.{after}"
    if file.status is DeliveryStatus.UNKNOWN:
        return None if file.steps else (file.changed_at, f"{_UNKNOWN}: {because}.")
    if file.status in FINAL or file.status is DeliveryStatus.SENT:
        word = file.report_detail
        said = f": {because}" if because and file.status is not DeliveryStatus.DELIVERED else ""
        network = f" (the network's word: {word})" if word else ""
        return file.changed_at, f"{file.status.value.capitalize()}{said}{network}."
    return file.changed_at, f"{file.status.value.capitalize()}."


_UNKNOWN = "Nobody knows whether the provider has it"


def in_words(step: Step) -> str:
    """Returns what a step was."""
    by = f" by {step.by}" if step.by else " by rule"
    why = f": {step.detail}" if step.detail else ""
    match step.kind:
        case StepKind.UNKNOWN:
            return f"{_UNKNOWN}{_because(step.detail)}."
        case StepKind.ASKED:
            return f"The provider was asked. It {step.detail}."
        case StepKind.QUEUED_AGAIN:
            return "Queued once more, since the provider has it not."
        case StepKind.COPIED:
            return f"Sent once more{by}, as SMS {step.other_id}{why}."
        case StepKind.LEFT:
            return "No rule sends it again: its report is awaited, or a person decides."
        case StepKind.REPORTED:
            return f"Its report came{why}."
        case StepKind.CONTRADICTED:
            return f"Another report says otherwise{why}."
        case StepKind.SETTLED:
            return f"Settled{by}{why}."
        case StepKind.ENDED:
            return f"Ended{why}: there are no attempts left."
        case _:
            assert_never(step.kind)


def _because(error: str) -> str:
    return f": {_WHY.get(error, error)}" if error else ""
