"""Twilio's SharedKey signing: stronger than the auth token, and never weakened by a header."""

from __future__ import annotations

import pytest

from gateway.domain.telecom.webhook import WebhookRequest
from tests.providers.samples import AUTH_TOKEN
from tests.providers.test_twilio_signature import SHARED_KEY, is_proven, signed

KEY_ID = "webhooks_sharedkey_1"


def with_shared_key(settings_header: str | None, **changes: str) -> WebhookRequest:
    given = {"secret": SHARED_KEY, "algorithm": "HMAC_SHA256"} | changes
    return signed("https://gateway.example/sms/line", settings_header=settings_header, **given)


@pytest.mark.parametrize(
    "header", [f"key={KEY_ID},algorithm=HMAC_SHA256", f" algorithm = HMAC_SHA256 , key = {KEY_ID}"]
)
def test_a_shared_key_proves_the_origin(header: str) -> None:
    assert is_proven(with_shared_key(header), {KEY_ID: SHARED_KEY})


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        f"key={KEY_ID}",
        "algorithm=HMAC_SHA256",
        "key=another,algorithm=HMAC_SHA256",
        f"key={KEY_ID},algorithm=HMAC_SHA512",
        f"key={KEY_ID},algorithm=HMAC_SHA1",
        f"key={KEY_ID},algorithm=",
        f"key={KEY_ID};algorithm=HMAC_SHA256",
    ],
)
def test_a_shared_key_under_another_header_proves_nothing(header: str | None) -> None:
    assert not is_proven(with_shared_key(header), {KEY_ID: SHARED_KEY})


@pytest.mark.parametrize("header", [None, f"key={KEY_ID},algorithm=HMAC_SHA1"])
def test_the_auth_token_is_too_weak_where_a_shared_key_is_configured(header: str | None) -> None:
    request = with_shared_key(header, secret=AUTH_TOKEN, algorithm="HMAC_SHA1")

    assert not is_proven(request, {KEY_ID: SHARED_KEY})


def test_the_shared_key_signs_with_nothing_weaker_than_its_own_algorithm() -> None:
    header = f"key={KEY_ID},algorithm=HMAC_SHA256"

    assert not is_proven(with_shared_key(header, algorithm="HMAC_SHA1"), {KEY_ID: SHARED_KEY})


@pytest.mark.parametrize(
    ("header", "proven"),
    [
        (None, True),
        (f"key={KEY_ID},algorithm=HMAC_SHA1", True),
        (f"key={KEY_ID},algorithm=HMAC_SHA256", False),
        ("algorithm=none", False),
        ("", False),
    ],
)
def test_without_a_shared_key_the_header_may_name_the_auth_tokens_algorithm_only(
    header: str | None, proven: bool
) -> None:
    request = signed("https://gateway.example/sms/line", settings_header=header)

    assert proven == is_proven(request)
