"""A webhook request as it travels, and the commonest shapes of one: form, JSON, query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from gateway.domain.telecom.webhook import FORM


class WireRequest(NamedTuple):
    """A request: path and query, headers, body, and how it is made."""

    target: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


def form_request(url: str, fields: Mapping[str, str]) -> WireRequest:
    """Returns a form for a webhook; `url` is as in the provider's dashboard, secret included."""
    # Half a character, which a terminal of another encoding lets through, no network carries.
    form = urlencode(fields, errors="replace")
    return WireRequest(_target(url), {"Content-Type": FORM}, form.encode("ascii"))


def json_request(url: str, fields: Mapping[str, object]) -> WireRequest:
    """Returns JSON for a webhook; `url` is as in the provider's dashboard, secret included."""
    return WireRequest(
        _target(url), {"Content-Type": "application/json"}, json.dumps(fields).encode("ascii")
    )


def query_request(url: str, fields: Mapping[str, str]) -> WireRequest:
    """Returns a GET of a webhook, the fields behind what its URL has; secret included."""
    target = _target(url)
    query = urlencode(fields, errors="replace")
    return WireRequest(f"{target}{'&' if '?' in target else '?'}{query}", {}, b"", "GET")


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
