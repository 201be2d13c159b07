"""The presets that come with the gateway, each with its case file, as channels to test."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import yaml

from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template import load
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.domain.telecom.webhook import FORM, WebhookRequest
from tests.providers.samples import WEBHOOK_KEY, webhook

NAMES = load.shipped()


def table_of(name: str) -> dict[str, Any]:
    """Returns the cases of a preset."""
    preset = load.load(name)
    assert preset is not None
    table: dict[str, Any] = yaml.load(preset.cases.read_text("utf-8"), yaml.CSafeLoader)
    return table


TABLES = {name: table_of(name) for name in NAMES}


def settings_of(name: str, **changes: Any) -> Settings:
    """Returns the channel that a preset's cases are about."""
    table = TABLES[name]
    written = {"preset": name, "secrets": table.get("secrets", {}), **table["channel"], **changes}
    return Settings.model_validate(written)


def provider_of(name: str, **changes: Any) -> HttpProvider:
    """Returns what speaks to the preset's provider."""
    return HttpProvider("line", settings_of(name, **changes), [WEBHOOK_KEY])


def request_of(settings: Settings, case: dict[str, Any]) -> WebhookRequest:
    """Returns the request of a case; it is signed where the provider signs."""
    query = {"key": case.get("key", WEBHOOK_KEY)} | case.get("query", {})
    headers, body, method = dict[str, str](), b"", "POST"
    if "json" in case:
        headers["content-type"], body = "application/json", json.dumps(case["json"]).encode()
    elif "form" in case:
        headers["content-type"], body = FORM, urlencode(case["form"]).encode()
    elif "body" in case:
        headers["content-type"], body = FORM, case["body"].encode()
    else:
        method = "GET"
    behind = ""
    if settings.key_in_path:
        behind = f"/{query.pop('key')}{case.get('path', '')}"
    asked = webhook(
        method=method,
        path=f"/{case.get('route', 'ussd')}/line{behind}",
        query=urlencode(query),
        headers=headers | case.get("headers", {}),
        body=body,
    )
    proving = settings.speaks.proving
    if proving is not None and proving.shape.header and proving.key.made(settings.known):
        asked.headers = {
            proving.shape.header[0].lower(): proving.made(asked, settings.known),
            **asked.headers,
        }
    return asked
