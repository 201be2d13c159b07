"""What an SMS has cost at Twilio, told when it is asked for: by the real SDK."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.adapters.providers.twilio.standin import PRICED_AFTER
from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.money.money import Money
from gateway.use_cases.ports.sms.prices import Cost, TellsPricesLate
from tests.providers.line import open_line
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import ACCOUNT_SID, AUTH_TOKEN, NUMBER, TEXT, twilio_settings

SID = "SM" + "0" * 32


def message(**changes: Any) -> Answer:
    plain = {"sid": SID, "body": TEXT, "to": NUMBER, "status": "delivered", "num_segments": "2",
             "price": None, "price_unit": "USD"}  # fmt: skip
    return Answer(200, json.dumps(plain | changes))


def cost(answer: Answer) -> Cost | None:
    with scripted_api([answer]) as api:
        told = Twilio("line", twilio_settings(api_url=api.url), []).cost_of(SID)
    assert [f"GET /2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{SID}.json"] == api.paths
    return told


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"price": ""}, None),
        ({"price": "-0.01500"}, Cost("0.01500 USD", 2)),
        ({"price": "0.01500"}, Cost("0.01500 USD", 2)),
        ({"price": "-0.00750", "num_segments": "0"}, Cost("0.00750 USD", None)),
        ({"price": "-1.2", "price_unit": "EUR", "num_segments": None}, Cost("1.2 EUR", None)),
        ({"price": "-0", "price_unit": "USD"}, Cost("0 USD", 2)),
    ],
)
def test_a_price_is_read_as_soon_as_twilio_knows_it(
    changes: dict[str, Any], expected: Cost | None
) -> None:
    told = cost(message(**changes))

    assert expected == told
    assert told is None or Money.parse(told.told).amount >= 0


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(500, "upstream error"), "provider_error"),
        (
            Answer(401, json.dumps({"code": 20003, "message": f"on {NUMBER}"})),
            "credentials_refused",
        ),
        (Answer(404, json.dumps({"code": 20404, "message": "gone"})), "credentials_refused"),
        (Answer(200, "<html>"), "message_unreadable"),
        (Answer(200, "[]"), "message_unreadable"),
        (Answer(429, "", {"Retry-After": "9"}), "throttled"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.status),
)
def test_who_cannot_say_tells_nothing_private(
    answer: Answer, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendFailed) as caught:
        cost(answer)

    assert code == caught.value.code
    for secret in (NUMBER[1:], TEXT, AUTH_TOKEN, ACCOUNT_SID):
        assert secret not in f"{caught.value!r} {caplog.text}"


def test_the_stand_in_tells_it_a_minute_later() -> None:
    with open_line("twilio") as line:
        assert isinstance(line.provider, TellsPricesLate)
        sid = line.send(text="x" * 161)
        at_once = line.provider.cost_of(sid)
        line.exchange.now = _later(line.exchange.now)
        later = line.provider.cost_of(sid)

    assert (None, Cost("0.01500 USD", 2)) == (at_once, later)


def _later(now: Any) -> Any:
    moment: datetime = now() + PRICED_AFTER + timedelta(seconds=1)
    return lambda: moment
