"""What a provider has told us, as the sealed record of it; a kind it does not know is refused."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.use_cases.ports.spool import Told


def encode(channel: str, told: Told) -> bytes:
    """Returns the record."""
    fields = asdict(told)
    if not isinstance(told, DeliveryReport):
        fields["subscriber"] = told.subscriber.e164
    return json.dumps([_KINDS[type(told)], channel, fields], ensure_ascii=False).encode()


def decode(record: bytes) -> tuple[str, Told]:
    """Returns channel and words; raises Refused for what another version wrote."""
    try:
        kind, channel, fields = json.loads(record)
        return channel, _made(kind, fields)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(f"The record is of another version ({type(error).__name__}).") from error


def _made(kind: str, fields: dict[str, Any]) -> Told:
    if kind == "report":
        status = fields.pop("status")
        return DeliveryReport(status=None if status is None else DeliveryStatus(status), **fields)
    subscriber = Msisdn(fields.pop("subscriber"))
    if kind == "sms":
        return InboundSms(subscriber=subscriber, **fields)
    if kind == "opt-out":
        return ProviderOptOut(subscriber=subscriber, **fields)
    raise KeyError(kind)


_KINDS: dict[type, str] = {
    InboundSms: "sms",
    ProviderOptOut: "opt-out",
    DeliveryReport: "report",
}
