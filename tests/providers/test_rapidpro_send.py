"""What a RapidPro is sent, and what each of its answers means."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from gateway.adapters.providers.rapidpro.settings import Settings
from gateway.adapters.providers.rapidpro.webhooks import RapidPro
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.providers.raw_server import Answer, Script, scripted_api
from tests.providers.samples import NUMBER, TEXT, WEBHOOK_KEY, outbound
from tests.providers.tried import ASHA, channels_of, tried

TOKEN = "a-token-of-a-workspace"
EXTERNAL = "6ad4ef1c-35b9-4ba9-8a0c-1a8d7ad6f9be"


def sent(answer: Answer, text: str = TEXT) -> tuple[str, Script]:
    """Returns the reference of an MT that the API answers so, and what was asked."""
    with scripted_api([answer]) as api:
        settings = Settings.model_validate({"api_url": api.url, "token": TOKEN})
        taken = RapidPro("line", settings, [WEBHOOK_KEY]).send(outbound(text=text), "")
    return taken.provider_ref, api


def test_an_sms_is_a_broadcast_to_one_number() -> None:
    reference, api = sent(Answer(201, '{"uuid": "0199bb98", "status": "queued"}'))

    assert "0199bb98" == reference
    assert ["POST /api/v2/broadcasts.json"] == api.paths
    assert f"Token {TOKEN}" == api.headers[0]["Authorization"]
    assert {
        "urns": [f"tel:{NUMBER}"],
        "text": {"eng": TEXT},
        "base_language": "eng",
    } == json.loads(api.bodies[0])


def test_nothing_in_a_text_is_taken_for_an_expression() -> None:
    _, api = sent(Answer(201, '{"id": 7}'), "Write to help@contact.name, @(1 + 1)")

    assert "Write to help@@contact.name, @@(1 + 1)" == json.loads(api.bodies[0])["text"]["eng"]


@pytest.mark.parametrize(
    ("answer", "failure", "code"),
    [
        (Answer(400, '{"urns": ["Invalid URN"]}'), SendRejected, "request_refused"),
        (Answer(401), ChannelMisconfigured, "credentials_refused"),
        (Answer(403, '{"detail": "Invalid token"}'), ChannelMisconfigured, "credentials_refused"),
        (Answer(404, "<html>"), ChannelMisconfigured, "refused"),
        (Answer(302), ChannelMisconfigured, "refused"),
        (Answer(429), Throttled, "throttled"),
        (Answer(500), OutcomeUnknown, "provider_error"),
        (Answer(201, "{}"), OutcomeUnknown, "answer_unreadable"),
        (Answer(201, '{"uuid": ["a"]}'), OutcomeUnknown, "answer_unreadable"),
        (Answer(200, "<html>"), OutcomeUnknown, "answer_unreadable"),
    ],
)
def test_what_is_not_taken_is_told_by_its_kind(
    answer: Answer, failure: type[SendFailed], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendFailed) as caught:
        sent(answer)

    assert (failure, code) == (type(caught.value), caught.value.code)
    for secret in (NUMBER[1:], TEXT, TOKEN):
        assert secret not in f"{caught.value!r} {caplog.text}"


def test_the_channel_of_the_page_is_texted_and_answers(tmp_path: Path, valkey: str) -> None:
    secrets = {"RAPIDPRO_TOKEN": TOKEN}
    with tried(channels_of("rapidpro.md"), tmp_path, valkey, secrets) as line:
        line.handset.text(ASHA, "WATER")
        line.send_replies()

        ((text, status),) = line.sent()
        assert text.startswith("Which region?")
        assert DeliveryStatus.SENT is status  # no report ever comes
        assert [text] == [sms["text"] for sms in line.exchange.taken()]


def test_a_host_has_to_be_named() -> None:
    with pytest.raises(ValueError, match="api_url"):
        Settings.model_validate({"token": TOKEN})


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, None),
        (302, ChannelMisconfigured),
        (404, ChannelMisconfigured),
        (408, OutcomeUnknown),
        (429, Throttled),
        (500, OutcomeUnknown),
        (502, ProviderUnavailable),
        (503, ProviderUnavailable),
        (504, OutcomeUnknown),
    ],
)
def test_what_a_flow_surely_was_not_told_is_told_again(
    status: int, failure: type[SendFailed] | None
) -> None:
    with scripted_api([Answer(status)]) as api:
        fields = {"api_url": api.url, "token": TOKEN, "external": EXTERNAL}
        line = RapidPro("line", Settings.model_validate(fields), [WEBHOOK_KEY])
        caught = None
        try:
            line.tell_flow(ASHA, "Kitui", 5.0, begins=False)
        except SendFailed as error:
            caught = type(error)

    assert failure is caught
    assert [f"POST /c/ex/{EXTERNAL}/receive"] == api.paths
