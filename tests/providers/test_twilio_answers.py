"""How Twilio's answers are judged: one row for each thing that goes wrong."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.providers.twilio.sender import (
    DAILY_LIMIT_CODES,
    DAY_SECONDS,
    MEANINGS,
    failure_for,
)
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.sms import Accepted
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import (
    NUMBER,
    TEXT,
    outbound,
)
from tests.providers.test_twilio_send import DELIVERY_URL, created, error_body, failure_of, provider


@pytest.mark.parametrize(
    ("answer", "segments", "cost"),
    [
        ({"num_segments": "0"}, None, ""),
        ({"num_segments": 3}, 3, ""),
        ({"num_segments": None}, None, ""),
        ({"num_segments": "many"}, None, ""),
        ({"price": "-0.0075", "price_unit": "USD"}, 2, "0.0075 USD"),
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
