"""The doors for providers: one route for each kind of webhook, the same for every channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Flask, Response, request

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import UnknownRoute
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest
from gateway.use_cases.ports import Provider

Answer = Callable[[str, Provider, WebhookRequest], WebhookReply]


class EnvironHeaders(Mapping[str, str]):
    """The headers of a request under lower-case names, read only where asked for."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        return str(self._environ[key])

    def __iter__(self) -> Iterator[str]:
        for key in self._environ:
            if key.startswith("HTTP_"):
                yield key[5:].lower().replace("_", "-")
            elif key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                yield key.lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)


def add_webhooks(app: Flask, gateway: Gateway) -> None:
    """Adds `/ussd`, `/ussd-end`, `/sms`, `/delivery` and `/optout`, each with `/<channel>`."""

    def ussd(channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        turn = provider.parse_ussd(asked)
        return provider.render_ussd(gateway.ussd.answer(gateway.channels[channel], turn))

    def ussd_end(channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        gateway.ussd.end(gateway.channels[channel], provider.parse_ussd_end(asked))
        return provider.acknowledge("ussd-end")

    def sms(channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        gateway.inbound.accept(gateway.channels[channel], provider.parse_sms(asked))
        return provider.acknowledge("sms")

    def delivery(channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        gateway.outbound.record_delivery(gateway.channels[channel], provider.parse_delivery(asked))
        return provider.acknowledge("delivery")

    def opt_out(channel: str, provider: Provider, asked: WebhookRequest) -> WebhookReply:
        gateway.inbound.record_opt_out(gateway.channels[channel], provider.parse_opt_out(asked))
        return provider.acknowledge("optout")

    answers: dict[str, Answer] = {
        "ussd": ussd,
        "ussd-end": ussd_end,
        "sms": sms,
        "delivery": delivery,
        "optout": opt_out,
    }
    for route, answer in answers.items():
        app.add_url_rule(
            f"/{route}/<channel>",
            endpoint=route,
            view_func=_view(gateway, route, answer),
            methods=["GET", "POST", "PUT"],
        )


def _view(gateway: Gateway, route: str, answer: Answer) -> Callable[[str], Response]:
    def view(channel: str) -> Response:
        provider = gateway.providers.get(channel)
        methods = provider.routes.get(route, ()) if provider is not None else ()
        if provider is None or request.method not in methods:
            raise UnknownRoute("No such channel, or it has no such webhook. See gateway channels.")
        environ = request.environ
        asked = WebhookRequest(
            method=request.method,
            path=environ["PATH_INFO"],
            query=environ.get("QUERY_STRING", ""),
            headers=EnvironHeaders(environ),
            body=request.get_data(cache=False),
            remote_address=environ.get("REMOTE_ADDR", ""),
            public_url=gateway.public_url,
        )
        provider.prove_origin(asked)
        reply = answer(channel, provider, asked)
        response = Response(reply.body, status=reply.status, content_type=reply.content_type)
        for name, value in reply.headers.items():
            response.headers[name] = value
        return response

    return view
