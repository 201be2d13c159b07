"""A channel to a running stand-in, and a small gateway that receives its reports."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import urllib3
from flask import Flask, Response, request

from gateway.adapters.providers.africastalking.webhooks import AfricasTalking
from gateway.adapters.providers.shared.standin import Account
from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import StandinConfig
from gateway.standin.exchange import Exchange
from gateway.standin.server import running
from gateway.use_cases.ports import Provider
from tests.polling import PATIENCE_SECONDS
from tests.providers.samples import (
    ACCOUNT_SID,
    API_KEY,
    AUTH_TOKEN,
    WEBHOOK_KEY,
    africastalking_settings,
    outbound,
    twilio_settings,
)

PROVIDERS = ["africastalking", "twilio"]
Build = Callable[..., Provider]


@dataclass(slots=True)
class Line:
    """A channel to a running stand-in, and a gateway that receives its reports."""

    provider: Provider
    exchange: Exchange
    standin_url: str
    delivery_url: str
    received: list[WebhookRequest] = field(default_factory=list)

    def fault(self, kind: str, **details: int) -> None:
        """Asks the stand-in for trouble."""
        answer = urllib3.request(
            "POST", f"{self.standin_url}/faults", json={"kind": kind, **details}
        )
        assert answer.status == 201

    def send(self, **changes: Any) -> str:
        """Sends an MT and returns its reference."""
        return self.provider.send(outbound(**changes), self.delivery_url).provider_ref

    def reports(self) -> list[DeliveryReport]:
        """Returns the reports, each with its origin proven, once all have arrived."""
        assert self.exchange.reports.wait(PATIENCE_SECONDS)
        for each in self.received:
            self.provider.prove_head(each)
            self.provider.prove_body(each)
        return [self.provider.parse_delivery(each) for each in self.received]


@contextlib.contextmanager
def open_line(
    name: str, now: Callable[[], datetime] | None = None, **config: Any
) -> Iterator[Line]:
    received: list[WebhookRequest] = []
    gateway = Flask("gateway")

    @gateway.post("/delivery/line")
    def delivery() -> Response:
        received.append(
            WebhookRequest(
                method="POST",
                path=request.path,
                query=request.query_string.decode(),
                headers={key.lower(): value for key, value in request.headers.items()},
                body=request.get_data(),
                remote_address=request.remote_addr or "",
                public_url=request.host_url,
            )
        )
        return Response()

    with running(gateway) as gateway_url:
        delivery_url = f"{gateway_url}/delivery/line?key={WEBHOOK_KEY}"
        accounts = {
            "twilio": {ACCOUNT_SID: Account(secret=AUTH_TOKEN)},
            "africastalking": {"sandbox": Account(secret=API_KEY, delivery_url=delivery_url)},
        }
        app = create_app(StandinConfig(accounts=accounts, **config), now)
        with running(app) as url:
            provider: Provider
            if name == "twilio":
                provider = Twilio("line", twilio_settings(api_url=url), [WEBHOOK_KEY])
            else:
                provider = AfricasTalking(
                    "line", africastalking_settings(api_url=url), [WEBHOOK_KEY]
                )
            yield Line(provider, app.extensions[EXTENSION], url, delivery_url, received)
