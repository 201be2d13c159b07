"""Twilio's signature: what proves an origin, and that nothing else comes out than a refusal."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from gateway.adapters.providers.twilio.signature import prove_signature
from gateway.domain.faults_and_errors.errors import OriginUnproven
from gateway.domain.telecom.webhook import FORM, WebhookRequest
from tests.providers.samples import AUTH_TOKEN, webhook

FIELDS = [("MessageSid", "SM1"), ("Body", "RESULT 10231456"), ("From", "+15005550001")]
SHARED_KEY = "a-shared-key-secret"


def signed(
    url: str,
    fields: list[tuple[str, str]] = FIELDS,
    *,
    secret: str = AUTH_TOKEN,
    algorithm: str = "HMAC_SHA1",
    settings_header: str | None = None,
    public_url: str = "https://gateway.example",
) -> WebhookRequest:
    """A form that the SDK signed for `url`, arriving at `public_url`."""
    signature = RequestValidator(secret).compute_signature(url, MultiDict(fields), algorithm)
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    if settings_header is not None:
        headers["x-twilio-webhooks-signature-settings"] = settings_header
    return webhook(headers=headers, body=urlencode(fields).encode(), public_url=public_url)


def json_request(body: bytes, body_hash: str) -> WebhookRequest:
    url = f"https://gateway.example/sms/line?bodySHA256={body_hash}"
    digest = hmac.digest(AUTH_TOKEN.encode(), url.encode(), "sha1")
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": base64.b64encode(digest).decode(),
    }
    return webhook(headers=headers, query=f"bodySHA256={body_hash}", body=body)


def is_proven(request: WebhookRequest, shared_keys: dict[str, str] | None = None) -> bool:
    try:
        prove_signature(request, [AUTH_TOKEN], shared_keys or {})
    except OriginUnproven:
        return False
    return True


@pytest.mark.parametrize(
    ("public_url", "url"),
    [
        ("https://gateway.example", "https://gateway.example/sms/line"),
        ("https://gateway.example/", "https://gateway.example/sms/line"),
        ("https://gateway.example", "https://gateway.example:443/sms/line"),
        ("https://gateway.example:443", "https://gateway.example/sms/line"),
        ("https://gateway.example:8443", "https://gateway.example/sms/line"),
        ("https://gateway.example:8443", "https://gateway.example:8443/sms/line"),
        ("http://gateway.example", "http://gateway.example:80/sms/line"),
        ("http://gateway.example:8384", "http://gateway.example:8384/sms/line"),
        ("https://gov.example/gateway", "https://gov.example/gateway/sms/line"),
        ("https://gov.example/gateway", "https://gov.example:443/gateway/sms/line"),
        ("https://name:word@gateway.example:8443", "https://name:word@gateway.example/sms/line"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]/sms/line"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]:443/sms/line"),
    ],
)
def test_the_public_url_is_proven_with_its_port_and_without(public_url: str, url: str) -> None:
    assert is_proven(signed(url, public_url=public_url))


@pytest.mark.parametrize(
    ("public_url", "url"),
    [
        ("https://gateway.example", "http://gateway.example/sms/line"),
        ("https://gateway.example", "https://gateway.example:80/sms/line"),
        ("https://gateway.example", "https://gateway.example:8443/sms/line"),
        ("https://gateway.example", "https://other.example/sms/line"),
        ("https://gateway.example", "https://gateway.example/sms/line/"),
        ("https://gateway.example", "https://gateway.example/sms/other"),
        ("https://gateway.example", "https://gateway.example/sms/line?id=1"),
        ("https://gateway.example:99999", "https://gateway.example/sms/line"),
        ("https://[2001:db8::1", "https://[2001:db8::1/sms/other"),
        ("", "https://gateway.example/sms/line"),
    ],
)
def test_another_url_proves_nothing(public_url: str, url: str) -> None:
    assert not is_proven(signed(url, public_url=public_url))


texts = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
forms = st.lists(st.tuples(texts.filter(bool), texts), max_size=8)


@given(fields=forms)
def test_any_form_that_the_sdk_signs_is_proven(fields: list[tuple[str, str]]) -> None:
    assert is_proven(signed("https://gateway.example/sms/line", fields))


@given(fields=forms, names=st.lists(texts.filter(bool), min_size=1, max_size=3), value=texts)
def test_repeated_names_count_with_their_different_values_in_order(
    fields: list[tuple[str, str]], names: list[str], value: str
) -> None:
    repeated = fields + [(name, value) for name in names] * 2 + [(name, "z") for name in names]

    assert is_proven(signed("https://gateway.example/sms/line", repeated))


@given(
    pairs=st.lists(st.tuples(st.binary(min_size=1, max_size=8), st.binary(max_size=20)), max_size=6)
)
def test_what_is_signed_is_proven_whatever_bytes_it_is_of(pairs: list[tuple[bytes, bytes]]) -> None:
    url = "https://gateway.example/sms/line"
    text = url.encode() + b"".join(name + value for name, value in sorted(set(pairs)))
    signature = base64.b64encode(hmac.digest(AUTH_TOKEN.encode(), text, "sha1")).decode()
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()

    assert is_proven(
        webhook(headers={"content-type": FORM, "x-twilio-signature": signature}, body=body)
    )
    if pairs:
        forged = body.replace(b"=", b"=x", 1)
        assert not is_proven(
            webhook(headers={"content-type": FORM, "x-twilio-signature": signature}, body=forged)
        )


@given(place=st.integers(0, 200), bit=st.integers(0, 7))
def test_a_signed_form_with_one_bit_turned_is_refused(place: int, bit: int) -> None:
    request = signed("https://gateway.example/sms/line")
    body = bytearray(request.body)
    body[place % len(body)] ^= 1 << bit
    changed = webhook(headers=request.headers, body=bytes(body))

    # "+" and "%20" are the same space, "%2B" and "%2b" the same plus: only what is read counts.
    try:
        same = sorted(changed.form_pairs()) == sorted(request.form_pairs())
    except Exception:
        same = False

    assert same == is_proven(changed)


json_bodies = st.binary(max_size=64)


@given(body=json_bodies)
def test_any_body_but_a_form_is_proven_by_its_hash_in_the_signed_url(body: bytes) -> None:
    assert is_proven(json_request(body, hashlib.sha256(body).hexdigest()))


@given(body=json_bodies, other=json_bodies)
def test_a_hash_of_another_body_proves_nothing(body: bytes, other: bytes) -> None:
    assert (body == other) == is_proven(json_request(body, hashlib.sha256(other).hexdigest()))


def test_a_form_disguised_as_json_needs_the_hash() -> None:
    request = signed("https://gateway.example/sms/line")
    headers = {**request.headers, "content-type": "application/json"}

    assert not is_proven(webhook(headers=headers, body=request.body))


def test_json_disguised_as_a_form_needs_its_fields_signed() -> None:
    body = b"MessageSid=SM1"
    request = json_request(body, hashlib.sha256(body).hexdigest())
    headers = {**request.headers, "content-type": FORM}

    assert not is_proven(webhook(headers=headers, query=request.query, body=body))


def test_a_get_is_proven_by_its_url_alone() -> None:
    url = "https://gateway.example/sms/line?MessageSid=SM1"
    signature = RequestValidator(AUTH_TOKEN).compute_signature(url, {})
    request = webhook(
        method="GET", query="MessageSid=SM1", headers={"x-twilio-signature": signature}
    )

    assert is_proven(request)


@given(
    method=st.sampled_from(["POST", "GET", "PUT"]),
    content_type=st.sampled_from([FORM, "application/json", ""]) | st.text(max_size=20),
    signature=st.text(max_size=40),
    settings=st.none() | st.text(max_size=40) | st.just("key=k,algorithm=HMAC_SHA256"),
    query=st.text(max_size=30) | st.just("bodySHA256=%FF") | st.just("bodySHA256=é"),
    body=st.binary(max_size=60),
    public_url=st.text(max_size=30) | st.sampled_from(["https://[", "https://h:99999", "//:x"]),
    with_shared_key=st.booleans(),
)
def test_nothing_comes_out_of_any_request_but_a_refusal(
    method: str, content_type: str, signature: str, settings: str | None, query: str, body: bytes,
    public_url: str, with_shared_key: bool,
) -> None:  # fmt: skip
    headers = {"content-type": content_type, "x-twilio-signature": signature}
    if settings is not None:
        headers["x-twilio-webhooks-signature-settings"] = settings
    request = webhook(method=method, headers=headers, query=query, body=body, public_url=public_url)

    assert not is_proven(request, {"k": SHARED_KEY} if with_shared_key else None)
