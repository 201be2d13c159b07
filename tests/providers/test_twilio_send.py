"""Sending by Twilio's SDK, against the stand-in's protocol and against scripted answers."""

from __future__ import annotations

import base64
import json
import logging
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.providers.http import HttpAnswer, Transport
from gateway.adapters.providers.twilio import Twilio
from gateway.adapters.providers.twilio_sender import (
    DAILY_LIMIT_CODES,
    DAY_SECONDS,
    MEANINGS,
    TwilioSender,
    failure_for,
    status_callback,
)
from gateway.domain.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.sms import Accepted, OutboundSms
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
    return Twilio("line", twilio_settings(api_url=url, **changes), "")


def created(**changes: Any) -> Answer:
    return Answer(201, json.dumps(CREATED | changes))


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
        def post_form(self, url: str, fields: Any, headers: Any) -> HttpAnswer:
            asked.append(url)
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


# ---------------------------------------------------------------- how the answer is judged


@pytest.mark.parametrize(
    ("answer", "segments", "cost"),
    [
        ({"num_segments": "0"}, None, ""),
        ({"num_segments": 3}, 3, ""),
        ({"num_segments": None}, None, ""),
        ({"num_segments": "many"}, None, ""),
        ({"price": "-0.0075", "price_unit": "USD"}, 2, "-0.0075 USD"),
        ({"date_created": "yesterday", "error_code": "none"}, 2, ""),
    ],
)
def test_an_acceptance_may_leave_out_segments_and_price(
    answer: dict[str, Any], segments: int | None, cost: str
) -> None:
    with scripted_api([created(**answer)]) as api:
        accepted = provider(api.url).send(outbound(), DELIVERY_URL)

    assert Accepted(provider_ref="SM1", segments=segments, cost=cost) == accepted


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="an empty body, which the SDK takes for a message without a SID"),
        pytest.param("{}", id="an empty object"),
        pytest.param('{"sid": null}', id="no SID"),
        pytest.param('{"sid": ""}', id="an empty SID"),
        pytest.param('{"sid": 7}', id="a number for a SID"),
        pytest.param("<html>Created</html>", id="HTML"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('"queued"', id="a text"),
        pytest.param("[" * 60_000, id="JSON that nests without end"),
    ],
)
def test_a_201_without_a_message_leaves_the_outcome_open(body: str) -> None:
    with scripted_api([Answer(201, body)]) as api:
        failure = failure_of(provider(api.url), outbound())

    assert (type(failure), failure.code) == (OutcomeUnknown, "answer_unreadable")


def error_body(code: object, status: int = 400) -> str:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    message = f"The number {NUMBER} is not right"
    return json.dumps({"code": code, "message": message, "more_info": more_info, "status": status})


@pytest.mark.parametrize("code", [21211, 21610, 20003, 21611, 30008])
def test_an_error_code_is_told_without_the_sdks_sentence(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a terminal the SDK colours its sentence, which holds the request and the number.
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    with scripted_api([Answer(400, error_body(code))]) as api:
        failure = failure_of(provider(api.url), outbound())

    assert MEANINGS[code] == (type(failure), failure.code)
    assert str(code) == failure.detail


def test_an_error_in_the_newer_form_is_the_same_error() -> None:
    problem = {
        "type": "https://www.twilio.com/docs/errors/21610",
        "title": f"Unsubscribed {NUMBER}",
        "status": 400,
        "code": 21610,
        "detail": TEXT,
        "errors": [{"detail": NUMBER, "pointer": "#/To"}],
    }
    content_type = {"Content-Type": "application/problem+json"}
    with scripted_api([Answer(400, json.dumps(problem), content_type)]) as api:
        failure = failure_of(provider(api.url), outbound())

    assert (type(failure), failure.code) == (SubscriberOptedOut, "opted_out")


#: Status, body, and the failure it comes to.
JUDGEMENTS: list[tuple[str, int, str, type[SendFailed], str]] = [
    ("a daily limit", 400, error_body(30023), Throttled, "daily_limit"),
    ("a code we do not know", 400, error_body(99999), SendRejected, "request_refused"),
    ("a code that is a word", 400, error_body("E1"), SendRejected, "request_refused"),
    ("no code", 400, "{}", SendRejected, "request_refused"),
    ("a refusal in HTML", 400, "<html>", SendRejected, "request_refused"),
    ("a refusal that is a list", 400, "[1]", SendRejected, "request_refused"),
    ("no permission, in HTML", 403, "<html>", ChannelMisconfigured, "refused"),
    ("credentials", 401, error_body(20003, 401), ChannelMisconfigured, "credentials_refused"),
    ("an account that is not there", 404, error_body(20404, 404), ChannelMisconfigured,
     "credentials_refused"),
    ("an address that has moved", 307, "", ChannelMisconfigured, "redirected"),
    ("a time-out on the way in", 408, "", OutcomeUnknown, "provider_error"),
    ("a failure of the API that says so", 500, error_body(20500, 500), ProviderUnavailable,
     "provider_error"),
    ("a failure of the API that says nothing", 500, "", OutcomeUnknown, "provider_error"),
    ("a failure of its gateway", 503, "<html>", OutcomeUnknown, "provider_error"),
    ("a newer error with a status that is a word", 500,
     json.dumps({"type": "x", "title": "x", "status": "bad", "code": "x"}), OutcomeUnknown,
     "provider_error"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "failure", "code"),
    [row[1:] for row in JUDGEMENTS],
    ids=[row[0] for row in JUDGEMENTS],
)
def test_whatever_is_no_acceptance_comes_to_a_failure(
    status: int, body: str, failure: type[SendFailed], code: str
) -> None:
    with scripted_api([Answer(status, body, {"Location": "/elsewhere"})]) as api:
        actual = failure_of(provider(api.url), outbound())

    assert (failure, code) == (type(actual), actual.code)
    assert len(api.paths) == 1


@pytest.mark.parametrize(
    ("codes", "failure"),
    [
        ((21610,), SubscriberOptedOut),
        ((21211, 21214, 21217, 21401, 21604, 21612, 21614, 30005, 30006), SendRejected),
        ((21602, 21617, 21618, 14103, 30004, 30007, 30019), SendRejected),
        ((20003, 20005, 20006, 20404, 21603, 21606, 21607, 21608, 21408), ChannelMisconfigured),
        ((21609, 21212, 30002, 30018, 30024, 63007), ChannelMisconfigured),
        ((20429, 14107, 21611, 30001, 30022, 30023, 30027, 63017, 63018), Throttled),
        ((20500, 20503, 30003, 30008, 30017), ProviderUnavailable),
    ],
)
def test_error_codes_lead_to_the_right_kind_of_failure(
    codes: tuple[int, ...], failure: type[SendFailed]
) -> None:
    assert {failure} == {type(failure_for(400, code)) for code in codes}


@pytest.mark.parametrize("code", sorted(DAILY_LIMIT_CODES))
def test_a_daily_limit_waits_for_the_next_day(code: int) -> None:
    assert DAY_SECONDS == failure_for(400, code).retry_after


@given(status=st.integers() | st.text() | st.none(), code=st.integers() | st.text() | st.none())
def test_any_status_and_code_come_to_a_failure(status: object, code: object) -> None:
    assert isinstance(failure_for(status, code), SendFailed)


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
