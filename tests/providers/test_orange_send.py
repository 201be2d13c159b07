"""What Orange is sent, with which token, and what each of its answers means."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from gateway.adapters.providers.orange.sender import OrangeSender
from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.orange.webhooks import Orange
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from tests.providers.raw_server import Answer, Script, scripted_api
from tests.providers.samples import NUMBER, TEXT, WEBHOOK_KEY, outbound

SECRET = "aW52ZW50ZWQ6c2VjcmV0"
TOKEN = Answer(200, '{"token_type":"Bearer","access_token":"t-1","expires_in":"3600"}')
URL = "https://api.orange.com/smsmessaging/v1/outbound/tel%3A%2B2250000/requests/5cc0b4e1-a1"
TAKEN = Answer(201, json.dumps({"outboundSMSMessageRequest": {"resourceURL": URL}}))


def settings(**changes: Any) -> Settings:
    return Settings.model_validate({"authorization": SECRET, "address": "+2250000"} | changes)


def sent(*answers: Answer, **changes: Any) -> tuple[str, Script]:
    """Returns the reference of an MT that the API answers so, and what was asked."""
    with scripted_api(answers) as api:
        channel = Orange("line", settings(api_url=api.url, **changes), [WEBHOOK_KEY])
        taken = channel.send(outbound(), "")
    return taken.provider_ref, api


@pytest.mark.parametrize("authorization", [SECRET, f"Basic {SECRET}"])
def test_an_sms_goes_with_a_token_that_was_fetched_for_it(authorization: str) -> None:
    reference, api = sent(TOKEN, TAKEN, authorization=authorization, sender_id="KENGOV")

    assert "5cc0b4e1-a1" == reference
    assert [
        "POST /oauth/v3/token",
        "POST /smsmessaging/v1/outbound/tel:+2250000/requests",
    ] == api.paths
    assert [f"Basic {SECRET}", "Bearer t-1"] == [each["Authorization"] for each in api.headers]
    assert {"grant_type": "client_credentials"} == api.forms[0]
    assert {
        "outboundSMSMessageRequest": {
            "address": f"tel:{NUMBER}",
            "senderAddress": "tel:+2250000",
            "senderName": "KENGOV",
            "outboundSMSTextMessage": {"message": TEXT},
        }
    } == json.loads(api.bodies[1])


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    now = [0.0]
    with scripted_api([TOKEN, TAKEN, TAKEN, TOKEN, TAKEN]) as api:
        sender = OrangeSender(settings(api_url=api.url), Transport(), lambda: now[0])
        for at in (0.0, 3500.0, 3550.0):
            now[0] = at
            sender.send(outbound())

    assert 2 == api.paths.count("POST /oauth/v3/token")
    assert api.paths[-2] == "POST /oauth/v3/token"


def test_a_token_that_was_taken_back_is_fetched_once_more() -> None:
    reference, api = sent(TOKEN, Answer(401), TOKEN, TAKEN)

    assert "5cc0b4e1-a1" == reference
    assert 4 == len(api.paths)


def policy(code: str) -> str:
    return json.dumps({"requestError": {"policyException": {"messageId": code, "text": NUMBER}}})


def service(code: str) -> str:
    return json.dumps({"requestError": {"serviceException": {"messageId": code, "text": NUMBER}}})


@pytest.mark.parametrize(
    ("answers", "failure", "code", "detail"),
    [
        ([TOKEN, Answer(400, service("SVC0004"))], SendRejected, "number_unreachable", "SVC0004"),
        ([TOKEN, Answer(400, service("SVC0002"))], SendRejected, "request_refused", "SVC0002"),
        ([TOKEN, Answer(400, "<html>")], SendRejected, "request_refused", "400"),
        (
            [TOKEN, Answer(403, policy("POL0001"))],
            ChannelMisconfigured, "refused_by_policy", "POL0001",
        ),
        ([TOKEN, Answer(404, "{}")], ChannelMisconfigured, "refused", "404"),
        (
            [TOKEN, Answer(401), TOKEN, Answer(401)],
            ChannelMisconfigured, "credentials_refused", "401",
        ),
        ([TOKEN, Answer(429)], Throttled, "throttled", "429"),
        ([TOKEN, Answer(500)], OutcomeUnknown, "provider_error", "500"),
        ([TOKEN, Answer(201, "{}")], OutcomeUnknown, "answer_unreadable", ""),
        ([TOKEN, Answer(201, "[]")], OutcomeUnknown, "answer_unreadable", ""),
        ([Answer(401)], ChannelMisconfigured, "credentials_refused", "401"),
        ([Answer(400, "{}")], ChannelMisconfigured, "credentials_refused", "400"),
        ([Answer(500)], ProviderUnavailable, "token_unreadable", "500"),
        ([Answer(200, "{}")], ProviderUnavailable, "token_unreadable", "200"),
        ([Answer(200, '{"access_token": 7}')], ProviderUnavailable, "token_unreadable", "200"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_told_by_its_kind(
    answers: list[Answer],
    failure: type[SendFailed],
    code: str,
    detail: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendFailed) as caught:
        sent(*answers)

    assert (failure, code, detail) == (
        type(caught.value), caught.value.code, caught.value.detail,
    )  # fmt: skip
    for secret in (NUMBER[1:], TEXT, SECRET, "t-1"):
        assert secret not in f"{caught.value!r} {caplog.text}"


def test_without_the_number_of_the_country_nothing_is_sent() -> None:
    with pytest.raises(ValueError, match="address"):
        Settings.model_validate({"authorization": SECRET})
