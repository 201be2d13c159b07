"""What a provider starts from: no webhook at all. It overrides those that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from gateway.domain.faults_and_errors.errors import UnknownRoute, WebhookRejected
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.domain.telecom.ussd import FlowWords, UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest

Told = InboundSms | DeliveryReport


class NoWebhooks:
    """A provider that sends nothing: every parser raises UnknownRoute."""

    has_paths = False

    def prove_head(self, request: WebhookRequest) -> None:
        """Returns: without the body nothing can be said."""

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn | UssdEnd:
        """Raises UnknownRoute."""
        _refuse()

    def render_ussd(self, turn: UssdTurn, reply: UssdReply) -> WebhookReply:
        """Raises UnknownRoute."""
        _refuse()

    def push_ussd(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Raises UnknownRoute."""
        _refuse()

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd:
        """Raises UnknownRoute."""
        _refuse()

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Raises UnknownRoute."""
        _refuse()

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Raises UnknownRoute."""
        _refuse()

    def parse_each_sms(self, request: WebhookRequest) -> Sequence[Told | WebhookRejected]:
        """Returns the one MO; raises like `parse_sms`."""
        return [self.parse_sms(request)]

    def parse_each_delivery(self, request: WebhookRequest) -> Sequence[Told | WebhookRejected]:
        """Returns the one report; raises like `parse_delivery`."""
        return [self.parse_delivery(request)]

    def parse_opt_out(self, request: WebhookRequest) -> ProviderOptOut:
        """Raises UnknownRoute."""
        _refuse()

    def tell_flow(self, subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        """Raises UnknownRoute."""
        _refuse()

    def parse_flow(self, request: WebhookRequest) -> FlowWords:
        """Raises UnknownRoute."""
        _refuse()

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns an empty answer: for most, only its status 200 counts."""
        return WebhookReply()


def _refuse() -> NoReturn:
    raise UnknownRoute("The provider has no such webhook.")
