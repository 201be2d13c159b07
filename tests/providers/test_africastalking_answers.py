"""How Africa's Talking's answers are judged: one row for each thing that goes wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.providers.africastalking.sender import (
    ACCEPTED_CODES,
    DO_NOT_DISTURB_SECONDS,
    VERDICTS,
    judge_answer,
)
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
)
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import NUMBER, outbound
from tests.providers.test_africastalking_send import answer_with, failure_of, provider, recipient


@pytest.mark.parametrize("code", sorted(ACCEPTED_CODES))
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "text/html", ""]
)
def test_an_acceptance_is_read_under_any_content_type(code: int, content_type: str) -> None:
    body = answer_with(recipient(statusCode=code))
    with scripted_api([Answer(201, body, {"Content-Type": content_type})]) as api:
        accepted = provider(api.url).send(outbound(), "")

    assert accepted.provider_ref == "ATXid_1"


@pytest.mark.parametrize("code", sorted(VERDICTS))
def test_each_status_code_has_its_meaning_with_the_providers_word(code: int) -> None:
    verdict = VERDICTS[code]
    body = answer_with(recipient(statusCode=code, status=verdict.word, messageId="None", cost="0"))
    with scripted_api([Answer(201, body)]) as api:
        failure = failure_of(provider(api.url), outbound())

    assert (verdict.failure, verdict.code) == (type(failure), failure.code)
    assert verdict.word == failure.detail


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (401, ChannelMisconfigured),
        (402, ChannelMisconfigured),
        (403, SendRejected),
        (404, SendRejected),
        (405, ChannelMisconfigured),
        (406, SubscriberOptedOut),
        (407, SendRejected),
        (409, ProviderUnavailable),
        (500, ProviderUnavailable),
        (501, ProviderUnavailable),
        (502, SendRejected),
    ],
)
def test_status_codes_lead_to_the_right_kind_of_failure(
    code: int, failure: type[SendFailed]
) -> None:
    assert failure is VERDICTS[code].failure


OK = 201
#: HTTP status, body, and the failure it comes to: one row for each thing that goes wrong.
JUDGEMENTS: list[tuple[str, int, str, type[SendFailed], str, str]] = [
    ("a reference that is the word None", OK, answer_with(recipient(messageId="None")),
     OutcomeUnknown, "answer_unclear", "101"),
    ("a reference that is null", OK, answer_with(recipient(messageId=None)),
     OutcomeUnknown, "answer_unclear", "101"),
    ("a status code we do not know", OK, answer_with(recipient(statusCode=199)),
     OutcomeUnknown, "answer_unclear", "199"),
    ("a status code that is a word", OK, answer_with(recipient(statusCode="Sent")),
     OutcomeUnknown, "answer_unclear", ""),
    ("no status code", OK, answer_with({"number": NUMBER, "messageId": "ATXid_1"}),
     OutcomeUnknown, "answer_unclear", ""),
    ("a hold that has a reference may be released", OK, answer_with(recipient(statusCode=401)),
     OutcomeUnknown, "answer_unclear", "401"),
    ("another number's result", OK, answer_with(recipient(number="+254711000009")),
     OutcomeUnknown, "recipient_missing", "201"),
    ("a recipient that is no object", OK, answer_with("Sent"),  # type: ignore[arg-type]  # wrong
     OutcomeUnknown, "recipient_missing", "201"),
    ("nobody, because of the sender ID", OK, answer_with(message="InvalidSenderId"),
     ChannelMisconfigured, "sender_id_refused", "InvalidSenderId"),
    ("nobody, because of the balance, in small letters", OK,
     answer_with(message="insufficientbalance"),
     ChannelMisconfigured, "balance_exhausted", "InsufficientBalance"),
    ("nobody, for a reason we do not know", OK, answer_with(message="Borked"),
     ChannelMisconfigured, "refused", "Borked"),
    ("nobody, for a reason with a number in it", OK, answer_with(message=f"Not to {NUMBER}"),
     ChannelMisconfigured, "refused", ""),
    ("no list of recipients", OK, '{"SMSMessageData": {"Message": "Sent to 1/1"}}',
     OutcomeUnknown, "answer_unreadable", "201"),
    ("no message data", OK, "{}", OutcomeUnknown, "answer_unreadable", "201"),
    ("a list", OK, "[]", OutcomeUnknown, "answer_unreadable", "201"),
    ("message data that is a text", OK, '{"SMSMessageData": "Sent"}',
     OutcomeUnknown, "answer_unreadable", "201"),
    ("an empty body", OK, "", OutcomeUnknown, "answer_unreadable", "201"),
    ("XML", OK, "<AfricasTalkingResponse/>", OutcomeUnknown, "answer_unreadable", "201"),
    ("JSON that nests without end", OK, "[" * 60_000, OutcomeUnknown, "answer_unreadable", "201"),
    ("a wrong API key, in plain text", 401, "The supplied authentication is invalid",
     ChannelMisconfigured, "credentials_refused", "401"),
    ("no permission", 403, "", ChannelMisconfigured, "refused", "403"),
    ("a wrong address of the API", 404, "<html>", ChannelMisconfigured, "refused", "404"),
    ("an address that has moved", 301, "", ChannelMisconfigured, "redirected", "301"),
    ("a request that is not understood", 400, "Invalid message", SendRejected,
     "request_refused", "400"),
    ("a time-out on the way in", 408, "", OutcomeUnknown, "provider_error", "408"),
    ("a failure of the API", 500, "Internal error", OutcomeUnknown, "provider_error", "500"),
    ("a failure of its gateway", 502, "<html>", OutcomeUnknown, "provider_error", "502"),
    ("a failure with nobody in the list", 500, answer_with(message=""),
     OutcomeUnknown, "provider_error", "500"),
    ("the night in Nigeria, whose HTTP status is 409", 409,
     answer_with(recipient(statusCode=409, status="DoNotDisturbRejection", messageId="None")),
     ProviderUnavailable, "do_not_disturb", "DoNotDisturbRejection"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "failure", "code", "detail"),
    [row[1:] for row in JUDGEMENTS],
    ids=[row[0] for row in JUDGEMENTS],
)
def test_whatever_is_no_acceptance_comes_to_a_failure(
    status: int, body: str, failure: type[SendFailed], code: str, detail: str
) -> None:
    with scripted_api([Answer(status, body)]) as api:
        actual = failure_of(provider(api.url), outbound())

    assert (failure, code, detail) == (type(actual), actual.code, actual.detail)


def test_the_night_in_nigeria_is_tried_again_within_the_hour() -> None:
    body = answer_with(recipient(statusCode=409, messageId="None"))

    with pytest.raises(ProviderUnavailable) as caught:
        judge_answer(HttpAnswer(201, {}, body.encode()), NUMBER)

    assert caught.value.retry_after == DO_NOT_DISTURB_SECONDS


def test_results_are_matched_by_number_and_not_by_place() -> None:
    other = recipient(number="+254711000009", statusCode=406, messageId="None")
    body = answer_with(other, recipient(number=NUMBER[1:], messageId="ATXid_2"))

    accepted = judge_answer(HttpAnswer(201, {}, body.encode()), NUMBER)

    assert accepted.provider_ref == "ATXid_2"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    status=st.integers(200, 599),
    recipients=st.lists(
        json_values
        | st.fixed_dictionaries(
            {"number": st.just(NUMBER), "statusCode": json_values, "messageId": json_values}
        ),
        max_size=3,
    )
    | json_values,
    message=json_values,
)
def test_no_answer_comes_to_anything_but_an_acceptance_or_a_failure(
    status: int, recipients: object, message: object
) -> None:
    data = {"SMSMessageData": {"Message": message, "Recipients": recipients}}
    answer = HttpAnswer(status, {}, json.dumps(data).encode())

    try:
        outcome = judge_answer(answer, NUMBER).provider_ref
    except SendFailed as failure:
        outcome = str(failure)

    assert outcome not in ("", "None")
    assert NUMBER[1:] not in outcome
