"""What the answers of a provider mean to us, beyond yes."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.adapters.providers.http.template.shapes import Outcome
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.form_fields import word
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)

#: What the outcomes of a preset are to us: our error, and our code.
FAILURES: Mapping[Outcome, tuple[type[SendFailed], str]] = {
    "later": (ProviderUnavailable, "provider_error"),
    "throttled": (Throttled, "throttled"),
    "balance": (ChannelMisconfigured, "balance_exhausted"),
    "credentials": (ChannelMisconfigured, "credentials_refused"),
    "sender": (ChannelMisconfigured, "sender_id_refused"),
    "channel": (ChannelMisconfigured, "refused"),
    "number": (SendRejected, "number_invalid"),
    "no_route": (SendRejected, "no_route"),
    "refused": (SendRejected, "message_refused"),
    "opted_out": (SubscriberOptedOut, "opted_out"),
    "unknown": (OutcomeUnknown, "answer_unclear"),
}


def failure_of(outcome: Outcome, detail: str) -> SendFailed:
    """Returns what a preset says of an answer, as our error."""
    failure, ours = FAILURES[outcome]
    return failure(ours, detail)


def by_status(answer: HttpAnswer) -> SendFailed:
    """Returns what an HTTP status means of which the preset says nothing."""
    status, detail = answer.status, str(answer.status)
    if status == 401:
        return ChannelMisconfigured("credentials_refused", detail)
    if status == 402:
        return ChannelMisconfigured("balance_exhausted", detail)
    if status in (403, 404, 405):
        return ChannelMisconfigured("refused", detail)
    if 300 <= status < 400:
        return ChannelMisconfigured("redirected", detail)
    if 400 <= status < 500 and status != 408:
        return SendRejected("request_refused", detail)
    return OutcomeUnknown("provider_error", detail)


def detail_of(code: str | None, answer: HttpAnswer) -> str:
    """Returns a code or a plain word, and nothing of what might hold a number."""
    short = (code or "").strip()
    plain = short.isascii() and short.replace("-", "").isdecimal() and len(short) <= 5
    return short if plain else word(short) or str(answer.status)
