"""Stand-ins write what webhooks read: each request is proven and becomes its record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.adapters.providers.africastalking import wire as africastalking
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.providers.twilio import wire as twilio
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.use_cases.ports import Provider
from tests.providers.samples import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    PUBLIC_URL,
    WEBHOOK_KEY,
    settings_of,
    webhook,
)

MSISDN = Msisdn.from_e164(NUMBER)
TURN = UssdTurn(session_id="ATUid_1", subscriber=MSISDN, service_code="*384*2026#", text="1*ä")
SMS = InboundSms(provider_ref="ref-1", subscriber=MSISDN, to="20880", text="RESULT & more")
SETTINGS = {name: settings_of(name) for name in PROVIDERS}
STANDINS = {name: kind.load_standin() for name, kind in PROVIDERS.items()}
CHANNELS = {
    name: kind.build("line", SETTINGS[name], [WEBHOOK_KEY]) for name, kind in PROVIDERS.items()
}
AT, TWILIO, PHONE = CHANNELS["africastalking"], CHANNELS["twilio"], CHANNELS["simulator"]


ROUTES = {name: kind.routes_of(SETTINGS[name]) for name, kind in PROVIDERS.items()}
DIALLED = [name for name in PROVIDERS if "ussd" in ROUTES[name]]
PUSHING = [name for name in DIALLED if SETTINGS[name].pushes_screens]
REPLYING = [name for name in DIALLED if name not in PUSHING]


def url(route: str) -> str:
    return f"{PUBLIC_URL}/{route}/line?key={WEBHOOK_KEY}"


def arrived(provider: Provider, sent: WireRequest) -> WebhookRequest:
    path, _, query = sent.target.partition("?")
    headers = {name.lower(): value for name, value in sent.headers.items()}
    request = webhook(path=path, query=query, headers=headers, body=sent.body)
    provider.prove_head(request)
    provider.prove_body(request)
    return request


@pytest.mark.parametrize("name", DIALLED)
def test_a_turn_is_read_as_it_was_written(name: str) -> None:
    newest = STANDINS[name].sends_newest(SETTINGS[name])
    said = TURN._replace(alone=AnswerAlone(False, "t1")) if newest else TURN

    sent = STANDINS[name].turn(SETTINGS[name], url("ussd"), said)

    turn = CHANNELS[name].parse_ussd(arrived(CHANNELS[name], sent))
    assert said == turn._replace(network_code="")
    assert f"/ussd/line?key={WEBHOOK_KEY}" == sent.target


@pytest.mark.parametrize("name", PUSHING)
def test_a_dial_with_answers_is_read_as_it_was_written(name: str) -> None:
    said = TURN._replace(
        service_code="*384*2026*31#", text="", alone=AnswerAlone(begins=True, turn_id="t1")
    )

    sent = STANDINS[name].turn(SETTINGS[name], url("ussd"), said)

    assert said == CHANNELS[name].parse_ussd(arrived(CHANNELS[name], sent))


@pytest.mark.parametrize("name", PUSHING)
def test_where_screens_are_calls_of_their_own_a_turn_is_acknowledged(name: str) -> None:
    STANDINS[name].acknowledged(CHANNELS[name].acknowledge("ussd").body)

    for other in ("", "[]", '{"statusCode": "E1312"}', "CON Services"):
        with pytest.raises(Refused):
            STANDINS[name].acknowledged(other)


@pytest.mark.parametrize("name", REPLYING)
@pytest.mark.parametrize("ends", [False, True])
def test_a_page_is_shown_as_it_was_rendered(name: str, ends: bool) -> None:
    reply = UssdReply(text="END of\nCON", ends=ends)

    assert reply == STANDINS[name].page_for(
        SETTINGS[name], CHANNELS[name].render_ussd(TURN, reply).body
    )


@pytest.mark.parametrize("name", [name for name in PROVIDERS if "sms" in ROUTES[name]])
def test_an_sms_is_read_as_it_was_written(name: str) -> None:
    sent = STANDINS[name].sms(SETTINGS[name], url("sms"), SMS)

    assert SMS == CHANNELS[name].parse_sms(arrived(CHANNELS[name], sent))


@pytest.mark.parametrize("name", [n for n in PROVIDERS if "ussd" not in ROUTES[n]])
def test_a_provider_without_ussd_cannot_be_dialled(name: str) -> None:
    with pytest.raises(Refused):
        STANDINS[name].turn(SETTINGS[name], url("ussd"), TURN)
    with pytest.raises(Refused):
        STANDINS[name].page("")


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_sms_has_a_reference_of_its_own(name: str) -> None:
    assert 50 == len({STANDINS[name].new_reference() for _ in range(50)})


@pytest.mark.parametrize(("given", "sent"), [("63903", "63903"), ("", africastalking.SAFARICOM)])
def test_africas_talking_tells_the_network(given: str, sent: str) -> None:
    turn = TURN._replace(network_code=given)

    parsed = AT.parse_ussd(arrived(AT, africastalking.ussd(url("ussd"), turn)))

    assert TURN._replace(network_code=sent) == parsed


def test_an_on_demand_sms_has_its_link_id() -> None:
    sms = replace(SMS, link_id="Link1")

    assert sms == AT.parse_sms(arrived(AT, africastalking.sms(url("sms"), sms)))


def test_twilio_says_which_sms_opts_out() -> None:
    sms = replace(SMS, text=" STOP ", opt_out="STOP")
    sent = twilio.sms(f"{PUBLIC_URL}/sms/line", sms, auth_token=AUTH_TOKEN, account_sid=ACCOUNT_SID)

    assert sms == TWILIO.parse_sms(arrived(TWILIO, sent))
    assert sent.target == "/sms/line"


def test_the_phone_has_a_language() -> None:
    turn = TURN._replace(language="sw")

    sent = STANDINS["simulator"].turn(SETTINGS["simulator"], url("ussd"), turn)

    assert turn == PHONE.parse_ussd(arrived(PHONE, sent))


@pytest.mark.parametrize("alone", [AnswerAlone(True, "t1"), AnswerAlone(False)])
def test_the_phone_can_send_the_newest_answer_alone(alone: AnswerAlone) -> None:
    settings = PROVIDERS["simulator"].settings.model_validate({"turns": "newest"})
    phone = PROVIDERS["simulator"].build("line", settings, [WEBHOOK_KEY])
    turn = TURN._replace(alone=alone)

    sent = STANDINS["simulator"].turn(settings, url("ussd"), turn)

    assert STANDINS["simulator"].sends_newest(settings)
    assert turn == phone.parse_ussd(arrived(phone, sent))


def test_an_end_of_africas_talking() -> None:
    sent = africastalking.ussd_end(
        url("ussd-end"), session_id="ATUid_1", phone=NUMBER, service_code="*384*2026#",
        status="Failed", typed="1*2", last_reply="END Asante", duration_ms=99,
    )  # fmt: skip

    expected = UssdEnd(
        session_id="ATUid_1", subscriber=MSISDN, service_code="*384*2026#", status="failed",
    )  # fmt: skip
    assert expected == AT.parse_ussd_end(arrived(AT, sent))


def test_a_report_of_africas_talking() -> None:
    sent = africastalking.delivery(
        url("delivery"), reference="ATXid_1", status="Failed", phone=NUMBER,
        failure_reason="UserInBlackList",
    )  # fmt: skip

    expected = DeliveryReport(
        provider_ref="ATXid_1", status=DeliveryStatus.UNDELIVERED, detail="UserInBlackList",
        opted_out=True,
    )  # fmt: skip
    assert expected == AT.parse_delivery(arrived(AT, sent))


def test_an_opt_out_of_africas_talking() -> None:
    sent = africastalking.opt_out(url("optout"), phone=NUMBER, sender_id="KENGOV")

    expected = ProviderOptOut(subscriber=MSISDN)
    assert expected == AT.parse_opt_out(arrived(AT, sent))


def test_a_report_of_twilio_is_signed() -> None:
    sent = twilio.status(
        f"{PUBLIC_URL}/delivery/line?id=42", auth_token=AUTH_TOKEN, account_sid=ACCOUNT_SID,
        reference="SM1", status="undelivered", phone=NUMBER, sender="20880", error_code="30003",
    )  # fmt: skip

    expected = DeliveryReport(
        provider_ref="SM1", status=DeliveryStatus.UNDELIVERED, detail="undelivered 30003",
        message_id=42,
    )  # fmt: skip
    assert expected == TWILIO.parse_delivery(arrived(TWILIO, sent))
