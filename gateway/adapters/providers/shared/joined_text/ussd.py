"""Webhooks in the shape of Africa's Talking, which several aggregators copy.

Forms that nobody signs, so the URL carries the channel's secret; on each USSD turn all that was
typed since dialling; a page behind `CON ` or `END `.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.adapters.providers.shared.channel_settings import TokenSettings
from gateway.adapters.providers.shared.form_fields import (
    required,
    required_subscriber,
    typed,
    word,
    words,
)
from gateway.adapters.providers.shared.keyed_webhooks import KeyedWebhooks
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest


class AfricasTalkingShaped(KeyedWebhooks):
    """What such providers have in common."""

    def __init__(
        self, channel_name: str, settings: TokenSettings, webhook_keys: Sequence[str]
    ) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._settings = settings

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn; `text` is all that was typed since dialling. Raises Malformed."""
        fields = request.form()
        return UssdTurn(
            session_id=required(fields, "sessionId"),
            subscriber=required_subscriber(fields, "phoneNumber", self._settings),
            service_code=required(fields, "serviceCode"),
            text=typed(fields, "text"),
            network_code=_network_code(fields),
        )

    def render_ussd(self, turn: UssdTurn, reply: UssdReply) -> WebhookReply:
        """Returns the page behind `CON ` or `END `; any other beginning ends the session."""
        return WebhookReply(body=("END " if reply.ends else "CON ") + reply.text)

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd:
        """Returns the notice that a session is over; raises Malformed.

        The notice repeats what was typed (`input`) and shown (`lastAppResponse`): neither is read.
        """
        fields = request.form()
        return UssdEnd(
            session_id=required(fields, "sessionId"),
            subscriber=required_subscriber(fields, "phoneNumber", self._settings),
            service_code=required(fields, "serviceCode"),
            status=word(required(fields, "status")).lower(),
        )

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; a link id ties an on-demand answer to it. Raises Malformed."""
        fields = request.form()
        return InboundSms(
            provider_ref=required(fields, "id"),
            subscriber=required_subscriber(fields, "from", self._settings),
            to=required(fields, "to"),
            text=words(fields, "text"),
            link_id=fields.get("linkId", ""),
        )


def _network_code(fields: Mapping[str, str]) -> str:
    """Returns the network's MCC and MNC, and nothing when they are none: statistics count it."""
    code = fields.get("networkCode", "")
    return code if len(code) in (5, 6) and code.isascii() and code.isdigit() else ""
