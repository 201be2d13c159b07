"""What is kept on the disk, as the record that is sealed; a kind it does not know is refused."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, assert_never

import msgspec

from gateway.adapters.handler_calls import slow_call_codec
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.identity import identity_from_stored
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.use_cases.ports.spool import KeptCall, Spooled

_written, _read = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


def encode(channel: str, told: Spooled) -> bytes:
    """Returns the record."""
    kind, fields = _plain(told)
    return _written([kind, channel, fields])


def decode(record: bytes) -> tuple[str, Spooled]:
    """Returns channel and what was kept; raises Refused for what another version wrote."""
    try:
        kind, channel, fields = _read(record)
        return channel, _made(kind, fields)
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError) as error:
        raise Refused(f"The record is of another version ({type(error).__name__}).") from error


def _plain(told: Spooled) -> tuple[str, dict[str, Any]]:
    match told:
        case InboundSms():
            return "sms", {**asdict(told), "subscriber": told.subscriber.as_stored}
        case ProviderOptOut():
            return "opt-out", {**asdict(told), "subscriber": told.subscriber.as_stored}
        case DeliveryReport():  # of these there are many
            return "report", msgspec.structs.asdict(told)
        case KeptCall():
            dialogue = slow_call_codec.dialogue_to_json(told.call, told.session, None)
            call = slow_call_codec.call_to_json(told.call)
            return "call", {"call": call, "dialogue": dialogue}
        case _:
            assert_never(told)


def _made(kind: str, fields: dict[str, Any]) -> Spooled:
    match kind:
        case "sms":
            who = identity_from_stored(fields.pop("subscriber"))
            return InboundSms(subscriber=who, **fields)
        case "opt-out":
            return ProviderOptOut(
                subscriber=identity_from_stored(fields.pop("subscriber")), **fields
            )
        case "report":
            status = fields.pop("status")
            return DeliveryReport(
                status=None if status is None else DeliveryStatus(status), **fields
            )
        case "call":
            _, _, session, _ = slow_call_codec.dialogue_from_json(fields["dialogue"])
            return KeptCall(slow_call_codec.call_from_json(fields["call"]), session)
        case _:
            raise KeyError(kind)
