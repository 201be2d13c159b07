"""RapidPro, both ways: its lines are ours, and its flows answer on our lines.

Over its lines a flow's webhook tells us of an SMS, and its API sends; it tells nothing of
deliveries. To its flows we are an External channel: they are told what citizens dial and text, and
say what to show or send. Nothing is signed, so the URLs carry a secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.rapidpro.settings import PHONE, Settings
from gateway.adapters.providers.shared.form_fields import required, required_msisdn, words
from gateway.adapters.providers.shared.json_fields import json_fields
from gateway.adapters.providers.shared.keyed_webhooks import KeyedWebhooks
from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.domain.faults_and_errors.errors import Unanswerable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.ussd import FlowWords
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.rapidpro.flows import RapidProFlows
    from gateway.adapters.providers.rapidpro.sender import RapidProSender
    from gateway.adapters.providers.rapidpro.standin import RapidProStandin

#: A flow's session waits for an answer: as its database writes it, and as its engine does.
_WAITING = ("w", "waiting")


class RapidPro(OneByOne, KeyedWebhooks):
    """One workspace."""

    #: Those that a channel can have.
    every_route: Mapping[str, Sequence[str]] = {"sms": ("POST",), "flow": ("POST",)}

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._settings = settings
        self.routes: Mapping[str, Sequence[str]] = settings.own_routes

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO that a flow tells of; raises Malformed, and Unanswerable for no phone."""
        fields = json_fields(request)
        urn = required(fields, "urn")
        scheme, colon, _ = urn.partition(":")
        if colon and f"{scheme}:" != PHONE:
            raise Unanswerable("The field 'urn' is that of no phone.")
        number = {"urn": urn.removeprefix(PHONE)}
        return InboundSms(
            provider_ref=required(fields, "id"),
            subscriber=required_msisdn(number, "urn", self._settings.country),
            to=self._settings.address or "",
            text=words(fields, "text"),
        )

    def tell_flow(self, subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        """Tells a flow what somebody dialled or answered; raises SendFailed."""
        self._flows.tell(subscriber, text, seconds, begins=begins)

    def parse_flow(self, request: WebhookRequest) -> FlowWords:
        """Returns what a flow says, as the External channel's template has it; raises Malformed."""
        fields = json_fields(request)
        return FlowWords(
            reference=required(fields, "id"),
            subscriber=required_msisdn(fields, "to", self._settings.country),
            text=words(fields, "text"),
            waits=fields.get("session_status", "").strip().lower() in _WAITING,
        )

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns an object without fields: a flow reads what it is answered as JSON."""
        return WebhookReply(body="{}", content_type="application/json")

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed. No report of it will come."""
        return self._sender.send(sms)

    @cached_property
    def _flows(self) -> RapidProFlows:
        from gateway.adapters.providers.rapidpro.flows import RapidProFlows
        from gateway.adapters.providers.shared.http import Transport

        return RapidProFlows(self._settings, Transport())

    @cached_property
    def _sender(self) -> RapidProSender:
        from gateway.adapters.providers.rapidpro.sender import RapidProSender
        from gateway.adapters.providers.shared.http import Transport

        return RapidProSender(self._settings, Transport())


def load_standin() -> RapidProStandin:
    """Returns what plays a RapidPro on this machine."""
    from gateway.adapters.providers.rapidpro.standin import RapidProStandin

    return RapidProStandin()
