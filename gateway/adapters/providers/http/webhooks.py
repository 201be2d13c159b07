"""Speaks to a provider as its preset says: reads its requests, writes its answers, sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn, TypeVar

from gateway.adapters.providers.http.reading import (
    ReportReader,
    Request,
    SmsReader,
    TurnReader,
    beyond_key,
    proves_basic,
)
from gateway.adapters.providers.http.settings import ROUTES, Settings
from gateway.adapters.providers.http.template.fields import Fields, Path
from gateway.adapters.providers.http.template.replies import ENDS, GOES_ON, ReplyMaker
from gateway.adapters.providers.shared.form_fields import prove_network
from gateway.adapters.providers.shared.json_fields import read_each
from gateway.adapters.providers.shared.keyed_webhooks import KeyedWebhooks
from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    Malformed,
    OriginUnproven,
    SendFailed,
    UnknownRoute,
    WebhookRejected,
)
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.ussd import UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest
from gateway.domain.text.secret_comparison import is_one_of, same_secret

if TYPE_CHECKING:
    from gateway.adapters.providers.http.sender import HttpSender
    from gateway.adapters.providers.http.standin import HttpStandin

Told = TypeVar("Told")

_NOTHING = WebhookReply()


class HttpProvider(OneByOne, KeyedWebhooks):
    """One channel at a provider that is told in a file."""

    #: Those that a preset can tell of, and how they may come.
    every_route: Mapping[str, Sequence[str]] = dict.fromkeys(
        ROUTES.values(), ("GET", "POST", "PUT")
    )

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._settings, preset = settings, settings.speaks
        self.has_paths = settings.key_in_path
        self._preset, shape = preset, preset.shape
        self.routes: Mapping[str, Sequence[str]] = settings.own_routes
        self._turns = TurnReader(shape.ussd, settings, preset.echoed) if shape.ussd else None
        self._sms = SmsReader(shape.sms_in, settings, webhook_keys) if shape.sms_in else None
        self._reports = ReportReader(shape.reports) if shape.reports else None
        self._acknowledgements = {
            "ussd-end": _always(preset.ended),
            "sms": _always(preset.sms_taken),
            "delivery": _always(preset.report_taken),
        }
        self._known = known = settings.known
        self._secret = preset.proof.made(known)
        self._secret_fields = tuple(Path.of(name) for name in shape.proof.field or ())
        self._basic = settings.basic
        self._basic_of = {ROUTES[part] for part in shape.proof.basic_of}
        self._many = preset.sms.many if preset.sms is not None else None
        self.mixes_texts = False
        self.batch_size = self._many.shape.most if self._many is not None else 1

    def prove_head(self, request: WebhookRequest) -> None:
        """Returns when URL, source and headers prove the origin; raises OriginUnproven."""
        if self.has_paths:
            prove_network(request, self._networks)
            if not is_one_of(beyond_key(request.path)[0], self._webhook_keys):
                raise OriginUnproven("The path carries no secret, or another than the channel's.")
        else:
            super().prove_head(request)
        proof = self._preset.shape.proof
        if proof.header and not same_secret(
            request.headers.get(proof.header.lower(), ""), self._secret
        ):
            raise OriginUnproven("The header with the provider's secret is missing or another.")
        if self._basic and not self._brings_basic(request):
            raise OriginUnproven("The request does not name the user and the password agreed on.")

    def _brings_basic(self, request: WebhookRequest) -> bool:
        route = request.path[1:].partition("/")[0]
        return route not in self._basic_of or proves_basic(request, *self._basic)

    def prove_body(self, request: WebhookRequest) -> None:
        """Returns when the request is signed, where the provider signs; raises OriginUnproven."""
        if self._preset.proving is not None:
            self._preset.proving.prove(request, self._known)

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn | UssdEnd:
        """Returns the turn, or that its session is over; raises Malformed."""
        reader = self._turns
        if reader is None:
            _refuse()
        fields = reader.fields(request)
        self._prove_field(fields)
        return reader.turn(fields)

    def render_ussd(self, turn: UssdTurn, reply: UssdReply) -> WebhookReply:
        """Returns the page as the provider takes it, with what it wants to see again."""
        page = self._preset.page
        if page is None:
            _refuse()
        known: dict[str, object] = dict(turn.echo) if isinstance(turn.echo, dict) else {}
        known["text"] = page.shown(reply.text)
        known["session"] = turn.session_id
        known["number"] = turn.subscriber.as_told
        return page.made(known, ENDS if reply.ends else GOES_ON)

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the one MO; raises Malformed."""
        return _only(InboundSms, self.parse_each_sms(request))

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the one report; raises Malformed."""
        return _only(DeliveryReport, self.parse_each_delivery(request))

    def parse_each_sms(
        self, request: WebhookRequest
    ) -> Sequence[InboundSms | DeliveryReport | WebhookRejected]:
        """Returns what is told where SMS go; raises Malformed."""
        if self._sms is None:
            _refuse()
        return self._told(request, self._sms)

    def parse_each_delivery(
        self, request: WebhookRequest
    ) -> Sequence[InboundSms | DeliveryReport | WebhookRejected]:
        """Returns what is told where reports go; raises Malformed."""
        if self._reports is None:
            _refuse()
        return self._told(request, self._reports)

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns what says that a request was taken."""
        return self._acknowledgements.get(route, _NOTHING)

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed."""
        return self._sender.send(sms, delivery_url)

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Returns what each came to, in one call where the preset has such."""
        if self._many is None:
            return super().send_many(sms, delivery_url)
        return self._sender.send_many(self._many, sms, delivery_url)

    def request_shown(self, number: Msisdn, text: str, delivery_url: str) -> str:
        """Returns the request for an SMS as people read it, its secrets masked; nothing is sent."""
        sms = self._preset.sms
        if sms is None:
            return ""
        from gateway.adapters.providers.http.shown import shown_call

        return shown_call(self._settings, sms, number, text, delivery_url)

    def _told(
        self, request: WebhookRequest, first: Request
    ) -> list[InboundSms | DeliveryReport | WebhookRejected]:
        """Returns what a request tells, of whichever kind it is: some have one address for both."""
        fields = first.fields(request)
        self._prove_field(fields)
        for reader in (first, self._sms, self._reports):
            if isinstance(reader, SmsReader) and reader.means(fields):
                return [*read_each(reader.each(fields), reader.sms)]
            if isinstance(reader, ReportReader) and reader.means(fields):
                return [*read_each(reader.each(fields), reader.report)]
        raise Malformed("The request is neither an SMS nor a report, as the preset tells them.")

    def _prove_field(self, fields: Fields) -> None:
        if not self._secret_fields:
            return
        given = next((t for path in self._secret_fields if (t := fields.text(path))), "")
        if not same_secret(given, self._secret):
            raise OriginUnproven("The field with the provider's secret is missing or another.")

    @cached_property
    def _sender(self) -> HttpSender:
        from gateway.adapters.providers.http.sender import HttpSender
        from gateway.adapters.providers.shared.http import Transport

        if self._preset.sms is None:
            raise ChannelMisconfigured("sends_nothing")
        return HttpSender(self._settings, self._preset.sms, Transport())


def load_standin() -> HttpStandin:
    """Returns what plays any provider that a preset tells of, on this machine."""
    from gateway.adapters.providers.http.standin import HttpStandin

    return HttpStandin()


def _only(kind: type[Told], told: Sequence[object]) -> Told:
    if len(told) == 1 and isinstance(told[0], kind):
        return told[0]
    raise Malformed("Expected one entry, of the kind that comes to this address.")


def _always(maker: ReplyMaker | None) -> WebhookReply:
    return maker.made({}, "") if maker is not None else _NOTHING


def _refuse() -> NoReturn:
    raise UnknownRoute("The preset tells of no such webhook.")
