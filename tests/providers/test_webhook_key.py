"""The secret of a webhook URL is compared whole: neither a part of it nor more opens the door."""

from __future__ import annotations

import pytest

from gateway.adapters.providers.shared.form_fields import prove_key
from gateway.domain.faults_and_errors.errors import OriginUnproven
from gateway.domain.telecom.webhook import WebhookRequest
from tests.providers.samples import RETIRED_KEY, WEBHOOK_KEY


def request(query: str) -> WebhookRequest:
    return WebhookRequest(
        method="POST", path="/ussd/line", query=query, headers={}, body=b"",
        remote_address="192.0.2.1", public_url="",
    )  # fmt: skip


@pytest.mark.parametrize("key", [WEBHOOK_KEY, RETIRED_KEY])
def test_each_of_the_keys_proves_the_origin(key: str) -> None:
    prove_key(request(f"key={key}"), [WEBHOOK_KEY, RETIRED_KEY])


@pytest.mark.parametrize(
    "query",
    [
        f"key={WEBHOOK_KEY[:-1]}",
        f"key={WEBHOOK_KEY[:1]}",
        f"key={WEBHOOK_KEY}x",
        f"key={WEBHOOK_KEY[1:]}",
        f"key={WEBHOOK_KEY.swapcase()}",
        f"key={WEBHOOK_KEY}{RETIRED_KEY}",
        "key=",
        "",
        f"Key={WEBHOOK_KEY}",
        f"key=x&key={WEBHOOK_KEY}",
    ],
)
def test_what_is_not_the_whole_key_proves_nothing(query: str) -> None:
    with pytest.raises(OriginUnproven):
        prove_key(request(query), [WEBHOOK_KEY, RETIRED_KEY])
