"""Sending by Africa's Talking's SDK, against the stand-in and against scripted answers."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from gateway.adapters.providers.africastalking.sender import AfricasTalkingSender
from gateway.adapters.providers.africastalking.webhooks import AfricasTalking
from gateway.adapters.providers.shared.calling.asked import HttpAnswer, HttpRequest
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, Throttled
from gateway.domain.telecom.sms import Accepted, OutboundSms
from tests.providers.raw_server import Answer, raw_server, scripted_api
from tests.providers.samples import API_KEY, NUMBER, TEXT, africastalking_settings, outbound
from tests.providers.test_transport import wait_for_close


def provider(url: str, **changes: Any) -> AfricasTalking:
    return AfricasTalking("line", africastalking_settings(api_url=url, **changes), ["a-key"])


def answer_with(*recipients: dict[str, Any], message: str = "Sent to 1/1") -> str:
    return json.dumps({"SMSMessageData": {"Message": message, "Recipients": list(recipients)}})


def recipient(**changes: Any) -> dict[str, Any]:
    parts = {
        "statusCode": 101,
        "number": NUMBER,
        "status": "Success",
        "cost": "KES 0.8000",
        "messageId": "ATXid_1",
    }
    return parts | changes


def failure_of(channel: AfricasTalking, sms: OutboundSms) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        channel.send(sms, "")
    for secret in (NUMBER[1:], TEXT, API_KEY):
        assert secret not in f"{caught.value!r} {caught.value}"
    return caught.value


# ---------------------------------------------------------------- what is asked of the API


def test_an_sms_is_enqueued_from_the_channels_address() -> None:
    with scripted_api([Answer(201, answer_with(recipient(messageParts=2)))]) as api:
        accepted = provider(api.url).send(outbound(), "https://gateway.example/delivery/line")

    expected = Accepted(provider_ref="ATXid_1", segments=2, cost="KES 0.8000")
    assert expected == accepted
    assert api.paths == ["POST /version1/messaging"]
    assert api.headers[0]["Apikey"] == API_KEY
    assert api.forms == [
        {
            "username": "sandbox",
            "to": NUMBER,
            "message": TEXT,
            "bulkSMSMode": "1",
            "from": "20880",
            "enqueue": "1",
        }
    ]


@pytest.mark.parametrize(
    ("settings", "sms", "sender"),
    [
        ({"address": "20880", "sender_id": "KENGOV"}, {"sender": "21021"}, "21021"),
        ({"address": "20880", "sender_id": "KENGOV"}, {}, "KENGOV"),
        ({"address": "20880"}, {}, "20880"),
        ({"address": None}, {}, None),
    ],
)
def test_the_address_that_was_texted_comes_before_the_channels_own(
    settings: dict[str, Any], sms: dict[str, str], sender: str | None
) -> None:
    with scripted_api([Answer(201, answer_with(recipient()))]) as api:
        provider(api.url, **settings).send(outbound(**sms), "")

    assert sender == api.forms[0].get("from")


def test_an_answer_to_an_on_demand_sms_carries_its_link_id_and_keyword() -> None:
    with scripted_api([Answer(201, answer_with(recipient()))]) as api:
        provider(api.url, keyword="RESULT").send(outbound(link_id="Link1"), "")

    assert api.paths == ["POST /version1/messaging"]
    assert api.forms == [
        {
            "username": "sandbox",
            "to": NUMBER,
            "from": "20880",
            "message": TEXT,
            "bulkSMSMode": "0",
            "linkId": "Link1",
            "keyword": "RESULT",
        }
    ]


def test_an_on_demand_answer_without_keyword_and_sender_names_neither() -> None:
    with scripted_api([Answer(201, answer_with(recipient()))]) as api:
        provider(api.url, address=None).send(outbound(link_id="Link1"), "")

    assert set(api.forms[0]) == {"username", "to", "message", "bulkSMSMode", "linkId"}


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("sandbox", "https://api.sandbox.africastalking.com/version1/messaging"),
        ("kenya-gov", "https://api.africastalking.com/version1/messaging"),
    ],
)
def test_without_an_api_url_the_sdk_knows_where_to_send(username: str, expected: str) -> None:
    asked: list[str] = []

    class Recorder(Transport):
        def answer_to(self, request: HttpRequest, within: float | None = None) -> HttpAnswer:
            asked.append(request.url)
            return HttpAnswer(201, {}, answer_with(recipient()).encode())

    AfricasTalkingSender(africastalking_settings(username=username), Recorder()).send(outbound())

    assert [expected] == asked


# ---------------------------------------------------------------- when there is no answer


def test_429_waits_as_long_as_the_provider_asks() -> None:
    with scripted_api([Answer(429, "", {"Retry-After": "9"})]) as api:
        failure = failure_of(provider(api.url), outbound())

    assert (type(failure), failure.retry_after) == (Throttled, 9.0)


def test_an_api_that_hangs_does_not_hang_the_worker() -> None:
    with raw_server(wait_for_close) as place:
        settings = africastalking_settings(api_url=f"http://{place}")
        sender = AfricasTalkingSender(settings, Transport(read_seconds=0.05))
        with pytest.raises(OutcomeUnknown) as caught:
            sender.send(outbound())

    assert caught.value.code == "answer_timeout"


def test_two_applications_in_one_process_keep_their_own_keys() -> None:
    answers = [Answer(201, answer_with(recipient())) for _ in range(2)]
    with scripted_api(answers) as api:
        provider(api.url).send(outbound(), "")
        provider(api.url, username="kenya-gov", api_key="another-key").send(outbound(), "")

    assert [form["username"] for form in api.forms] == ["sandbox", "kenya-gov"]
    assert [headers["Apikey"] for headers in api.headers] == [API_KEY, "another-key"]


def test_nothing_of_an_sms_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    with scripted_api([Answer(201, answer_with(recipient())), Answer(500, "no")]) as api:
        channel = provider(api.url)
        channel.send(outbound(), "")
        failure_of(channel, outbound())

    for secret in (NUMBER[1:], TEXT, API_KEY):
        assert secret not in caplog.text
