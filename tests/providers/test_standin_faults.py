"""The trouble that the stand-in makes, and that it makes no more of it than was asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3

from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.twilio.sender import TwilioSender
from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import (
    StandinConfig,
)
from gateway.standin.faults import parse_fault
from tests.polling import PATIENCE_SECONDS
from tests.providers.line import PROVIDERS, Line, open_line
from tests.providers.samples import (
    outbound,
    twilio_settings,
)


@pytest.fixture(params=PROVIDERS)
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    with open_line(request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("refuse", SendRejected),
        ("throttle", Throttled),
        ("error", OutcomeUnknown),
        ("drop_connection", OutcomeUnknown),
    ],
)
def test_a_fault_meets_the_next_sends_and_no_more(
    line: Line, kind: str, failure: type[SendFailed]
) -> None:
    line.fault(kind, requests=2)

    for _ in range(2):
        with pytest.raises(failure):
            line.send()

    assert line.send() != ""


def test_faults_come_in_the_order_they_were_asked_for(line: Line) -> None:
    line.fault("refuse")
    line.fault("throttle", retry_after=7)

    with pytest.raises(SendRejected):
        line.send()
    with pytest.raises(Throttled) as caught:
        line.send()

    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(("name", "code"), [("africastalking", 406), ("twilio", 21610)])
def test_a_refusal_may_have_any_code(name: str, code: int) -> None:
    with open_line(name) as line:
        line.fault("refuse", code=code)

        with pytest.raises(SubscriberOptedOut):
            line.send()


def test_what_was_refused_was_not_taken(line: Line) -> None:
    for kind in ("refuse", "throttle", "error"):
        line.fault(kind)
        with pytest.raises(SendFailed):
            line.send()

    assert line.exchange.taken() == []


def test_an_sms_whose_connection_broke_was_taken_and_is_reported(line: Line) -> None:
    line.fault("drop_connection")

    with pytest.raises(OutcomeUnknown):
        line.send()

    assert len(line.exchange.taken()) == 1
    assert DeliveryStatus.DELIVERED in {report.status for report in line.reports()}


def test_a_slow_answer_is_overtaken_by_its_reports() -> None:
    with open_line("twilio") as line:
        line.fault("slow", milliseconds=150)
        settings = twilio_settings(api_url=line.standin_url)
        sender = TwilioSender(settings, Transport(read_seconds=0.05))

        with pytest.raises(OutcomeUnknown):
            sender.send(outbound(id=42), line.delivery_url)

        assert {42} == {report.message_id for report in line.reports()}


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("drop_report", []),
        ("duplicate_report", ["sent", "sent", "delivered", "delivered"]),
        ("reorder_reports", ["delivered", "sent"]),
        ("undelivered", ["sent", "undelivered"]),
    ],
)
def test_reports_may_be_lost_doubled_disordered_or_bad_news(
    line: Line, kind: str, statuses: list[str]
) -> None:
    line.fault(kind)

    line.send()

    assert statuses == [report.status for report in line.reports()]


def test_reports_that_the_gateway_does_not_take_are_counted() -> None:
    with open_line("twilio") as line:
        line.provider.send(outbound(), line.delivery_url.replace("/delivery/", "/nowhere/"))
        line.provider.send(outbound(), "http://127.0.0.1:1/delivery/line")

        assert line.exchange.reports.wait(PATIENCE_SECONDS)
        assert (line.exchange.reports.failed, line.exchange.reports.posted) == (4, 0)


def test_a_clean_slate_has_neither_sms_nor_faults(line: Line) -> None:
    line.send()
    line.fault("throttle", requests=9)

    answer = urllib3.request("DELETE", f"{line.standin_url}/messages")

    assert answer.status == 204
    assert line.exchange.taken() == []
    assert line.send() != ""


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"kind": "earthquake"},
        {"kind": "slow", "seconds": 3},
        {"kind": "slow", "milliseconds": "3"},
        {"kind": "slow", "milliseconds": -1},
        {"kind": "slow", "requests": True},
        {"kind": "slow", "requests": 1e9},
    ],
    ids=str,
)
def test_trouble_that_is_not_understood_is_refused(document: object) -> None:
    client = create_app(StandinConfig()).test_client()

    answer = client.post("/faults", json=document)

    assert answer.status_code == 400
    assert answer.get_json()["error"]


def test_trouble_that_lies_ahead_is_taken_back_and_what_was_taken_stays() -> None:
    client = create_app(StandinConfig()).test_client()
    for kind in ("refuse", "error"):
        client.post("/faults", json={"kind": kind, "requests": 9})
    plan = client.application.extensions[EXTENSION].faults

    assert plan.take() is not None
    assert 204 == client.delete("/faults").status_code
    assert plan.take() is None


def test_a_fault_that_there_is_not_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="one of: slow, refuse, throttle, error, drop_connection"):
        parse_fault({"kind": "http_500"})
