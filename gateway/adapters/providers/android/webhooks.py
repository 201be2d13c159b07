"""SMS Gateway for Android: SMS in both directions, over a phone.

The app signs each webhook with a key of its own. It tells the time of signing, too, and signs
again at each attempt; that time is not judged here, since a phone may have a wrong clock, and what
is sent again is known by its reference and does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.android.settings import Settings
from gateway.adapters.providers.android.signature import SIGNATURE, SIGNED_AT, signature_of
from gateway.adapters.providers.android.statuses import RECEIVED, report_of
from gateway.adapters.providers.shared.form_fields import (
    prove_network,
    required,
    required_msisdn,
    words,
)
from gateway.adapters.providers.shared.json_fields import JsonFields, json_fields
from gateway.adapters.providers.shared.no_webhooks import NoWebhooks
from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.domain.faults_and_errors.errors import Malformed, OriginUnproven
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.domain.text.secret_comparison import same_secret

if TYPE_CHECKING:
    from gateway.adapters.providers.android.sender import AndroidSender
    from gateway.adapters.providers.android.standin import AndroidStandin

#: The events that tell of an MT; the state is the word behind the colon.
REPORTED = ("sms:sent", "sms:delivered", "sms:failed", "sms:cancelled")

#: A reason is a sentence for people; of a longer one the beginning says enough.
_LONGEST_REASON = 500


class AndroidSms(OneByOne, NoWebhooks):
    """One phone, or several that share an account."""

    routes: Mapping[str, Sequence[str]] = {"sms": ("POST",), "delivery": ("POST",)}

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        self._settings = settings

    def prove_head(self, request: WebhookRequest) -> None:
        """Returns when there is a signature to look at; raises OriginUnproven."""
        prove_network(request, self._settings.networks)
        if not request.headers.get(SIGNATURE) or not request.headers.get(SIGNED_AT):
            raise OriginUnproven("The signature or its time is missing.")

    def prove_body(self, request: WebhookRequest) -> None:
        """Returns when the body and the time are signed with the app's key; raises OriginUnproven.

        The signature is HMAC-SHA256 of both, in hex.
        """
        at = request.headers.get(SIGNED_AT, "")
        signed = signature_of(self._settings.signing_key.get_secret_value(), request.body, at)
        if not same_secret(signed, request.headers.get(SIGNATURE, "").lower()):
            raise OriginUnproven("The signature is wrong: compare the signing key with the app's.")

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; raises Malformed.

        The app makes the reference from the content, in 32 bits: with the time of receipt it is
        that of one SMS alone, however many webhooks tell of it.
        """
        event, told = _event(request)
        if event != RECEIVED:
            raise Malformed(f"This webhook takes the event {RECEIVED} alone.")
        sender = "sender" if told.get("sender") else "phoneNumber"  # older versions
        received = [told[name] for name in ("messageId", "receivedAt") if told.get(name)]
        return InboundSms(
            provider_ref=required({"messageId": "@".join(received)}, "messageId"),
            subscriber=required_msisdn(told, sender, self._settings.country),
            to=self._settings.address or told.get("recipient", ""),
            text=words(told, "message"),
        )

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the report; raises Malformed."""
        event, told = _event(request)
        if event not in REPORTED:
            raise Malformed(f"This webhook takes the events {', '.join(REPORTED)}.")
        reason = told.words("reason")[:_LONGEST_REASON] if told.get("reason") else ""
        return report_of(required(told, "messageId"), event.partition(":")[2], reason)

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed.

        Reports go where the app's webhooks lead, not to `delivery_url`.
        """
        return self._sender.send(sms)

    def find_sent(
        self, sms: OutboundSms, since: datetime, is_another: Callable[[str], bool]
    ) -> DeliveryReport | None:
        """Returns what the phone says of an MT, by our own id; raises SendFailed."""
        return self._sender.find(sms)

    @cached_property
    def _sender(self) -> AndroidSender:
        from gateway.adapters.providers.android.sender import AndroidSender
        from gateway.adapters.providers.shared.http import Transport

        return AndroidSender(self._settings, Transport())


def _event(request: WebhookRequest) -> tuple[str, JsonFields]:
    """Returns the event, and what is told of it."""
    fields = json_fields(request)
    return required(fields, "event"), fields.inner("payload")


def load_standin() -> AndroidStandin:
    """Returns what plays the app on this machine."""
    from gateway.adapters.providers.android.standin import AndroidStandin

    return AndroidStandin()
