"""Signatures over what a provider says it signs: a body, or its fields, or the address with them.

What is signed is written as a text with names, as each provider tells it on its page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from gateway.adapters.providers.http.template.fields import json_tree
from gateway.adapters.providers.http.template.shapes import (
    ALGORITHMS,
    Option,
    RequestSignature,
    Signature,
)
from gateway.adapters.providers.http.template.values import Compiler, Known, Text
from gateway.domain.faults_and_errors.errors import Malformed, OriginUnproven
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.telecom.webhook import MOST_FIELDS, WebhookRequest
from gateway.domain.text.secret_comparison import is_one_of

#: What may be signed, by name. `fields` are those of the body, and those of the address as well
#: where `query` is not signed beside them.
NAMES = ("url", "query", "fields", "body", "nonce")

_AT: Path = ("proof", "signature")


@dataclass(frozen=True, slots=True)
class Proving:
    """How requests are signed, compiled."""

    shape: RequestSignature
    key: Text
    algorithm: Text
    over: Text
    over_get: Text
    pair: Text

    def prove(self, request: WebhookRequest, known: Known) -> None:
        """Returns when the request is signed, or need not be; raises OriginUnproven.

        A secret that a channel need not give, and has not given, asks for nothing.
        """
        key = self.key.made(known)
        given = self._given(request)
        if not key or (not given and self.shape.optional):
            return
        if self.shape.form == "hex":
            given = [each.lower() for each in given]
        right = self.made(request, known)
        if not any(is_one_of(each, (right,)) for each in given):
            raise OriginUnproven("The signature is missing or another.")

    def made(self, request: WebhookRequest, known: Known) -> str:
        """Returns the signature that a request must have; raises OriginUnproven."""
        try:
            octets = self._octets(request)
        except (Malformed, ValueError):  # not chained: its sentence may hold what was sent
            raise OriginUnproven("What is signed cannot be read.") from None
        made = _digest(self.algorithm.made(known), self.key.made(known).encode(), octets)
        return _written(self.shape.form, self.shape.before, made)

    def _given(self, request: WebhookRequest) -> Sequence[str]:
        if self.shape.field:
            fields = {name.lower(): value for name, value in self._pairs(request, signed=False)}
            found = fields.get(self.shape.field.lower(), "")
            return [found] if found else []
        headers = (request.headers.get(name.lower(), "") for name in self.shape.header or ())
        return [each.strip() for header in headers for each in header.split(",") if each.strip()]

    def _octets(self, request: WebhookRequest) -> bytes:
        over = self.over_get if request.method == "GET" and self.over_get.parts else self.over
        if over.names == ["body"] and len(over.parts) == 1:
            return request.body
        nonce = request.headers.get(self.shape.nonce.lower(), "") if self.shape.nonce else ""
        if "nonce" in over.names and not nonce:
            raise OriginUnproven("The header that the signature is made with is missing.")
        pairs = self._pairs(request, signed=True) if "fields" in over.names else []
        query = sorted(_split(request.query)) if "query" in over.names else []
        known = {
            "url": request.public_url.rstrip("/") + request.path,
            "query": "&".join(f"{name}={value}" for name, value in query),
            "fields": "".join(
                self.pair.made({"name": name, "value": self._as_signed(value)})
                for name, value in sorted(pairs)
            ),
            "body": request.body.decode("utf-8", "surrogateescape"),
            "nonce": nonce,
        }
        return over.made(known).encode("utf-8", "surrogateescape")

    def _as_signed(self, value: str) -> str:
        for sign, instead in self.shape.replace.items():
            value = value.replace(sign, instead)
        return value

    def _pairs(self, request: WebhookRequest, signed: bool) -> list[tuple[str, str]]:
        """Returns names and values as sent, without our secret and, if so asked, the signature.

        A field of the address counts with those of the body: nobody may lay one over another.
        """
        try:
            pairs = _body_pairs(request)
            if "query" not in self.over.names:
                pairs += [pair for pair in _split(request.query) if pair[0] != "key"]
        except (Malformed, ValueError):
            raise OriginUnproven("What is signed cannot be read.") from None
        own = self.shape.field.lower() if signed else ""
        return [pair for pair in pairs if pair[0].lower() != own]


def proving_of(
    shape: RequestSignature | None,
    accounts: Compiler,
    options: dict[str, Option],
    wrong: list[tuple[Path, str]],
) -> Proving | None:
    """Returns how requests are proven, None where nobody signs; what is wrong is noted."""
    if shape is None:
        return None
    if bool(shape.header) == bool(shape.field):
        wrong.append((_AT, "A signature stands in a `header` or in a `field`: write one of them."))
    signed = Compiler(NAMES, wrong=wrong)
    over = signed.text(shape.over, (*_AT, "over"))
    over_get = signed.text(shape.over_get, (*_AT, "over_get"))
    if not over.names:
        wrong.append(((*_AT, "over"), f"Nothing is signed: name some of {', '.join(NAMES)}."))
    if "nonce" in (*over.names, *over_get.names) and not shape.nonce:
        wrong.append(((*_AT, "over"), "`{nonce}` is the value of a header: name it in `nonce`."))
    algorithm = Compiler(list(options), wrong=wrong).text(shape.algorithm, (*_AT, "algorithm"))
    for chosen in _choices(algorithm, options):
        if chosen not in ALGORITHMS:
            said = f"'{chosen}' is none of the hashes: {', '.join(ALGORITHMS)}."
            wrong.append(((*_AT, "algorithm"), said))
    return Proving(
        shape=shape,
        key=accounts.text(shape.key, (*_AT, "key")),
        algorithm=algorithm,
        over=over,
        over_get=over_get,
        pair=Compiler(("name", "value"), wrong=wrong).text(shape.pair, (*_AT, "pair")),
    )


def signed(signature: Signature, key: str, body: bytes) -> str:
    """Returns what stands in the header of a body that we sign."""
    made = hmac.digest(key.encode(), body, signature.algorithm)
    return _written(signature.form, signature.before, made)


def _choices(algorithm: Text, options: dict[str, Option]) -> Sequence[str]:
    """Returns the hashes that a channel may come to choose."""
    if not algorithm.names:
        return [algorithm.made({})]
    option = options.get(algorithm.names[0])
    return option.one_of if option is not None and option.one_of else ["anything"]


def _digest(algorithm: str, key: bytes, octets: bytes) -> bytes:
    # A hash over what is signed and the key behind it is no HMAC; it is the one that Vonage begins
    # with. MD5 is the provider's choice, and the secret in the URL is asked for besides.
    if algorithm == "md5hash":
        return hashlib.md5(octets + key, usedforsecurity=False).digest()
    return hmac.digest(key, octets, algorithm)


def _written(form: str, before: str, made: bytes) -> str:
    return before + (made.hex() if form == "hex" else base64.b64encode(made).decode())


def _body_pairs(request: WebhookRequest) -> list[tuple[str, str]]:
    if not request.body:
        return []
    if request.content_type == "application/json":
        return json_tree(request.body).pairs()
    return [
        (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
        for name, value in request.form_pairs()
    ]


def _split(query: str) -> list[tuple[str, str]]:
    return parse_qsl(
        query, keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS
    )
