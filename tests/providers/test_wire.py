"""wire.py writes what the providers read: each request is proven and becomes its record."""

from __future__ import annotations

from gateway.adapters.providers.africastalking.webhooks import AfricasTalking
from gateway.adapters.providers.simulator.webhooks import Settings as SimulatorSettings
from gateway.adapters.providers.simulator.webhooks import Simulator
from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.domain.telecom.ussd import UssdEnd, UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.standin import wire
from gateway.use_cases.ports import Provider
from tests.providers.samples import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    PUBLIC_URL,
    WEBHOOK_KEY,
    africastalking_settings,
    twilio_settings,
    webhook,
)

AT = AfricasTalking("line", africastalking_settings(), [WEBHOOK_KEY])
TWILIO = Twilio("line", twilio_settings(), [WEBHOOK_KEY])
PHONE = Simulator("line", SimulatorSettings(), [WEBHOOK_KEY])
MSISDN = Msisdn.from_e164(NUMBER)


def url(route: str) -> str:
    return f"{PUBLIC_URL}/{route}/line?key={WEBHOOK_KEY}"


def arrived(provider: Provider, sent: wire.WireRequest) -> WebhookRequest:
    path, _, query = sent.target.partition("?")
    headers = {name.lower(): value for name, value in sent.headers.items()}
    request = webhook(path=path, query=query, headers=headers, body=sent.body)
    provider.prove_origin(request)
    return request


def test_a_turn_of_africas_talking() -> None:
    sent = wire.at_ussd(
        url("ussd"), session_id="ATUid_1", phone=NUMBER, service_code="*384*2026#", text="1*ä"
    )

    expected = UssdTurn(
        session_id="ATUid_1", msisdn=MSISDN, service_code="*384*2026#", text="1*ä",
        network_code="63902",
    )  # fmt: skip
    assert expected == AT.parse_ussd(arrived(AT, sent))
    assert f"/ussd/line?key={WEBHOOK_KEY}" == sent.target


def test_an_end_of_africas_talking() -> None:
    sent = wire.at_ussd_end(
        url("ussd-end"), session_id="ATUid_1", phone=NUMBER, service_code="*384*2026#",
        status="Failed", typed="1*2", last_reply="END Asante", duration_ms=99,
    )  # fmt: skip

    expected = UssdEnd(
        session_id="ATUid_1", msisdn=MSISDN, service_code="*384*2026#", status="failed",
    )  # fmt: skip
    assert expected == AT.parse_ussd_end(arrived(AT, sent))


def test_an_sms_of_africas_talking() -> None:
    sent = wire.at_sms(
        url("sms"), reference="ATXid_1", phone=NUMBER, to="20880", text="RESULT & more",
        link_id="Link1",
    )  # fmt: skip

    expected = InboundSms(
        provider_ref="ATXid_1", msisdn=MSISDN, to="20880", text="RESULT & more", link_id="Link1"
    )
    assert expected == AT.parse_sms(arrived(AT, sent))


def test_a_report_of_africas_talking() -> None:
    sent = wire.at_delivery(
        url("delivery"), reference="ATXid_1", status="Failed", phone=NUMBER,
        failure_reason="UserInBlackList",
    )  # fmt: skip

    expected = DeliveryReport(
        provider_ref="ATXid_1", status=DeliveryStatus.UNDELIVERED, detail="UserInBlackList",
        opted_out=True,
    )  # fmt: skip
    assert expected == AT.parse_delivery(arrived(AT, sent))


def test_an_opt_out_of_africas_talking() -> None:
    sent = wire.at_opt_out(url("optout"), phone=NUMBER, sender_id="KENGOV")

    expected = ProviderOptOut(msisdn=MSISDN)
    assert expected == AT.parse_opt_out(arrived(AT, sent))


def test_an_sms_of_twilio_is_signed() -> None:
    sent = wire.twilio_sms(
        f"{PUBLIC_URL}/sms/line", auth_token=AUTH_TOKEN, account_sid=ACCOUNT_SID, reference="SM1",
        phone=NUMBER, to="20880", text=" STOP ", opt_out="STOP",
    )  # fmt: skip

    expected = InboundSms(
        provider_ref="SM1", msisdn=MSISDN, to="20880", text=" STOP ", opt_out="STOP"
    )
    assert expected == TWILIO.parse_sms(arrived(TWILIO, sent))
    assert sent.target == "/sms/line"


def test_a_report_of_twilio_is_signed() -> None:
    sent = wire.twilio_status(
        f"{PUBLIC_URL}/delivery/line?id=42", auth_token=AUTH_TOKEN, account_sid=ACCOUNT_SID,
        reference="SM1", status="undelivered", phone=NUMBER, sender="20880", error_code="30003",
    )  # fmt: skip

    expected = DeliveryReport(
        provider_ref="SM1", status=DeliveryStatus.UNDELIVERED, detail="undelivered 30003",
        message_id=42,
    )  # fmt: skip
    assert expected == TWILIO.parse_delivery(arrived(TWILIO, sent))


def test_a_turn_of_the_phone() -> None:
    sent = wire.simulator_ussd(
        url("ussd"), session_id="1", phone=NUMBER, service_code="*384*2026#", text="", language="sw"
    )

    expected = UssdTurn(
        session_id="1", msisdn=MSISDN, service_code="*384*2026#", text="", language="sw"
    )
    assert expected == PHONE.parse_ussd(arrived(PHONE, sent))


def test_an_sms_of_the_phone() -> None:
    sent = wire.simulator_sms(url("sms"), reference="1", phone=NUMBER, to="2026", text="RESULT")

    expected = InboundSms(provider_ref="1", msisdn=MSISDN, to="2026", text="RESULT")
    assert expected == PHONE.parse_sms(arrived(PHONE, sent))
