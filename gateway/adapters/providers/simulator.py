"""The development phone: speaks to the gateway like an aggregator, and keeps what it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from gateway.adapters.providers.base import ChannelSettings
from gateway.adapters.providers.forms import (
    milliseconds,
    network_code,
    present,
    prove_key,
    prove_network,
    required,
    required_msisdn,
    word,
)
from gateway.domain.delivery import DeliveryReport
from gateway.domain.errors import UnknownRoute
from gateway.domain.sms import Accepted, InboundSms, OutboundSms, ProviderOptOut
from gateway.domain.ussd import UssdEnd, UssdReply, UssdTurn
from gateway.domain.webhook import WebhookReply, WebhookRequest


class Settings(ChannelSettings):
    """A channel to the development phone."""

    provider: Literal["simulator"] = Field(
        "simulator", description="The phone simulator; it sends nothing to any network."
    )


class Simulator:
    """The phone in the browser and on the command line."""

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "ussd-end": ("POST",),
        "sms": ("POST",),
    }

    def __init__(self, channel_name: str, settings: Settings, webhook_key: str) -> None:
        if not webhook_key:
            raise ValueError(f"Channel '{channel_name}' has no webhook key.")
        self._settings = settings
        self._webhook_key = webhook_key

    def prove_origin(self, request: WebhookRequest) -> None:
        """Returns when the request carries the channel's secret; raises OriginUnproven."""
        prove_network(request, self._settings.networks)
        prove_key(request, self._webhook_key)

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn; its `language` may be chosen on the phone. Raises Malformed."""
        fields = request.form()
        return UssdTurn(
            session_id=required(fields, "sessionId"),
            msisdn=required_msisdn(fields, "phoneNumber"),
            service_code=required(fields, "serviceCode"),
            text=present(fields, "text"),
            network_code=network_code(fields),
            language=fields.get("language", ""),
        )

    def render_ussd(self, reply: UssdReply) -> WebhookReply:
        """Returns the page behind `CON ` or `END `."""
        return WebhookReply(body=("END " if reply.ends else "CON ") + reply.text)

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd:
        """Returns the notice that the phone hung up; raises Malformed."""
        fields = request.form()
        return UssdEnd(
            session_id=required(fields, "sessionId"),
            msisdn=required_msisdn(fields, "phoneNumber"),
            service_code=required(fields, "serviceCode"),
            status=word(fields.get("status", "")).lower(),
            duration_ms=milliseconds(fields, "durationInMillis"),
        )

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; raises Malformed."""
        fields = request.form()
        return InboundSms(
            provider_ref=required(fields, "id"),
            msisdn=required_msisdn(fields, "from"),
            to=required(fields, "to"),
            text=present(fields, "text"),
        )

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Raises UnknownRoute: the phone reads its SMS from the outbox."""
        raise UnknownRoute("The simulator sends no delivery reports.")

    def parse_opt_out(self, request: WebhookRequest) -> ProviderOptOut:
        """Raises UnknownRoute: on the phone one texts STOP."""
        raise UnknownRoute("The simulator sends no opt-outs.")

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns an empty answer."""
        return WebhookReply()

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Returns at once: the phone shows what stands in the outbox."""
        return Accepted(provider_ref=f"sim-{sms.id}")
