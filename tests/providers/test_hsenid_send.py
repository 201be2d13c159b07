"""What hSenid's TAP is sent, and what each of its answers means."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.providers.hsenid.sender import VERDICTS, address_of
from gateway.adapters.providers.hsenid.settings import Settings
from gateway.adapters.providers.hsenid.webhooks import Hsenid
from gateway.adapters.providers.shared.standin import Account
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import StandinConfig
from gateway.standin.server import running
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import NUMBER, TEXT, WEBHOOK_KEY, outbound

PASSWORD = "a-password-of-tap"
TURN = UssdTurn(
    session_id="1330929317043",
    subscriber=Msisdn.from_e164(NUMBER),
    service_code="*384*2026#",
    text="",
    alone=AnswerAlone(begins=True, turn_id="r1"),
)
REPLY = UssdReply(text="Huduma za umma\n1. Afya", ends=False)
TAKEN = {"statusCode": "S1000", "statusDetail": "Success", "requestId": "71"}


def settings(**changes: Any) -> Settings:
    parts = {"operator": "ideamart", "application_id": "APP_000001", "password": PASSWORD}
    return Settings.model_validate(parts | changes)


def channel(**changes: Any) -> Hsenid:
    return Hsenid("line", settings(**changes), [WEBHOOK_KEY])


def pushed(answer: Answer, reply: UssdReply = REPLY) -> dict[str, Any]:
    """Returns what was sent for a screen that the API answers so."""
    with scripted_api([answer]) as api:
        channel(api_url=api.url).push_ussd(TURN, reply, 5.0)
    assert ["POST /ussd/send"] == api.paths
    return dict(json.loads(api.bodies[0]))


def sent(answer: Answer, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Returns the reference of an MT that the API answers so, and what was sent."""
    with scripted_api([answer]) as api:
        reference = channel(api_url=api.url, address="20880").send(outbound(**changes), "")
    assert ["POST /sms/send"] == api.paths
    return reference.provider_ref, dict(json.loads(api.bodies[0]))


@pytest.mark.parametrize(("ends", "operation"), [(False, "mt-cont"), (True, "mt-fin")])
def test_a_screen_goes_to_the_session_of_its_turn(ends: bool, operation: str) -> None:
    document = pushed(Answer(200, json.dumps(TAKEN)), UssdReply(text="Asante ä", ends=ends))

    assert {
        "version": "1.0",
        "applicationId": "APP_000001",
        "password": PASSWORD,
        "message": "Asante ä",
        "sessionId": "1330929317043",
        "ussdOperation": operation,
        "destinationAddress": "tel:254711000001",
        "encoding": "440",
    } == document


def test_an_sms_goes_to_one_subscriber_and_asks_for_a_report() -> None:
    reference, document = sent(Answer(200, json.dumps(TAKEN)))

    assert "71" == reference
    assert {
        "version": "1.0",
        "applicationId": "APP_000001",
        "password": PASSWORD,
        "message": TEXT,
        "sourceAddress": "20880",
        "destinationAddresses": ["tel:254711000001"],
        "deliveryStatusRequest": "1",
        "encoding": "0",
    } == document


def test_a_masked_number_is_addressed_as_it_was_told() -> None:
    token = ProviderToken("hsenid", "APP_000001", "4bd1aa30c2f94e07")

    assert "tel:4bd1aa30c2f94e07" == address_of(token)


@pytest.mark.parametrize("word", ["all", "ALL"])
def test_nobody_can_send_to_everybody(word: str) -> None:
    with pytest.raises(SendRejected):
        address_of(ProviderToken("hsenid", "APP_000001", word))


def said(code: str) -> Answer:
    return Answer(200, json.dumps({"statusCode": code, "statusDetail": "no"}))


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        *((said(code), failure) for code, (failure, _) in VERDICTS.items()),
        (said("E1325"), SendRejected),
        (said("P1003"), OutcomeUnknown),
        (said("nonsense"), OutcomeUnknown),
        (Answer(200, "[]"), OutcomeUnknown),
        (Answer(200, "<html>"), OutcomeUnknown),
        (Answer(200, "[" * 5000), OutcomeUnknown),
        (Answer(200, '{"statusCode": 1000}'), OutcomeUnknown),
        (Answer(429), Throttled),
        (Answer(302, headers={"Location": "/login"}), ChannelMisconfigured),
        (Answer(403), ChannelMisconfigured),
        (Answer(400), SendRejected),
        (Answer(503), OutcomeUnknown),
    ],
)
def test_each_answer_has_its_meaning_for_screens_and_sms_alike(
    answer: Answer, failure: type[SendFailed], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for call in (pushed, sent):
        with pytest.raises(SendFailed) as caught:
            call(answer)

        assert failure is type(caught.value)
        for secret in (PASSWORD, "711000001", TEXT, "Huduma"):
            assert secret not in f"{caught.value!r} {caught.value} {caplog.text}"


def test_an_sms_without_a_reference_is_an_sms_of_which_nobody_knows() -> None:
    with pytest.raises(OutcomeUnknown):
        sent(Answer(200, '{"statusCode": "S1000"}'))


def test_a_limit_of_the_day_is_waited_for() -> None:
    with pytest.raises(Throttled) as caught:
        sent(said("E1319"))

    assert 86_400.0 == caught.value.retry_after


def test_nobody_there_is_surely_not_taken() -> None:
    with pytest.raises(ProviderUnavailable):
        channel(api_url="http://127.0.0.1:1").push_ussd(TURN, REPLY, 5.0)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_is_none_has_to_be_mended(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "operator.pem"
    if content is not None:
        file.write_text(content, "utf-8")

    with pytest.raises(ChannelMisconfigured) as caught:
        channel(ca_file=str(file)).push_ussd(TURN, REPLY, 5.0)

    assert "ca_file_unreadable" == caught.value.code


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"operator": "applink"}, "needs `api_url`"),
        ({"operator": "other"}, "'ideamart'"),
        ({"ca_file": "operator.pem"}, "a whole path"),
        ({"password": ""}, "at least 1 item"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings(**changes)


def test_each_operator_has_its_address() -> None:
    bases = {name: settings(operator=name).base for name in ("ideamart", "mspace", "bdapps")}

    assert 3 == len({*bases.values()} - {""})
    assert "https://a.example" == settings(operator="applink", api_url="https://a.example").base


@pytest.mark.parametrize(
    ("changes", "kind", "failure"),
    [
        ({"password": "another"}, None, ChannelMisconfigured),
        ({"application_id": "APP_2"}, None, ChannelMisconfigured),
        ({}, "throttle", Throttled),
        ({}, "refuse", SendRejected),
        ({}, "error", OutcomeUnknown),
        ({}, "drop_connection", OutcomeUnknown),
    ],
)
def test_the_stand_in_refuses_as_the_operator_does(
    changes: dict[str, Any], kind: str | None, failure: type[SendFailed]
) -> None:
    accounts = {"hsenid": {"APP_000001": Account(secret=PASSWORD)}}
    app = create_app(StandinConfig(accounts=accounts))
    with running(app) as url:
        line = channel(api_url=url, **changes)
        for call in (lambda: line.push_ussd(TURN, REPLY, 5.0), lambda: line.send(outbound(), "")):
            if kind:
                app.test_client().post("/faults", json={"kind": kind})
            with pytest.raises(failure):
                call()
        if not changes:
            line.push_ussd(TURN, REPLY, 5.0)
            taken = line.send(outbound(), "").provider_ref
            (sms, *_) = app.extensions[EXTENSION].taken()[::-1]
            assert (taken, "tel:254711000001") == (sms["reference"], sms["to"])
