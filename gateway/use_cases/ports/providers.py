"""The port to providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.domain.faults_and_errors.errors import SendFailed, WebhookRejected
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms, ProviderOptOut
from gateway.domain.telecom.ussd import FlowWords, UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest

#: What a provider tells of SMS.
Told = InboundSms | DeliveryReport


class Provider(Protocol):
    """One channel at one provider: reads its requests, writes its answers, sends.

    `routes` names the webhooks it has: ussd, ussd-end, sms, delivery, optout, flow. Whoever calls a
    parser has called `prove_head` and `prove_body` first. All parsers raise Malformed.

    There are two kinds of USSD. Most providers take the screen in the answer to a turn's webhook:
    they have `render_ussd`. Of a channel that `pushes_screens` the webhook is only acknowledged,
    and the screen is handed over by `push_ussd`.
    """

    routes: Mapping[str, Sequence[str]]  # route name to HTTP methods
    has_paths: bool  # whether more may stand behind the channel's name in a webhook's path

    def prove_head(self, request: WebhookRequest) -> None:
        """Returns when nothing but the body speaks for or against it; raises OriginUnproven.

        Asked before the body is read (`body` is empty): what query, headers and source address can
        prove is proven here, so that who has no secret holds nothing up with a body.
        """

    def prove_body(self, request: WebhookRequest) -> None:
        """Returns when the whole request is the provider's, its head proven; raises OriginUnproven.

        Providers that sign what they send are known by it alone; of others the head has said all.
        """

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn | UssdEnd:
        """Returns a turn; or its end, where the provider tells of it at the same address."""

    def render_ussd(self, turn: UssdTurn, reply: UssdReply) -> WebhookReply: ...

    def push_ussd(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Hands over the screen that answers a turn; returns once it is taken, within `seconds`.

        Raises OutcomeUnknown when it is perhaps shown, and any other SendFailed when it surely is
        not. It is called once for a screen, and tries once.
        """

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd: ...
    def parse_sms(self, request: WebhookRequest) -> InboundSms: ...
    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport: ...

    def parse_each_sms(self, request: WebhookRequest) -> Sequence[Told | WebhookRejected]:
        """Returns the MOs of one request, or what is wrong with each; raises for all alike.

        Of a provider that has one address for both, the reports among them.
        """

    def parse_each_delivery(self, request: WebhookRequest) -> Sequence[Told | WebhookRejected]:
        """Returns the reports of one request, as `parse_each_sms` does."""

    def parse_opt_out(self, request: WebhookRequest) -> ProviderOptOut: ...

    def tell_flow(self, subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        """Tells a neighbour's flow what somebody dialled (`begins`) or answered; raises SendFailed.

        What the flow says to it comes by a webhook of its own.
        """

    def parse_flow(self, request: WebhookRequest) -> FlowWords:
        """Returns what a neighbour's flow says to somebody."""

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns the answer to anything but a USSD turn whose screen stands in it."""

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed. `delivery_url` is where its reports shall go."""

    batch_size: int
    """How many MTs one call takes; 1 where each is a call."""

    mixes_texts: bool
    """Whether the MTs of a call may have different texts and senders."""

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Hands over MTs to different subscribers in one call.

        Where it does not mix texts, all say the same, from one sender.

        Returns what each came to, in their order. Raises SendFailed for what they came to all
        alike: a lost answer leaves the outcome of each unknown.
        """
