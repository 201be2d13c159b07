"""The stand-in: what the real SDKs send to it, what it sends back, and the trouble it makes."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import urllib3

from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.providers.line import PROVIDERS, Line, open_line
from tests.providers.samples import (
    NUMBER,
    TEXT,
    outbound,
    twilio_settings,
)


@pytest.fixture(params=PROVIDERS)
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    with open_line(request.param) as opened:
        yield opened


# ---------------------------------------------------------------- sends and their reports


def test_an_sms_is_taken_and_can_be_read(line: Line) -> None:
    reference = line.send(sender="20880")

    answer = urllib3.request("GET", f"{line.standin_url}/messages").json()
    taken = answer["messages"]
    assert [reference] == [sms["reference"] for sms in taken]
    assert (NUMBER, TEXT, "20880") == (taken[0]["to"], taken[0]["text"], taken[0]["sender"])
    assert answer["total"] == 1


def test_an_sms_is_reported_as_sent_and_then_as_delivered(line: Line) -> None:
    reference = line.send()

    reports = line.reports()

    assert [reference] * 2 == [report.provider_ref for report in reports]
    assert [DeliveryStatus.SENT, DeliveryStatus.DELIVERED] == [each.status for each in reports]


def test_twilios_reports_name_our_own_id() -> None:
    with open_line("twilio") as line:
        line.send(id=4711)

        assert {4711} == {report.message_id for report in line.reports()}


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("stages", "statuses"),
    [("final", [DeliveryStatus.DELIVERED]), ("none", [])],
)
def test_a_bench_may_want_fewer_reports(
    name: str, stages: str, statuses: list[DeliveryStatus]
) -> None:
    with open_line(name, reports=stages) as line:
        line.send()

        assert statuses == [report.status for report in line.reports()]


def test_reports_may_come_later() -> None:
    with open_line("twilio", delay_ms=30) as line:
        asked_at = time.monotonic()
        line.send()
        reports = line.reports()
        seconds = time.monotonic() - asked_at

    assert len(reports) == 2
    assert seconds >= 0.03


def test_a_long_sms_counts_its_segments(line: Line) -> None:
    accepted = line.provider.send(outbound(text="a" * 161), line.delivery_url)

    assert accepted.segments == 2


def test_an_on_demand_answer_keeps_its_link_id() -> None:
    with open_line("africastalking") as line:
        line.send(link_id="Link1")

        assert ["Link1"] == [sms["link_id"] for sms in line.exchange.taken()]


def test_an_sms_behind_a_messaging_service_is_accepted_without_segments() -> None:
    with open_line("twilio") as line:
        settings = twilio_settings(
            api_url=line.standin_url, messaging_service_sid="MG" + "0" * 31 + "1"
        )

        accepted = Twilio("line", settings, []).send(outbound(), "")

    assert accepted.segments is None
