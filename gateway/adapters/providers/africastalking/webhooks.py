"""Africa's Talking: USSD, and SMS in both directions.

Nothing that arrives here is signed (the provider documents no signature for SMS or USSD), so every
webhook URL carries the channel's secret. Sending stands in sender.py, because it loads the SDK.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.africastalking.settings import Settings
from gateway.adapters.providers.shared.form_fields import required, required_subscriber, word
from gateway.adapters.providers.shared.joined_text.ussd import AfricasTalkingShaped
from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.sms import Accepted, OutboundSms, ProviderOptOut
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.use_cases.ports.sms.courier import Courier

if TYPE_CHECKING:
    from gateway.adapters.providers.africastalking.sender import AfricasTalkingSender
    from gateway.adapters.providers.africastalking.standin import AfricasTalkingStandin

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


class AfricasTalking(AfricasTalkingShaped):
    """One channel at Africa's Talking."""

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "ussd-end": ("POST",),
        "sms": ("POST",),
        "delivery": ("POST",),
        "optout": ("POST",),
    }

    #: The API takes many numbers in one call, and names no limit; with a hundred its answer, which
    #: names each, stays well below what is read of one.
    batch_size = 100
    mixes_texts = False

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._account = settings

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
        """Returns who no longer wants bulk SMS, from whichever sender; raises Malformed."""
        return ProviderOptOut(
            subscriber=required_subscriber(request.form(), "phoneNumber", self._settings)
        )

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed.

        Reports go to the address entered in the provider's dashboard, not to `delivery_url`.
        """
        return self._sender.send(sms)

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Hands over MTs with the same text and sender in one call; raises SendFailed.

        Reports go where those on a single one go.
        """
        return self._sender.send_many(sms)

    def courier(self) -> Courier:
        """Returns what hands over many at the same time, alone or several a call."""
        from gateway.adapters.providers.shared.side_by_side import SideBySide

        return SideBySide(self._sender.transport, self._sender.call)

    @cached_property
    def _sender(self) -> AfricasTalkingSender:
        from gateway.adapters.providers.africastalking.sender import AfricasTalkingSender
        from gateway.adapters.providers.shared.http import Transport

        return AfricasTalkingSender(self._account, Transport())


def load_standin() -> AfricasTalkingStandin:
    """Returns what plays Africa's Talking on this machine."""
    from gateway.adapters.providers.africastalking.standin import AfricasTalkingStandin

    return AfricasTalkingStandin()
