"""SMPP: SMS in both directions, and USSD whose screens are messages of our own.

A process of its own holds the binds (`gateway lines`), calls these webhooks, and sends. Nothing is
signed, so every URL carries the channel's secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.shared.form_fields import (
    required,
    required_msisdn,
    word,
    words,
)
from gateway.adapters.providers.shared.json_fields import JsonFields, json_fields, read_each
from gateway.adapters.providers.shared.keyed_webhooks import KeyedWebhooks
from gateway.adapters.providers.shared.lines import HeldLine
from gateway.adapters.providers.smpp.receipts import DELIVERY_STATUSES
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.providers.smpp.wire import EACH, MOST_IN_A_CALL
from gateway.domain.faults_and_errors.errors import SendFailed, WebhookRejected
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.smpp.sender import SmppSender
    from gateway.adapters.providers.smpp.standin import SmppStandin

_TAKEN = '{"taken": true}'


class Smpp(KeyedWebhooks):
    """One account at one operator."""

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "ussd-end": ("POST",),
        "sms": ("POST",),
        "delivery": ("POST",),
    }

    mixes_texts = True

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self.batch_size = min(settings.window, MOST_IN_A_CALL)
        self._name, self._settings = channel_name, settings

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn, the newest answer alone; raises Malformed."""
        fields = json_fields(request)
        begins = fields.flag("begins")
        return UssdTurn(
            session_id=required(fields, "session"),
            subscriber=required_msisdn(fields, "from", self._settings.country),
            service_code=fields.get("dialled") or self._settings.service_code or "",
            text="" if begins else words(fields, "text"),
            alone=AnswerAlone(begins, required(fields, "reference")),
        )

    def push_ussd(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Hands a screen over; raises SendFailed."""
        self._sender.show(turn, reply, seconds)

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd:
        """Returns the notice that a session is over; raises Malformed."""
        fields = json_fields(request)
        return UssdEnd(
            session_id=required(fields, "session"),
            subscriber=required_msisdn(fields, "from", self._settings.country),
            service_code=self._settings.service_code or "",
            status="aborted",
            alone=True,
        )

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; raises Malformed."""
        fields = json_fields(request)
        return InboundSms(
            provider_ref=required(fields, "reference"),
            subscriber=required_msisdn(fields, "from", self._settings.country),
            to=fields.get("to", ""),
            text=words(fields, "text"),
        )

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the one report, its status None for a word not in the table; raises Malformed."""
        return _report(json_fields(request))

    def parse_each_delivery(
        self, request: WebhookRequest
    ) -> Sequence[DeliveryReport | WebhookRejected]:
        """Returns the reports of one call, as `parse_delivery` does the one."""
        fields = json_fields(request)
        return read_each(fields.each(EACH) if fields.has(EACH) else [fields], _report)

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns what says that it was taken."""
        return WebhookReply(body=_TAKEN, content_type="application/json")

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed. Its receipt comes on the line."""
        return self._sender.send(sms)

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Hands over MTs in one call; raises SendFailed for what they came to all alike."""
        return self._sender.send_many(sms)

    @cached_property
    def _sender(self) -> SmppSender:
        from gateway.adapters.providers.smpp.sender import SmppSender

        return SmppSender(self._name, self._settings, self._webhook_keys[0])


def _report(fields: JsonFields) -> DeliveryReport:
    state, error = required(fields, "state"), fields.get("error", "")
    if not (error.isascii() and error.isalnum() and len(error) <= 8):
        error = ""
    return DeliveryReport(
        provider_ref=required(fields, "reference"),
        status=DELIVERY_STATUSES.get(state.lower()),
        detail=f"{word(state)} {error}".strip(),
    )


def hold_lines(channels: Mapping[str, HeldLine], host: str, port: int) -> None:
    """Holds the lines of channels over SMPP until the process is told to stop."""
    from gateway.adapters.providers.smpp.lines import bridge

    bridge.hold_lines(channels, host, port)


def lines_up(channel: str, settings: Settings) -> int:
    """Returns how many binds of a channel are up; none where the process that holds them is not."""
    from gateway.adapters.providers.smpp.sender import binds_up

    return binds_up(channel, settings)


def load_standin() -> SmppStandin:
    """Returns what plays an operator on this machine."""
    from gateway.adapters.providers.smpp.standin import SmppStandin

    return SmppStandin()
