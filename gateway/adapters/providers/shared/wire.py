"""A webhook request as it travels, and the commonest shape of one: a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from gateway.domain.telecom.webhook import FORM


class WireRequest(NamedTuple):
    """A POST request: path and query, headers, body."""

    target: str
    headers: Mapping[str, str]
    body: bytes


def form_request(url: str, fields: Mapping[str, str]) -> WireRequest:
    """Returns a form for a webhook; `url` is as in the provider's dashboard, secret included."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    # Half a character, which a terminal of another encoding lets through, no network carries.
    form = urlencode(fields, errors="replace")
    return WireRequest(target, {"Content-Type": FORM}, form.encode("ascii"))
