"""Proves that a webhook was sent by Twilio.

The SDK's validator is not used: on a missing header, a JSON body without a hash, a body of bytes or
a port over 65535 it raises TypeError, IndexError or ValueError (twilio 9.13.0), and it decides by
what the framework parsed instead of by Content-Type. Whatever is wrong here is OriginUnproven.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from gateway.domain.faults_and_errors.errors import Malformed, OriginUnproven
from gateway.domain.telecom.webhook import FORM, WebhookRequest
from gateway.domain.text.secret_comparison import is_one_of, same_secret

SIGNATURE = "x-twilio-signature"
#: Names the key and the algorithm where a SharedKey signs; absent where the auth token does.
SETTINGS = "x-twilio-webhooks-signature-settings"

_DEFAULT_PORTS = {"https": 443, "http": 80}


def prove_signature(
    request: WebhookRequest, tokens: Sequence[str], shared_keys: Mapping[str, str]
) -> None:
    """Returns when the request is signed with one of the channel's secrets.

    `tokens` sign with SHA-1, `shared_keys` (secrets by id) with SHA-256. A channel that has shared
    keys takes nothing weaker, whatever the header says. Raises OriginUnproven.
    """
    given = request.headers.get(SIGNATURE, "")
    if not given:
        raise OriginUnproven("The signature header is missing.")
    secrets, algorithm = _secrets_for(request.headers.get(SETTINGS), tokens, shared_keys)
    parameters = _signed_parameters(request)
    signed = [_octets(url) + parameters for url in _url_forms(request)]
    expected = (_signature(secret, text, algorithm) for secret in secrets for text in signed)
    if not is_one_of(given, expected):
        raise OriginUnproven("The signature is wrong: check the public URL and the auth token.")


def _secrets_for(
    header: str | None, tokens: Sequence[str], shared_keys: Mapping[str, str]
) -> tuple[Sequence[str], str]:
    if not shared_keys:
        if header is None or _settings(header).get("algorithm") == "HMAC_SHA1":
            return tokens, "sha1"
        raise OriginUnproven("The request is signed with a shared key; none is configured.")
    settings = _settings(header or "")
    secret = shared_keys.get(settings.get("key", ""))
    if secret is None or settings.get("algorithm") != "HMAC_SHA256":
        raise OriginUnproven("The request is not signed with one of the channel's shared keys.")
    return [secret], "sha256"


def _settings(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.split(","))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _url_forms(request: WebhookRequest) -> Iterator[str]:
    """Yields the URL as configured, and with and without its port: Twilio signs either form."""
    base = request.public_url.rstrip("/")
    rest = request.path + (f"?{request.query}" if request.query else "")
    yield base + rest
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError as error:
        raise OriginUnproven("The public URL of the gateway is not a URL.") from error
    # Not `hostname`, which drops the credentials and lowers the case; and an IPv6 host has colons.
    place = parts.netloc
    host = place.removesuffix(f":{port}") if port is not None else place
    default_port = _DEFAULT_PORTS.get(parts.scheme)
    for authority in (host, f"{place}:{default_port}" if port is None else None):
        if authority is not None and authority != place:
            yield f"{parts.scheme}://{authority}{parts.path}{rest}"


def _signed_parameters(request: WebhookRequest) -> bytes:
    if request.method != "POST":
        return b""
    try:
        if request.content_type == FORM:
            return _joined(request.form_pairs())
        hashes = request.query_fields().get("bodySHA256", "")
    except Malformed as error:
        raise OriginUnproven("The signed fields are not readable.") from error
    # Without this hash a JSON body would stand outside the signature.
    body_hash = hashlib.sha256(request.body).hexdigest()
    if not same_secret(body_hash, hashes):
        raise OriginUnproven("The body is not the one that was signed.")
    return b""


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    # A repeated name counts with its different values, in order: the set of pairs, sorted. UTF-8 is
    # sorted like the text it stands for; what is not UTF-8 is signed all the same, and no forgery.
    return b"".join(name + value for name, value in sorted(set(pairs)))


def _signature(secret: str, signed: bytes, algorithm: str) -> bytes:
    # HMAC-SHA1 is Twilio's choice; collisions of SHA-1 do not break it.
    return base64.b64encode(hmac.digest(_octets(secret), signed, algorithm))


def _octets(text: str) -> bytes:
    # A lone surrogate is no reason to fail in another way than by a wrong signature.
    return text.encode("utf-8", "surrogatepass")
