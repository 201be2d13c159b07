"""Makes the calls that calls.yaml declares: fills them, sends them, reads what came back."""

from __future__ import annotations

import json
import logging
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from gateway.adapters.handler_calls.http_exchange import Reply, Request, exchange
from gateway.adapters.handler_calls.reply_mapping import outcome_of
from gateway.adapters.handler_calls.second_facts import counted
from gateway.domain.faults_and_errors.errors import HandlerFailed
from gateway.domain.handler_contract.declared_call import (
    PREFIX,
    Body,
    DeclaredCall,
    Secrets,
    filled,
)
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.text.localised_text import Template
from gateway.use_cases.ports import Handler, Releases

logger = logging.getLogger(__name__)

Send = Callable[[Request], Reply]

#: What stands in a header as it is; a line break there would begin another header.
_PLAIN = string.punctuation + " "


@dataclass(frozen=True, slots=True)
class DeclaredCalls:
    """The calls of the releases being served, as handlers. Raises nothing but ServiceFailed."""

    releases: Releases
    secret: Secrets
    send: Send = exchange

    def find(self, call: ServiceCall) -> Handler | None:
        """Returns the declared call that is meant, as a handler; None when it is no such call."""
        if not call.handler.startswith(PREFIX):
            return None
        release = self.releases.find(call.release) or self.releases.current()
        declared = release.calls.get(call.handler.removeprefix(PREFIX))
        if declared is None:
            return None

        return Handler(
            counted(declared, lambda call, desk: self.make(declared, call)), declared.contract
        )

    def make(self, declared: DeclaredCall, call: ServiceCall) -> Outcome:
        """Returns what a call comes to."""
        return outcome_of(declared, self.send(request_of(declared, call, self.secret)))


def request_of(declared: DeclaredCall, call: ServiceCall, secret: Secrets) -> Request:
    """Returns the request of a call; raises ServiceFailed when a secret is missing."""
    values = {
        **{name: call.answers.get(name, "") for name in declared.contract.needs},
        "subscriber": call.subscriber.as_stored,
        "language": call.language,
        "key": call.key,
    }
    headers = {"Accept": "application/json", "User-Agent": "citizen-gateway"}
    if declared.method != "GET":
        headers["Idempotency-Key"] = call.key  # the same turn again must not be done twice
    body: bytes | None = None
    if declared.body_kind == "json":
        headers["Content-Type"] = "application/json"
        body = json.dumps(_filled_body(declared.body, values, secret)).encode()
    elif declared.body_kind == "form":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(_filled_body(declared.body, values, secret)).encode()
    for name, text in declared.headers.items():
        told = {each: quote(values[each], safe=_PLAIN) for each in text.names}
        headers[name] = _header(filled(text, told, secret))
    return Request(
        method=declared.method,
        url=_url(declared.url, values, secret),
        headers=headers,
        body=body,
        timeout_seconds=declared.timeout_seconds,
        allow_private=declared.allow_private,
    )


def _url(url: Template, values: Mapping[str, str], secret: Secrets) -> str:
    encoded = {name: _encoded(values[name]) for name in url.names}
    return filled(url, encoded, lambda name: quote(secret(name), safe=""))


def _encoded(answer: str) -> str:
    # Encoding leaves dots alone, and a server takes `..` in a path as the way up.
    return quote(answer, safe="") if answer.strip(".") else ""


def _filled_body(body: Body, values: Mapping[str, str], secret: Secrets) -> Any:
    if isinstance(body, Template):
        return filled(body, values, secret)
    if isinstance(body, Mapping):
        return {name: _filled_body(part, values, secret) for name, part in body.items()}
    return [_filled_body(part, values, secret) for part in body]


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise HandlerFailed("A secret does not fit into a header of a declared call.")
    return text
