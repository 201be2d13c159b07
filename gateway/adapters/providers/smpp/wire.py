"""What `gateway lines` and the rest of the gateway tell each other, as JSON over HTTP.

The process that holds the binds calls the channel's webhooks as any provider does, and is called
for what shall be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)

#: The header that proves to `gateway lines` who asks: a secret that all processes can derive.
KEY_HEADER = "X-Lines-Key"

#: The name of the list, where a call tells of several receipts, or hands over several SMS.
EACH = "each"

#: So many SMS go in one call at most, and no more than may wait for their answer on a bind: what is
#: lost with a call is no more than what a bind that breaks may leave unknown.
MOST_IN_A_CALL = 100

#: What a call that failed is answered with, beside what went wrong.
FAILED = 409

FAILURES: Mapping[str, type[SendFailed]] = {
    "unavailable": ProviderUnavailable,
    "throttled": Throttled,
    "unknown": OutcomeUnknown,
    "rejected": SendRejected,
    "misconfigured": ChannelMisconfigured,
}
_NAMES = {failure: name for name, failure in FAILURES.items()}


def failure_as_told(failure: SendFailed) -> Mapping[str, object]:
    """Returns a failure as it is told to who has asked for a message to be sent."""
    return {
        "failure": _NAMES[type(failure)],
        "code": failure.code,
        "detail": failure.detail,
        "retry_after": failure.retry_after,
    }


def failure_told(answer: Mapping[str, Any]) -> SendFailed:
    """Returns the failure in an answer; OutcomeUnknown where it tells of none."""
    failure = FAILURES.get(str(answer.get("failure")))
    if failure is None:
        return OutcomeUnknown("answer_unreadable")
    after = answer.get("retry_after")
    return failure(
        str(answer.get("code")),
        str(answer.get("detail") or ""),
        float(after) if isinstance(after, int | float) else None,
    )
