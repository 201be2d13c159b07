"""Webhook requests, MTs and settings that provider tests start from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from gateway.adapters.providers.africastalking.settings import Settings as AfricasTalkingSettings
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.twilio.settings import Settings as TwilioSettings
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.domain.telecom.webhook import FORM, WebhookRequest

#: The case files, by provider.
CASE_TABLES: dict[str, Any] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
}

WEBHOOK_KEY = "the-webhook-key"
#: The secret of a master key that was rotated out.
RETIRED_KEY = "the-retired-key"
PUBLIC_URL = "https://gateway.example"
ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "an-auth-token"
API_KEY = "an-api-key"
NUMBER = "+254711000001"
TEXT = "Umefaulu: 385"


def webhook(**changes: Any) -> WebhookRequest:
    """A form posted to the SMS webhook of channel `line`."""
    parts: dict[str, Any] = {
        "method": "POST",
        "path": "/sms/line",
        "query": "",
        "headers": {"content-type": FORM},
        "body": b"",
        "remote_address": "192.0.2.1",
        "public_url": PUBLIC_URL,
    }
    return WebhookRequest(**(parts | changes))


def outbound(**changes: Any) -> OutboundSms:
    """An MT in its first attempt."""
    parts: dict[str, Any] = {
        "id": 42,
        "channel": "line",
        "subscriber": Msisdn.from_e164(NUMBER),
        "text": TEXT,
        "lane": Lane.REPLY,
        "purpose": Purpose.REPLY,
        "topic": "",
        "sender": "",
        "link_id": "",
        "attempt": 1,
        "created_at": datetime(2026, 1, 5, 8, tzinfo=UTC),
    }
    return OutboundSms(**(parts | changes))


def africastalking_settings(**changes: Any) -> AfricasTalkingSettings:
    """A channel in the sandbox, with a short code."""
    parts = {"username": "sandbox", "api_key": API_KEY, "address": "20880"}
    return AfricasTalkingSettings.model_validate(parts | changes)


def twilio_settings(**changes: Any) -> TwilioSettings:
    """A channel with one of Twilio's test numbers."""
    parts = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "address": "+15005550006"}
    return TwilioSettings.model_validate(parts | changes)


def settings_of(provider: str) -> ChannelSettings:
    """A channel as the provider's case file has it."""
    return PROVIDERS[provider].settings.model_validate(CASE_TABLES[provider]["settings"])
