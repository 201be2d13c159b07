"""Many recipients in one call: each is judged, and what nobody knows is unknown for all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.adapters.providers.africastalking import sender as module
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from tests.providers.line import PROVIDERS, Line, open_line
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import outbound
from tests.providers.test_africastalking_send import answer_with, provider, recipient

NUMBERS = [f"+25471100000{digit}" for digit in range(4)]
TOKEN = ProviderToken("africastalking", "sandbox", "abc")


@pytest.fixture(params=PROVIDERS)
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    with open_line(request.param) as opened:
        yield opened


def mts(*subscribers: Any) -> list[OutboundSms]:
    told = [Msisdn(each) if isinstance(each, str) else each for each in subscribers]
    return [outbound(id=number, subscriber=each) for number, each in enumerate(told)]


def said(*codes: int | None) -> str:
    """Returns an answer with these codes, in reverse order; None is left out."""
    recipients = [
        recipient(
            number=number, statusCode=code, messageId=f"ATXid_{code}" if code < 400 else "None"
        )
        for number, code in zip(NUMBERS, codes, strict=False)
        if code is not None
    ]
    return answer_with(*reversed(recipients))


def kinds(results: Any) -> list[type]:
    return [type(each) for each in results]


def test_one_call_names_all_numbers_and_each_has_its_reference() -> None:
    with scripted_api([Answer(201, answer_with(*(
        recipient(number=number, messageId=f"ATXid_{number}") for number in reversed(NUMBERS)
    )))]) as api:  # fmt: skip
        results = provider(api.url).send_many(mts(*NUMBERS), "")

    assert [",".join(NUMBERS)] == [form["to"] for form in api.forms]
    assert [f"ATXid_{number}" for number in NUMBERS] == [each.provider_ref for each in results]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((101, 100, 102), [Accepted, Accepted, Accepted]),
        ((101, 403, 101), [Accepted, SendRejected, Accepted]),
        ((406, 101, 405), [SubscriberOptedOut, Accepted, ChannelMisconfigured]),
        ((500, 409, 404), [ProviderUnavailable, ProviderUnavailable, SendRejected]),
        ((101, None, 101), [Accepted, OutcomeUnknown, Accepted]),
        ((101, 777, None), [Accepted, OutcomeUnknown, OutcomeUnknown]),
    ],
    ids=str,
)
def test_each_recipient_is_judged(codes: tuple[int | None, ...], expected: list[type]) -> None:
    with scripted_api([Answer(201, said(*codes))]) as api:
        results = provider(api.url).send_many(mts(*NUMBERS[:3]), "")

    assert expected == kinds(results)


@pytest.mark.parametrize(
    ("answer", "failure", "retryable"),
    [
        (Answer(500, "oops"), OutcomeUnknown, False),
        (Answer(201, "no JSON"), OutcomeUnknown, False),
        (Answer(201, json.dumps({"SMSMessageData": {}})), OutcomeUnknown, False),
        (Answer(201, answer_with(message="InsufficientBalance")), ChannelMisconfigured, True),
        # A refusal of the whole says nothing of each: tried again, each goes alone.
        (Answer(201, answer_with(message="InvalidPhoneNumber")), ProviderUnavailable, True),
        (Answer(400, "bad request"), ProviderUnavailable, True),
        (Answer(401, "no"), ChannelMisconfigured, True),
        (Answer(429, "too fast"), Throttled, True),
    ],
)
def test_what_is_said_of_the_whole_call_counts_for_all(
    answer: Answer, failure: type[SendFailed], retryable: bool
) -> None:
    with scripted_api([answer]) as api, pytest.raises(SendFailed) as caught:
        provider(api.url).send_many(mts(*NUMBERS), "")

    assert (failure, retryable) == (type(caught.value), caught.value.retryable)


def test_who_has_no_number_or_one_the_sdk_dislikes_stops_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The SDK drops a whole batch for one number that it does not like."""
    monkeypatch.setattr(module, "validate_phone", lambda number: number != NUMBERS[1])
    with scripted_api([Answer(201, said(101, None, 101))]) as api:
        results = provider(api.url).send_many(mts(NUMBERS[0], NUMBERS[1], TOKEN, NUMBERS[2]), "")

    assert [f"{NUMBERS[0]},{NUMBERS[2]}"] == [form["to"] for form in api.forms]
    assert [Accepted, SendRejected, SendRejected, Accepted] == kinds(results)


def test_nobody_to_send_to_is_no_call() -> None:
    with scripted_api([]) as api:
        results = provider(api.url).send_many(mts(TOKEN, TOKEN), "")

    assert [SendRejected, SendRejected] == kinds(results)
    assert [] == api.paths


# ------------------------------------------- what every provider keeps to, on its stand-in


def test_many_are_taken_once_each_and_each_is_reported(line: Line) -> None:
    results = line.provider.send_many(mts(*NUMBERS), line.delivery_url)

    taken = {sms["reference"]: sms["to"] for sms in line.exchange.taken()}
    assert dict(zip((each.provider_ref for each in results), NUMBERS, strict=True)) == taken
    assert set(taken) == {report.provider_ref for report in line.reports()}


def test_an_answer_that_is_lost_leaves_each_unknown_though_it_was_taken(line: Line) -> None:
    count = 1 if line.provider.batch_size > 1 else len(NUMBERS)
    line.fault("drop_connection", requests=count)

    try:
        results = line.provider.send_many(mts(*NUMBERS), line.delivery_url)
    except SendFailed as failure:
        results = [failure] * len(NUMBERS)

    assert [OutcomeUnknown] * len(NUMBERS) == kinds(results)
    assert sorted(NUMBERS) == sorted(sms["to"] for sms in line.exchange.taken())


@pytest.mark.parametrize(
    ("kind", "failure"),
    [("throttle", Throttled), ("refuse", SendRejected), ("error", OutcomeUnknown)],
)
def test_a_fault_comes_to_the_same_for_many_as_for_one(
    line: Line, kind: str, failure: type[SendFailed]
) -> None:
    line.fault(kind, requests=1 if line.provider.batch_size > 1 else 2)

    try:
        results = line.provider.send_many(mts(*NUMBERS[:2]), line.delivery_url)
    except SendFailed as failed:
        results = [failed] * 2

    assert [failure] * 2 == kinds(results)
    assert [] == line.exchange.taken()
