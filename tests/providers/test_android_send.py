"""What the app on a phone is sent, what each of its answers means, and what it says when asked."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.adapters.providers.android.settings import CLOUD, Settings
from gateway.adapters.providers.android.statuses import id_of
from gateway.adapters.providers.android.webhooks import AndroidSms
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.sms import Lane, OutboundSms
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import StandinConfig
from gateway.standin.server import running
from gateway.use_cases.ports.sms.settling import KnowsWhatItTook
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import NUMBER, TEXT, outbound

PASSWORD = "a-password-of-the-app"
SINCE = datetime(2026, 1, 5, 8, tzinfo=UTC)
OUR_ID = "mt-42-19b8d2b8c00"


def channel(**changes: Any) -> AndroidSms:
    parts = {"username": "ABC123", "password": PASSWORD, "signing_key": "a-key"}
    return AndroidSms("line", Settings.model_validate(parts | changes), [])


def sent(answer: Answer, sms: OutboundSms | None = None, **changes: Any) -> tuple[str, Any]:
    """Returns the reference of an MT that the app answers so, and what it was sent."""
    with scripted_api([answer]) as api:
        taken = channel(api_url=api.url, **changes).send(sms or outbound(), "")
    assert ["POST /messages"] == api.paths
    assert api.headers[0]["Authorization"].startswith("Basic ")
    return taken.provider_ref, json.loads(api.bodies[0])


def test_an_sms_goes_with_an_id_of_our_own() -> None:
    reference, document = sent(Answer(202, json.dumps({"id": OUR_ID, "state": "Pending"})))

    assert OUR_ID == reference == id_of(outbound(attempt=2))
    assert {
        "id": OUR_ID,
        "textMessage": {"text": TEXT},
        "phoneNumbers": [NUMBER],
        "withDeliveryReport": True,
        "priority": 50,
    } == document


def test_an_sms_of_another_database_has_another_id() -> None:
    later = outbound(created_at=SINCE + timedelta(days=1))

    assert id_of(outbound()) != id_of(later)
    assert len(id_of(outbound(id=10**18 - 1))) <= 36  # as long as the app takes


def test_the_sim_card_the_end_of_validity_and_the_urgency_go_along() -> None:
    until = datetime(2026, 1, 5, 12, 30, 15, 999, tzinfo=UTC)
    sms = outbound(lane=Lane.URGENT, valid_until=until)

    _, document = sent(Answer(202, "{}"), sms, sim=2)

    assert (2, "2026-01-05T12:30:15Z", 100) == tuple(
        document[name] for name in ("simNumber", "validUntil", "priority")
    )


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (Answer(200, "{}"), OUR_ID),
        (Answer(201, "taken"), OUR_ID),
        (Answer(202, '{"id": "V1StGXR8_Z5jdHi6B-myT"}'), "V1StGXR8_Z5jdHi6B-myT"),
        (Answer(202, '{"id": 7}'), OUR_ID),
        (Answer(202, "[]"), OUR_ID),
        (Answer(409, '{"message": "Message with such ID already exists"}'), OUR_ID),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.status} {value.body!r}",
)
def test_what_the_app_took_is_not_sent_again(answer: Answer, reference: str) -> None:
    assert reference == sent(answer)[0]


@pytest.mark.parametrize(
    ("answer", "failure", "code"),
    [
        (Answer(400, '{"message": "invalid phone number"}'), SendRejected, "request_refused"),
        (Answer(401), ChannelMisconfigured, "credentials_refused"),
        (Answer(403), ChannelMisconfigured, "credentials_refused"),
        (Answer(404), ChannelMisconfigured, "refused"),
        (Answer(302, "", {"Location": "/"}), ChannelMisconfigured, "refused"),
        (Answer(429, "", {"Retry-After": "9"}), Throttled, "throttled"),
        (Answer(503), ProviderUnavailable, "queue_full"),
        (Answer(408), OutcomeUnknown, "provider_error"),
        (Answer(500), OutcomeUnknown, "provider_error"),
        (Answer(502, "<html>"), OutcomeUnknown, "provider_error"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_what_the_app_did_not_take_is_told_by_its_kind(
    answer: Answer, failure: type[SendFailed], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendFailed) as caught:
        sent(answer)

    assert (failure, code) == (type(caught.value), caught.value.code)
    for secret in (NUMBER[1:], TEXT, PASSWORD):
        assert secret not in f"{caught.value!r} {caplog.text}"


def test_a_token_is_no_number() -> None:
    token = ProviderToken("android", "", "4bd1aa30c2f94e07")

    with pytest.raises(SendRejected):
        channel().send(outbound(subscriber=token), "")


def test_without_an_address_the_cloud_is_meant() -> None:
    parts = {"username": "a", "password": "b", "signing_key": "c"}

    assert CLOUD == Settings.model_validate(parts).base
    assert Settings.model_validate(parts).to_channel("line").sends


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(200, '{"state": "Pending"}'), DeliveryStatus.SENT),
        (Answer(200, '{"state": "Sent"}'), DeliveryStatus.SENT),
        (Answer(200, '{"state": "Delivered"}'), DeliveryStatus.DELIVERED),
        (Answer(200, '{"state": "Failed"}'), DeliveryStatus.UNDELIVERED),
        (Answer(200, '{"state": "Moulting"}'), None),
    ],
    ids=lambda value: value.body if isinstance(value, Answer) else "",
)
def test_the_app_is_asked_what_became_of_an_sms(
    answer: Answer, status: DeliveryStatus | None
) -> None:
    with scripted_api([answer]) as api:
        report = channel(api_url=api.url).find_sent(outbound(), SINCE, lambda _: False)

    assert [f"GET /messages/{OUR_ID}"] == api.paths
    assert report is not None
    assert (OUR_ID, status, 42) == (report.provider_ref, report.status, report.message_id)


def test_what_the_app_never_took_it_has_not() -> None:
    with scripted_api([Answer(404, '{"message": "Not found"}')]) as api:
        assert channel(api_url=api.url).find_sent(outbound(), SINCE, lambda _: False) is None


@pytest.mark.parametrize("answer", [Answer(401), Answer(500), Answer(200, "[]"), Answer(200, "{")])
def test_who_cannot_say_is_not_taken_for_a_no(answer: Answer) -> None:
    with scripted_api([answer]) as api, pytest.raises(SendFailed):
        channel(api_url=api.url).find_sent(outbound(), SINCE, lambda _: False)


def test_against_the_stand_in_a_lost_answer_costs_no_second_sms() -> None:
    account = Account(secret=PASSWORD, signing_key="a-key")
    app = create_app(StandinConfig(accounts={"android": {"ABC123": account}}))
    with running(app) as url:
        phone, exchange = channel(api_url=url), app.extensions[EXTENSION]
        assert isinstance(phone, KnowsWhatItTook)
        exchange.faults.add(Fault(kind=FaultKind.DROP_CONNECTION))
        with pytest.raises(OutcomeUnknown):
            phone.send(outbound(), "")

        found = phone.find_sent(outbound(), SINCE, lambda _: False)
        again = phone.send(outbound(attempt=2), "")
        strange = channel(api_url=url, password="another")
        with pytest.raises(ChannelMisconfigured):
            strange.send(outbound(id=43), "")

    assert found is not None
    assert (DeliveryStatus.DELIVERED, OUR_ID) == (found.status, again.provider_ref)
    assert 1 == exchange.total
