"""The life of an MT, moment by moment, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.outbound.settling import StepKind
from gateway.domain.telecom.delivery import FINAL, DeliveryStatus
from gateway.domain.telecom.sms import Purpose
from gateway.use_cases.outbound.why_not_sent import why_in_words
from gateway.use_cases.ports.sms.messages import MessageFile
from gateway.use_cases.ports.sms.settling import Step

#: Of these `due_at` says when the last attempt was begun.
_BEGUN = frozenset(DeliveryStatus) - {
    DeliveryStatus.QUEUED,
    DeliveryStatus.LEASED,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.UNREPORTED,
}


def status_word(status: DeliveryStatus) -> Sentence:
    """Returns a status as it stands at the beginning of a sentence."""
    match status:
        case DeliveryStatus.QUEUED:
            return Sentence("Queued")
        case DeliveryStatus.LEASED:
            return Sentence("Leased")
        case DeliveryStatus.SENDING:
            return Sentence("Sending")
        case DeliveryStatus.SENT:
            return Sentence("Sent")
        case DeliveryStatus.UNKNOWN:
            return Sentence("Unknown")
        case DeliveryStatus.DELIVERED:
            return Sentence("Delivered")
        case DeliveryStatus.UNDELIVERED:
            return Sentence("Undelivered")
        case DeliveryStatus.EXPIRED:
            return Sentence("Expired")
        case DeliveryStatus.REJECTED:
            return Sentence("Rejected")
        case DeliveryStatus.FAILED:
            return Sentence("Failed")
        case DeliveryStatus.REFUSED:
            return Sentence("Refused")
        case DeliveryStatus.UNREPORTED:
            return Sentence("Unreported")
        case _:
            assert_never(status)


def life_of(file: MessageFile) -> Sequence[tuple[datetime, Sentence]]:
    """Returns what happened to an MT, the earliest first, each with its time."""
    told = [(file.created_at, _accepted(file))]
    if file.attempts and file.status in _BEGUN:
        begun = Sentence("Attempt %(number)s to hand it over was begun.", number=file.attempts)
        told.append((file.due_at, begun))
    told += [(step.at, in_words(step)) for step in file.steps]
    if (last := _now(file)) is not None:
        told.append(last)
    return sorted(told, key=lambda each: each[0])


def _accepted(file: MessageFile) -> Sentence:
    lane, copied = Sentence(file.lane.value), file.resend_of
    if file.purpose is Purpose.EMERGENCY:
        return Sentence(
            "Accepted into the lane %(lane)s, as an emergency: STOP does not keep it back.",
            lane=lane,
        )
    if copied is not None:
        return Sentence(
            "Accepted into the lane %(lane)s, as a copy of SMS %(other)s.", lane=lane, other=copied
        )
    return Sentence("Accepted into the lane %(lane)s.", lane=lane)


def _now(file: MessageFile) -> tuple[datetime, Sentence] | None:
    """Returns how it stands."""
    why, status = why_in_words(file.error), status_word(file.status)
    if file.status is DeliveryStatus.QUEUED:
        if not file.attempts:
            return file.due_at, Sentence("Due to be sent.")
        failed = Sentence(
            "Due to be sent. Attempt %(number)s failed: %(why)s.", number=file.attempts, why=why
        )
        return file.due_at, failed
    if file.status is DeliveryStatus.UNKNOWN:
        return None if file.steps else (file.changed_at, _unknown(file.error))
    is_over = file.status in FINAL or file.status is DeliveryStatus.SENT
    because = bool(file.error) and is_over and file.status is not DeliveryStatus.DELIVERED
    word = file.report_detail if is_over else ""
    if because and word:
        said = Sentence(
            "%(status)s: %(why)s (the network's word: %(word)s).", status=status, why=why, word=word
        )
    elif because:
        said = Sentence("%(status)s: %(why)s.", status=status, why=why)
    elif word:
        said = Sentence("%(status)s (the network's word: %(word)s).", status=status, word=word)
    else:
        said = Sentence("%(status)s.", status=status)
    return file.changed_at, said


def _unknown(error: str) -> Sentence:
    if not error:
        return Sentence("Nobody knows whether the provider has it.")
    return Sentence("Nobody knows whether the provider has it: %(why)s.", why=why_in_words(error))


def in_words(step: Step) -> Sentence:
    """Returns what a step was."""
    match step.kind:
        case StepKind.UNKNOWN:
            return _unknown(step.detail)
        case StepKind.ASKED:
            return Sentence("The provider was asked. It %(answer)s.", answer=step.detail)
        case StepKind.QUEUED_AGAIN:
            return Sentence("Queued once more, since the provider has it not.")
        case StepKind.COPIED:
            return _copied(step)
        case StepKind.LEFT:
            return Sentence("No rule sends it again: its report is awaited, or a person decides.")
        case StepKind.REPORTED:
            return Sentence("Its report came: %(word)s.", word=step.detail)
        case StepKind.CONTRADICTED:
            return Sentence("Another report says otherwise: %(word)s.", word=step.detail)
        case StepKind.SETTLED:
            by = step.by or Sentence("rule")
            return Sentence("Settled by %(by)s: %(why)s.", by=by, why=step.detail)
        case StepKind.ENDED:
            return Sentence(
                "Ended: %(why)s: there are no attempts left.", why=why_in_words(step.detail)
            )
        case _:
            assert_never(step.kind)


def _copied(step: Step) -> Sentence:
    by = step.by or Sentence("rule")
    if not step.detail:
        return Sentence("Sent once more by %(by)s, as SMS %(other)s.", by=by, other=step.other_id)
    return Sentence(
        "Sent once more by %(by)s, as SMS %(other)s: %(why)s.",
        by=by,
        other=step.other_id,
        why=step.detail,
    )
