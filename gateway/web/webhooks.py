"""The doors for providers: one route for each kind of webhook, the same for every channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, Response, request

from gateway.adapters.system.request_id import current_request
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import (
    StoreUnavailable,
    TooMany,
    Unanswerable,
    UnknownRoute,
    WebhookRejected,
    WrongEncoding,
    WrongMethod,
)
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdEnd
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest
from gateway.use_cases.ports import Provider
from gateway.use_cases.ports.time_left import within
from gateway.web.access import source_address

log = logging.getLogger(__name__)

#: No provider sends more; anything longer is not read.
LONGEST_BODY = 64 * 1024

#: How long a webhook may wait for stores: providers hang up after five to fifteen seconds, and what
#: is refused by then they send again. A turn of USSD has the deadline of its channel.
WEBHOOK_SECONDS = 4.0

_TURN = "ussd"

Told = InboundSms | DeliveryReport

Answer = Callable[[str, Provider, WebhookRequest], WebhookReply]


class EnvironHeaders(Mapping[str, str]):
    """The headers of a request under lower-case names, read only where asked for."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return str(self._environ[_in_environ(name)])

    def get(self, name: str, default: Any = None) -> Any:
        """Returns a header, or the default. Most of those that a turn asks for are not there."""
        return self._environ.get(_in_environ(name), default)

    def __iter__(self) -> Iterator[str]:
        for key in self._environ:
            if key.startswith("HTTP_"):
                yield key[5:].lower().replace("_", "-")
            elif key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                yield key.lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=64)
def _in_environ(name: str) -> str:
    """Returns what a header is called in WSGI (PEP 3333)."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class Doors:
    """The webhooks of a gateway, whichever server brings the request."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._answers: Mapping[str, Answer] = {
            _TURN: self._ussd,
            "ussd-end": self._ussd_end,
            "sms": self._sms,
            "delivery": self._delivery,
            "optout": self._opt_out,
            "flow": self._flow,
        }

    @property
    def routes(self) -> Sequence[str]:
        """Returns the names of the webhooks; each stands before `/<channel>`."""
        return list(self._answers)

    def enter(self, route: str, channel: str, head: WebhookRequest) -> Provider:
        """Returns who speaks at a door, once the head has proven what it can.

        Behind the name of a channel more may stand, where its provider writes more there.

        Raises WebhookRejected, and says what would be right: who is at the wrong door is refused
        without the body being read.
        """
        name, _, beyond = channel.partition("/")
        provider = self._gateway.providers.get(name)
        if provider is None or (beyond and not provider.has_paths):
            raise UnknownRoute("There is no such channel. See: gateway channels")
        methods = provider.routes.get(route, ())
        if not methods:
            raise UnknownRoute("The channel has no such webhook. See: gateway channels")
        if head.method not in methods:
            raise WrongMethod(f"This webhook takes {' or '.join(methods)}.", methods)
        provider.prove_head(head)
        refuse_encoded(head.headers)
        return provider

    def answer(
        self, route: str, channel: str, provider: Provider, asked: WebhookRequest
    ) -> WebhookReply:
        """Returns the provider's reply to the whole request, to whom `enter` has opened.

        Raises WebhookRejected and StoreUnavailable.
        """
        provider.prove_body(asked)
        if route == _TURN:  # a turn has the deadline of its channel
            return self._ussd(channel, provider, asked)
        last = self._gateway.clock.monotonic() + WEBHOOK_SECONDS
        with within(lambda: last - self._gateway.clock.monotonic()):
            return self._answers[route](channel, provider, asked)

    def answer_reports(
        self, asked: Sequence[tuple[str, Provider, WebhookRequest]]
    ) -> Sequence[WebhookReply | Exception]:
        """Returns the replies to reports of delivery, kept with one wait for the disk, or errors.

        As in `answer`, each is to whom `enter` has opened; the channel comes first.
        """
        last = self._gateway.clock.monotonic() + WEBHOOK_SECONDS
        with within(lambda: last - self._gateway.clock.monotonic()):
            return self._together(asked)

    def _together(
        self, asked: Sequence[tuple[str, Provider, WebhookRequest]]
    ) -> Sequence[WebhookReply | Exception]:
        proven = [self._reports(*each) for each in asked]
        told = [
            (self._channel(channel), report)
            for (channel, _, _), reports in zip(asked, proven, strict=True)
            if not isinstance(reports, Exception)
            for report in reports
        ]
        failures = iter(self._gateway.take_reports(told))
        replies: list[WebhookReply | Exception] = []
        for (_, provider, _), reports in zip(asked, proven, strict=True):
            if isinstance(reports, Exception):
                replies.append(reports)
                continue
            came_to = [next(failures) for _ in reports]
            failure = next((each for each in came_to if each is not None), None)
            replies.append(failure or provider.acknowledge("delivery"))
        return replies

    def _reports(
        self, channel: str, provider: Provider, asked: WebhookRequest
    ) -> Sequence[DeliveryReport] | Exception:
        """Returns the reports of one request, or why there is none; an SMS among them is taken."""
        reports: list[DeliveryReport] = []
        try:
            provider.prove_body(asked)
            for each in self._taken_apart(channel, provider.parse_each_delivery(asked)):
                if isinstance(each, DeliveryReport):
                    reports.append(each)
                else:
                    self._gateway.take_words(self._channel(channel), each)
            return reports
        except Exception as error:
            return error

    def _taken_apart(self, channel: str, told: Sequence[Told | WebhookRejected]) -> list[Told]:
        """Returns what can be taken of one request, and counts the rest.

        Raises WebhookRejected where nothing can: the provider hears what is wrong then. Of a sender
        that nobody can answer it does not: what is refused would come again and again.
        """
        taken = [each for each in told if not isinstance(each, WebhookRejected)]
        refused = [each for each in told if isinstance(each, WebhookRejected)]
        wrong = [each for each in refused if not isinstance(each, Unanswerable)]
        if wrong and not taken:
            raise wrong[0]
        for each in refused:
            self._gateway.counters.add("webhooks_rejected", channel=channel, code=each.code)
        return taken

    def _ussd(self, channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        began = self._gateway.clock.monotonic()  # a process's first turn waits for its rooms, too
        turn, dialled = provider.parse_ussd(asked), self._gateway.channels[channel]
        ussd = self._gateway.ussd
        if isinstance(turn, UssdEnd):
            ussd.end(dialled, turn)
            return provider.acknowledge("ussd-end")
        if dialled.pushes_screens:
            if not ussd.push_later(dialled, turn, began):
                raise TooMany("Too many turns wait for their screens.")
            return provider.acknowledge("ussd")
        return provider.render_ussd(turn, ussd.answer(dialled, turn, began))

    def _ussd_end(self, channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        self._gateway.ussd.end(self._channel(channel), provider.parse_ussd_end(asked))
        return provider.acknowledge("ussd-end")

    def _sms(self, channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        try:
            told = provider.parse_each_sms(asked)
        except Unanswerable as error:
            told = [error]
        for sms in self._taken_apart(channel, told):
            self._gateway.take_words(self._channel(channel), sms)
        return provider.acknowledge("sms")

    def _delivery(self, channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        for report in self._taken_apart(channel, provider.parse_each_delivery(asked)):
            self._gateway.take_words(self._channel(channel), report)
        return provider.acknowledge("delivery")

    def _opt_out(self, channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        self._gateway.take_words(self._channel(channel), provider.parse_opt_out(asked))
        return provider.acknowledge("optout")

    def _flow(self, channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        try:
            words = provider.parse_flow(asked)
            self._gateway.ussd.take_flow_words(self._channel(channel), words)
        except Unanswerable as error:  # acknowledged, since it would be told again and again
            self._gateway.counters.add("webhooks_rejected", channel=channel, code=error.code)
        return provider.acknowledge("flow")

    def _channel(self, name: str) -> Channel:
        return self._gateway.channels[name]


def refuse_encoded(headers: Mapping[str, str]) -> None:
    """Raises WrongEncoding for a body that is compressed: it would be told that fields are missing.

    It is not read instead: a few octets may stand for many, and what a provider has signed of them
    none says.
    """
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise WrongEncoding("The body is compressed. Send it as it is, with no Content-Encoding.")


def add_webhooks(app: Flask, gateway: Gateway) -> None:
    """Adds `/ussd`, `/ussd-end`, `/sms`, `/delivery`, `/optout` and `/flow`, for each channel."""
    doors = Doors(gateway)
    for route in doors.routes:
        view = _view(gateway, doors, route)
        methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
        app.add_url_rule(
            f"/{route}/<path:channel>", endpoint=route, view_func=view, methods=methods,
            strict_slashes=False, provide_automatic_options=False,
        )  # fmt: skip


def _view(gateway: Gateway, doors: Doors, route: str) -> Callable[[str], Response]:
    trusted = gateway.deployment.settings.server.trusted_proxies

    def view(channel: str) -> Response:
        environ = request.environ
        headers = EnvironHeaders(environ)
        asked = WebhookRequest(
            method=request.method,
            path=environ["PATH_INFO"],
            query=environ.get("QUERY_STRING", ""),
            headers=headers,
            remote_address=source_address(environ.get("REMOTE_ADDR", ""), headers, trusted),
            public_url=gateway.public_url,
        )
        provider = doors.enter(route, channel.rstrip("/"), asked)
        channel = channel.partition("/")[0]
        asked.body = request.get_data(cache=False)
        return response_of(doors.answer(route, channel, provider, asked))

    return view


def response_of(reply: WebhookReply) -> Response:
    """Returns the reply as Flask sends it."""
    response = Response(reply.body, status=reply.status, content_type=reply.content_type)
    for name, value in reply.headers.items():
        response.headers[name] = value
    return response


def reply_to_error(gateway: Gateway, channel: str, error: Exception) -> WebhookReply:
    """Returns the answer to a webhook that raised, and counts it; `channel` as it was asked for."""
    is_ours = channel in gateway.channels
    if isinstance(error, WebhookRejected):
        known = channel if is_ours else "unknown"
        gateway.counters.add("webhooks_rejected", channel=known, code=error.code)
        return plain(error.status, str(error), error.headers)
    if isinstance(error, StoreUnavailable):
        log.error("%s", error)
        reply = plain(503, "A store does not answer. Send the request again.")
    else:
        log.error("A request failed: %s", trace(error))
        name = current_request()
        reply = plain(500, f"The gateway made a mistake; its log says where: request {name}.")
    if is_ours:  # a provider, and so a citizen, got no answer
        gateway.counters.add("webhooks_failed", channel=channel, status=str(reply.status))
    return reply


def plain(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> WebhookReply:
    """Returns one sentence as a reply."""
    return WebhookReply(body=f"{sentence}\n", status=status, headers=headers or {})
