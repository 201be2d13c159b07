"""Africa's Talking: USSD, and SMS in both directions.

Nothing that arrives here is signed (the provider documents no signature for SMS or USSD), so every
webhook URL carries the channel's secret. Sending stands in africastalking_sender.py, because it
loads the SDK.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.africastalking_settings import Settings
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
from gateway.domain.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.sms import Accepted, InboundSms, OutboundSms, ProviderOptOut
from gateway.domain.ussd import UssdEnd, UssdReply, UssdTurn
from gateway.domain.webhook import WebhookReply, WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.africastalking_sender import AfricasTalkingSender

#: The provider's words for a delivery report, in lower case: its own spelling varies. "Sent" and
#: "Submitted" are with the network, "Buffered" waits for it, "AbsentSubscriber" is a phone that is
#: off and is tried again; the others are documented as final.
DELIVERY_STATUSES: Mapping[str, DeliveryStatus] = {
    "sent": DeliveryStatus.SENT,
    "submitted": DeliveryStatus.SENT,
    "buffered": DeliveryStatus.SENT,
    "absentsubscriber": DeliveryStatus.SENT,
    "success": DeliveryStatus.DELIVERED,
    "rejected": DeliveryStatus.REJECTED,
    "failed": DeliveryStatus.UNDELIVERED,
    "expired": DeliveryStatus.EXPIRED,
}

#: The failure reasons that tell of an opt-out; the subscriber told the network, not us.
OPT_OUT_REASONS = frozenset({"userinblacklist"})


class AfricasTalking:
    """One channel at Africa's Talking."""

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "ussd-end": ("POST",),
        "sms": ("POST",),
        "delivery": ("POST",),
        "optout": ("POST",),
    }

    def __init__(self, channel_name: str, settings: Settings, webhook_key: str) -> None:
        if not webhook_key:
            raise ValueError(f"Channel '{channel_name}' has no webhook key.")
        self._settings = settings
        self._webhook_key = webhook_key

    def prove_origin(self, request: WebhookRequest) -> None:
        """Returns when the URL carries the channel's secret; raises OriginUnproven."""
        prove_network(request, self._settings.networks)
        prove_key(request, self._webhook_key)

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn; `text` is all that was typed since dialling. Raises Malformed."""
        fields = request.form()
        return UssdTurn(
            session_id=required(fields, "sessionId"),
            msisdn=required_msisdn(fields, "phoneNumber"),
            service_code=required(fields, "serviceCode"),
            text=present(fields, "text"),
            network_code=network_code(fields),
        )

    def render_ussd(self, reply: UssdReply) -> WebhookReply:
        """Returns the page behind `CON ` or `END `; any other beginning ends the session."""
        return WebhookReply(body=("END " if reply.ends else "CON ") + reply.text)

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd:
        """Returns the notice that a session is over; raises Malformed.

        The notice repeats what was typed (`input`) and shown (`lastAppResponse`): neither is read.
        """
        fields = request.form()
        return UssdEnd(
            session_id=required(fields, "sessionId"),
            msisdn=required_msisdn(fields, "phoneNumber"),
            service_code=required(fields, "serviceCode"),
            status=word(required(fields, "status")).lower(),
            duration_ms=milliseconds(fields, "durationInMillis"),
        )

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; a link id ties an on-demand answer to it. Raises Malformed."""
        fields = request.form()
        return InboundSms(
            provider_ref=required(fields, "id"),
            msisdn=required_msisdn(fields, "from"),
            to=required(fields, "to"),
            text=present(fields, "text"),
            link_id=fields.get("linkId", ""),
        )

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the report, its status None for a word not in the table; raises Malformed."""
        fields = request.form()
        status = required(fields, "status")
        reason = fields.get("failureReason", "")
        return DeliveryReport(
            provider_ref=required(fields, "id"),
            status=DELIVERY_STATUSES.get(status.lower()),
            detail=word(reason) or word(status),
            opted_out=reason.lower() in OPT_OUT_REASONS,
        )

    def parse_opt_out(self, request: WebhookRequest) -> ProviderOptOut:
        """Returns who no longer wants bulk SMS, and from which sender; raises Malformed."""
        fields = request.form()
        return ProviderOptOut(
            msisdn=required_msisdn(fields, "phoneNumber"), sender_id=required(fields, "senderId")
        )

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns an empty answer: only its status 200 counts."""
        return WebhookReply()

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed.

        Reports go to the address entered in the provider's dashboard, not to `delivery_url`.
        """
        return self._sender.send(sms)

    @cached_property
    def _sender(self) -> AfricasTalkingSender:
        from gateway.adapters.providers.africastalking_sender import AfricasTalkingSender
        from gateway.adapters.providers.http import Transport

        return AfricasTalkingSender(self._settings, Transport(connections=self._settings.in_flight))
