"""hSenid TAP: asynchronous USSD, and SMS in both directions.

A turn's webhook is acknowledged, and the screen is a call of our own. Nothing is signed, so every
URL carries the channel's secret. Requests repeat, and are known by `requestId`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.hsenid.settings import Settings
from gateway.adapters.providers.shared.form_fields import (
    required,
    required_subscriber,
    word,
    words,
)
from gateway.adapters.providers.shared.json_fields import JsonFields, json_fields
from gateway.adapters.providers.shared.keyed_webhooks import KeyedWebhooks
from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.domain.faults_and_errors.errors import ChannelMisconfigured, Malformed
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.hsenid.sender import HsenidSender
    from gateway.adapters.providers.hsenid.standin import HsenidStandin

#: The words of a delivery report, in lower case: long ones, and those of SMPP.
DELIVERY_STATUSES: Mapping[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.SENT,
    "acceptd": DeliveryStatus.SENT,
    "enroute": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "delivrd": DeliveryStatus.DELIVERED,
    "undeliverable": DeliveryStatus.UNDELIVERED,
    "undeliv": DeliveryStatus.UNDELIVERED,
    "deleted": DeliveryStatus.UNDELIVERED,
    "rejected": DeliveryStatus.REJECTED,
    "rejectd": DeliveryStatus.REJECTED,
    "expired": DeliveryStatus.EXPIRED,
}

#: What is dialled, with answers behind the code or not.
_DIALLED = re.compile(r"\*[0-9]+(\*[^*#]+)*#", re.ASCII)

_TAKEN = '{"statusCode":"S1000","statusDetail":"Success"}'


class Hsenid(OneByOne, KeyedWebhooks):
    """One application at an operator with hSenid's TAP."""

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "sms": ("POST",),
        "delivery": ("POST",),
    }

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._settings = settings

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn, the newest answer alone; what was dialled begins it. Raises Malformed.

        What was dialled is told on the first turn only.
        """
        fields = json_fields(request)
        operation, said = required(fields, "ussdOperation").lower(), words(fields, "message")
        if operation not in ("mo-init", "mo-cont"):
            raise Malformed("The field 'ussdOperation' must be mo-init or mo-cont.")
        begins, code = operation == "mo-init", self._settings.service_code or ""
        return UssdTurn(
            session_id=required(fields, "sessionId"),
            subscriber=self._subscriber(fields),
            service_code=said.strip() if begins and _DIALLED.fullmatch(said.strip()) else code,
            text="" if begins else said,
            alone=AnswerAlone(begins, _reference(fields)),
        )

    def push_ussd(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Hands a screen over; raises SendFailed."""
        self._sender.push(turn, reply, seconds)

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; raises Malformed."""
        fields = json_fields(request)
        return InboundSms(
            provider_ref=required(fields, "requestId"),
            subscriber=self._subscriber(fields),
            to=self._settings.address or "",
            text=words(fields, "message"),
        )

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the report, its status None for a word not in the table; raises Malformed."""
        fields = json_fields(request)
        status = required(fields, "deliveryStatus")
        return DeliveryReport(
            provider_ref=required(fields, "requestId"),
            status=DELIVERY_STATUSES.get(status.lower()),
            detail=word(status),
        )

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns what says that a request was taken, of whichever kind."""
        return WebhookReply(body=_TAKEN, content_type="application/json")

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed.

        Reports go to the address that the application has at the operator, not to `delivery_url`.
        """
        return self._sender.send(sms)

    def _subscriber(self, fields: JsonFields) -> Identity:
        """Returns whose number, or masked number, stands behind `tel:`; raises Malformed."""
        application = fields.get("applicationId", "")
        if application not in ("", self._settings.application_id):
            raise Malformed("The field 'applicationId' is that of another channel.")
        told = required(fields, "sourceAddress").removeprefix("tel:")
        return required_subscriber({"sourceAddress": told}, "sourceAddress", self._settings)

    @cached_property
    def _sender(self) -> HsenidSender:
        from gateway.adapters.providers.hsenid.sender import HsenidSender
        from gateway.adapters.providers.shared.http import Transport

        try:
            transport = Transport(ca_file=self._settings.ca_file)
        except OSError:
            raise ChannelMisconfigured("ca_file_unreadable") from None
        return HsenidSender(self._settings, transport)


def load_standin() -> HsenidStandin:
    """Returns what plays an operator with hSenid's TAP on this machine."""
    from gateway.adapters.providers.hsenid.standin import HsenidStandin

    return HsenidStandin()


def _reference(fields: JsonFields) -> str:
    """Returns the provider's name of a turn; some simulators give none."""
    return required(fields, "requestId") if fields.get("requestId") else ""
