"""Asking Twilio whether it has an SMS: by the real SDK, against the stand-in and scripted lists."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from gateway.adapters.providers.africastalking.webhooks import AfricasTalking
from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.use_cases.ports.sms.settling import KnowsWhatItTook
from tests.providers.line import open_line
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    TEXT,
    WEBHOOK_KEY,
    africastalking_settings,
    outbound,
    twilio_settings,
)

NOW = datetime(2027, 3, 5, 8, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=5)


def nobodys(ref: str) -> bool:
    return False


def message(**changes: Any) -> dict[str, Any]:
    """Returns an SMS as Twilio lists it."""
    plain = {
        "sid": "SM1", "body": TEXT, "direction": "outbound-api", "status": "delivered",
        "date_created": format_datetime(NOW), "to": NUMBER, "error_code": None,
    }  # fmt: skip
    return plain | changes


def listed(*messages: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps({"messages": messages, "page": 0, "page_size": 50}))


def asked(answer: Answer, **changes: Any) -> DeliveryReport | None:
    """Returns what an MT is found as, where the list is this one."""
    with scripted_api([answer]) as api:
        channel = Twilio("line", twilio_settings(api_url=api.url), [])
        return channel.find_sent(outbound(**changes), SINCE, nobodys)


def test_the_list_of_the_number_is_asked_for() -> None:
    with scripted_api([listed()]) as api:
        channel = Twilio("line", twilio_settings(api_url=api.url), [])
        assert channel.find_sent(outbound(), SINCE, nobodys) is None

    assert [f"GET /2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"] == api.paths


@pytest.mark.parametrize(
    ("changes", "status", "detail"),
    [
        ({}, DeliveryStatus.DELIVERED, "delivered"),
        ({"status": "queued"}, DeliveryStatus.SENT, "queued"),
        (
            {"status": "undelivered", "error_code": 30003},
            DeliveryStatus.UNDELIVERED,
            "undelivered 30003",
        ),
        ({"status": "failed", "error_code": 30007}, DeliveryStatus.REJECTED, "failed 30007"),
        ({"status": "on the moon"}, None, "?"),
    ],
    ids=str,
)  # fmt: skip
def test_an_sms_that_is_listed_is_told_with_its_status(
    changes: dict[str, Any], status: DeliveryStatus | None, detail: str
) -> None:
    found = asked(listed(message(**changes)), id=42)

    assert found is not None
    assert ("SM1", status, 42) == (found.provider_ref, found.status, found.message_id)
    assert detail in (found.detail, "?")


def test_a_refusal_to_be_written_to_is_found_with_it() -> None:
    found = asked(listed(message(status="failed", error_code=21610)))

    assert found is not None
    assert found.opted_out


@pytest.mark.parametrize(
    "there",
    [
        [],
        [message(date_created=format_datetime(SINCE - timedelta(seconds=1)))],
        [message(direction="inbound")],
        [message(date_created=format_datetime(NOW - timedelta(days=9)))] * 50,
    ],
    ids=["nothing", "an earlier one", "the citizen's own", "many earlier ones"],
)
def test_what_is_not_listed_is_not_there(there: list[dict[str, Any]]) -> None:
    assert asked(listed(*there)) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (listed(message(body="Umefaulu: 385 (cut)")), "another_text_listed"),
        (listed(*[message(direction="inbound")] * 50), "list_too_long"),
        (Answer(500, "upstream error"), "list_unreadable"),
        (Answer(401, json.dumps({"code": 20003, "message": f"about {NUMBER}"})), "list_unreadable"),
        (Answer(200, "<html>"), "list_unreadable"),
        (Answer(200, "{}"), "list_unreadable"),
        (Answer(200, json.dumps({"messages": None})), "list_unreadable"),
        (Answer(200, json.dumps({"messages": [7]})), "list_unreadable"),
        (Answer(429, "", {"Retry-After": "9"}), "throttled"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.status),
)
def test_who_cannot_say_is_not_taken_for_a_no(
    answer: Answer, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendFailed) as caught:
        asked(answer)

    assert code == caught.value.code
    for secret in (NUMBER[1:], TEXT, AUTH_TOKEN, ACCOUNT_SID):
        assert secret not in f"{caught.value!r} {caplog.text}"


def test_the_sms_of_another_mt_is_not_taken_for_this_one() -> None:
    twins = listed(message(sid="SM2"), message(sid="SM1"))
    with scripted_api([twins, twins]) as api:
        channel = Twilio("line", twilio_settings(api_url=api.url), [])
        first = channel.find_sent(outbound(), SINCE, lambda ref: ref == "SM2")
        none = channel.find_sent(outbound(), SINCE, lambda ref: True)

    assert first is not None
    assert ("SM1", None) == (first.provider_ref, none)


@pytest.mark.parametrize("kind", ["drop_connection", "error"])
def test_against_the_stand_in_a_lost_answer_is_found_and_a_lost_sms_is_not(kind: str) -> None:
    with open_line("twilio", reports="none", now=lambda: NOW) as line:
        assert isinstance(line.provider, KnowsWhatItTook)
        line.fault(kind)
        with pytest.raises(OutcomeUnknown):
            line.send(id=7)
        line.send(id=8, text="Another text", subscriber=outbound().subscriber)
        others = {"SM" + f"{2 if kind == 'drop_connection' else 1:032x}"}

        found = line.provider.find_sent(outbound(id=7), SINCE, others.__contains__)

    assert (kind == "drop_connection") == (found is not None)
    assert found is None or (7, DeliveryStatus.DELIVERED) == (found.message_id, found.status)


def test_a_provider_without_such_a_list_is_not_asked() -> None:
    other = AfricasTalking("line", africastalking_settings(), [WEBHOOK_KEY])

    assert not isinstance(other, KnowsWhatItTook)
