"""Sending by Twilio's SDK, against the stand-in's protocol and against scripted answers."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest

from gateway.adapters.providers.shared.calling.asked import HttpAnswer, HttpRequest
from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.twilio.sender import TwilioSender, status_callback
from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    SendFailed,
    Throttled,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms
from tests.providers.raw_server import Answer, raw_server, scripted_api
from tests.providers.samples import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    TEXT,
    outbound,
    twilio_settings,
)
from tests.providers.test_transport import wait_for_close

DELIVERY_URL = "https://gateway.example/delivery/line"
SERVICE = "MG00000000000000000000000000000001"
CREATED = {"sid": "SM1", "status": "queued", "num_segments": "2", "price": None}


def provider(url: str, **changes: Any) -> Twilio:
    return Twilio("line", twilio_settings(api_url=url, **changes), [])


def created(**changes: Any) -> Answer:
    return Answer(201, json.dumps(CREATED | changes))


def error_body(code: object, status: int = 400) -> str:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    message = f"The number {NUMBER} is not right"
    return json.dumps({"code": code, "message": message, "more_info": more_info, "status": status})


def failure_of(channel: Twilio, sms: OutboundSms) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        channel.send(sms, DELIVERY_URL)
    for secret in (NUMBER[1:], TEXT, AUTH_TOKEN, ACCOUNT_SID, "\x1b"):
        assert secret not in f"{caught.value!r} {caught.value}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


# ---------------------------------------------------------------- what is asked of the API


def test_an_sms_goes_out_with_an_address_for_its_reports() -> None:
    with scripted_api([created()]) as api:
        accepted = provider(api.url).send(outbound(id=42), DELIVERY_URL)

    assert Accepted(provider_ref="SM1", segments=2) == accepted
    assert [f"POST /2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"] == api.paths
    credentials = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    assert api.headers[0]["Authorization"] == f"Basic {credentials}"
    assert api.forms == [
        {
            "To": NUMBER,
            "From": "+15005550006",
            "Body": TEXT,
            "StatusCallback": f"{DELIVERY_URL}?id=42",
        }
    ]


def test_without_a_delivery_url_no_reports_are_asked_for() -> None:
    with scripted_api([created()]) as api:
        provider(api.url).send(outbound(), "")

    assert "StatusCallback" not in api.forms[0]


@pytest.mark.parametrize(
    ("settings", "sms", "expected"),
    [
        ({"sender_id": "KENGOV"}, {"sender": "384387"}, {"From": "384387"}),
        ({"sender_id": "KENGOV"}, {}, {"From": "KENGOV"}),
        ({}, {}, {"From": "+15005550006"}),
        ({"messaging_service_sid": SERVICE}, {}, {"MessagingServiceSid": SERVICE}),
        (
            {"messaging_service_sid": SERVICE},
            {"sender": "384387"},
            {"MessagingServiceSid": SERVICE, "From": "384387"},
        ),
    ],
)
def test_the_address_that_was_texted_comes_before_the_channels_own(
    settings: dict[str, str], sms: dict[str, str], expected: dict[str, str]
) -> None:
    with scripted_api([created()]) as api:
        provider(api.url, **settings).send(outbound(**sms), DELIVERY_URL)

    names = {"From", "MessagingServiceSid"}
    assert expected == {name: value for name, value in api.forms[0].items() if name in names}


def test_a_channel_without_any_sender_is_for_a_person_to_mend() -> None:
    with scripted_api([]) as api:
        failure = failure_of(provider(api.url, address=None), outbound())

    assert (type(failure), failure.code) == (ChannelMisconfigured, "sender_id_missing")


def test_the_environment_does_not_move_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    asked: list[str] = []

    class Recorder(Transport):
        def answer_to(self, request: HttpRequest, within: float | None = None) -> HttpAnswer:
            asked.append(request.url)
            return HttpAnswer(201, {}, json.dumps(CREATED).encode())

    TwilioSender(twilio_settings(), Recorder()).send(outbound(), DELIVERY_URL)

    expected = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert [expected] == asked


@pytest.mark.parametrize(
    ("delivery_url", "expected"),
    [
        ("https://g.example/delivery/line", "https://g.example/delivery/line?id=7"),
        ("https://g.example/delivery/line?key=secret", "https://g.example/delivery/line?id=7"),
        ("https://g.example/d?a=1&key=s&id=3", "https://g.example/d?a=1&id=7"),
        ("https://g.example:8443/g/d", "https://g.example:8443/g/d?id=7"),
    ],
)
def test_reports_name_our_id_and_never_the_key(delivery_url: str, expected: str) -> None:
    assert expected == status_callback(delivery_url, 7)


# ---------------------------------------------------------------- when there is no answer


def test_429_waits_as_long_as_the_provider_asks() -> None:
    throttled = Answer(429, error_body(20429, 429), {"Retry-After": "3"})
    with scripted_api([throttled]) as api:
        failure = failure_of(provider(api.url), outbound())

    assert (type(failure), failure.retry_after) == (Throttled, 3.0)


def test_an_api_that_hangs_does_not_hang_the_worker() -> None:
    with raw_server(wait_for_close) as place:
        settings = twilio_settings(api_url=f"http://{place}")
        sender = TwilioSender(settings, Transport(read_seconds=0.05))
        with pytest.raises(OutcomeUnknown) as caught:
            sender.send(outbound(), DELIVERY_URL)

    assert caught.value.code == "answer_timeout"


def test_nothing_of_an_sms_or_an_account_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    with scripted_api([created(), Answer(400, error_body(21211))]) as api:
        channel = provider(api.url)
        channel.send(outbound(), DELIVERY_URL)
        failure_of(channel, outbound())

    for secret in (NUMBER[1:], TEXT, ACCOUNT_SID, AUTH_TOKEN):
        assert secret not in caplog.text
