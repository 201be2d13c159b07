"""What the operator's answers mean for an SMS or a screen (SMPP 3.4, 5.1.3)."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)

OK, INVALID_COMMAND, SYSTEM_ERROR = 0x00, 0x03, 0x08
#: What we answer: not now, and never.
NOT_NOW, NEVER = 0x64, 0x65

_MEANINGS: tuple[tuple[type[SendFailed], str, tuple[int, ...]], ...] = (
    (Throttled, "throttled", (0x58,)),
    (Throttled, "queue_full", (0x14,)),
    (SendRejected, "number_unreachable", (0x0B, 0x50, 0x51)),
    (SendRejected, "message_refused", (0x01, 0x61, 0x62, NEVER, 0x66)),
    (ChannelMisconfigured, "sender_id_refused", (0x0A, 0x48, 0x49)),
    (ChannelMisconfigured, "refused", (0x02, 0x03, 0x04, 0x06, 0x07, 0x15, 0x43, 0xC0, 0xC1, 0xC2)),
    (ChannelMisconfigured, "bind_refused", (0x0D, 0x0E, 0x0F)),
    (ProviderUnavailable, "provider_error", (SYSTEM_ERROR, 0x45, NOT_NOW)),
)

MEANINGS: Mapping[int, tuple[type[SendFailed], str]] = {
    status: (failure, code) for failure, code, statuses in _MEANINGS for status in statuses
}


def failure_for(status: int) -> SendFailed:
    """Returns what a status that is not OK means.

    Whatever it is, the operator has not taken the message. Of a code of a vendor's own nobody knows
    for how long: it is tried again.
    """
    failure, code = MEANINGS.get(status, (ProviderUnavailable, "provider_error"))
    return failure(code, f"0x{status:08X}")
