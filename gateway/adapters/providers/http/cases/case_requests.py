"""What stands in a case as the gateway sees it: a request, and the record that it becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gateway.adapters.providers.http.settings import Settings
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.identity import identity_from_stored
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdTurn
from gateway.domain.telecom.webhook import FORM, WebhookRequest

#: The gateway of a case: its address, the name of the channel, and the secret of its webhooks.
PUBLIC_URL, CHANNEL, KEY = "https://gateway.example", "line", "the-webhook-key"

Record = UssdTurn | UssdEnd | InboundSms | DeliveryReport


def request_of(settings: Settings, case: Mapping[str, Any]) -> WebhookRequest:
    """Returns the request of a case; it is signed where the provider signs, unless it says how."""
    query = {"key": case.get("key", KEY)} | (case.get("query") or {})
    headers, body, method = dict[str, str](), b"", "POST"
    if "json" in case:
        headers["content-type"] = "application/json"
        body = json.dumps(case["json"], default=str).encode()
    elif "form" in case:
        headers["content-type"], body = FORM, urlencode(case["form"]).encode()
    elif "body" in case:
        headers["content-type"], body = FORM, case["body"].encode()
    else:
        method = "GET"
    behind = ""
    if settings.key_in_path:
        behind = f"/{query.pop('key')}{case.get('path', '')}"
    asked = WebhookRequest(
        method=method,
        path=f"/{case.get('route', 'ussd')}/{CHANNEL}{behind}",
        query=urlencode(query),
        headers=headers | {name.lower(): str(each) for name, each in _headers(case).items()},
        body=body,
        remote_address="192.0.2.1",
        public_url=PUBLIC_URL,
    )
    proving = settings.speaks.proving
    if proving is not None and proving.shape.header and proving.key.made(settings.known):
        asked.headers = {
            proving.shape.header[0].lower(): proving.made(asked, settings.known),
            **asked.headers,
        }
    return asked


def _headers(case: Mapping[str, Any]) -> Mapping[str, Any]:
    return case.get("headers") or {}


def record_of(expected: Mapping[str, Any], kind: str, actual: Any) -> Record:
    """Returns the record that a case expects of a route.

    Raises TypeError and ValueError for fields that there are not. Where the provider gives an SMS
    no id, the case need not know the one that we make up.
    """
    fields = dict(expected)
    if "subscriber" in fields:
        fields["subscriber"] = identity_from_stored(fields["subscriber"])
    if kind == "ussd":
        if fields.pop("end", False):
            return UssdEnd(**fields)
        if "alone" in fields:
            fields["alone"] = AnswerAlone(*fields["alone"])
        return UssdTurn(**fields)
    if kind == "sms":
        fields.setdefault("provider_ref", getattr(actual, "provider_ref", ""))
        return InboundSms(**fields)
    if fields["status"] is not None:
        fields["status"] = DeliveryStatus(fields["status"])
    return DeliveryReport(**fields)
