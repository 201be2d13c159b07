"""Shows the request for an SMS as people read it; nothing is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.adapters.providers.http.sender import HttpSender
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.sending import PLAIN, UNICODE, SmsMaker
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.domain.text.gsm7 import septets

_SECRET = "***"  # noqa: S105 - what stands for one

_SMS = OutboundSms(
    id=1,
    channel="",
    subscriber=Msisdn("+999000000"),
    text="",
    lane=Lane.REPLY,
    purpose=Purpose.REPLY,
    topic="",
    sender="",
    link_id="",
    attempt=1,
    created_at=datetime(2026, 1, 5, tzinfo=UTC),
)


def shown_call(
    settings: Settings, maker: SmsMaker, number: Msisdn, text: str, delivery_url: str
) -> str:
    """Returns method, address, headers and body, each secret masked."""
    sms = _SMS._replace(subscriber=number, text=text)
    known = HttpSender(settings, maker, Transport()).known_of(sms, delivery_url)
    masked = {**known, **dict.fromkeys(settings.secrets, _SECRET)}
    token = _SECRET if maker.token is not None else ""
    call = maker.call(masked, PLAIN if septets(text) is not None else UNICODE, token)
    lines = [f"{call.method} {settings.base}{call.path}"]
    lines += [f"{name}: {_shown(value)}" for name, value in call.headers.items()]
    return "\n".join([*lines, "", call.body.decode()]).strip()


def _shown(value: str) -> str:
    """Returns a header as people read it: user and password would be a riddle."""
    return f"Basic {_SECRET}" if value.startswith("Basic ") else value
