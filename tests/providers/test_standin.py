"""The stand-in: what the real SDKs send to it, what it sends back, and the trouble it makes."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask import Flask, Response, request

from gateway.adapters.providers.africastalking import AfricasTalking
from gateway.adapters.providers.http import Transport
from gateway.adapters.providers.twilio import Twilio
from gateway.adapters.providers.twilio_sender import TwilioSender
from gateway.domain.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.webhook import WebhookRequest
from gateway.services.ports import Provider
from gateway.standin.__main__ import main
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import (
    AfricasTalkingAccount,
    StandinConfig,
    for_channels,
    read_config,
)
from gateway.standin.exchange import Exchange
from gateway.standin.server import running
from tests.providers.samples import (
    ACCOUNT_SID,
    API_KEY,
    AUTH_TOKEN,
    NUMBER,
    TEXT,
    WEBHOOK_KEY,
    africastalking_settings,
    outbound,
    twilio_settings,
)

PROVIDERS = ["africastalking", "twilio"]
Build = Callable[..., Provider]


@dataclass(slots=True)
class Line:
    """A channel to a running stand-in, and a gateway that receives its reports."""

    provider: Provider
    exchange: Exchange
    standin_url: str
    delivery_url: str
    received: list[WebhookRequest] = field(default_factory=list)

    def fault(self, kind: str, **details: int) -> None:
        """Asks the stand-in for trouble."""
        answer = urllib3.request(
            "POST", f"{self.standin_url}/faults", json={"kind": kind, **details}
        )
        assert answer.status == 201

    def send(self, **changes: Any) -> str:
        """Sends an MT and returns its reference."""
        return self.provider.send(outbound(**changes), self.delivery_url).provider_ref

    def reports(self) -> list[DeliveryReport]:
        """Returns the reports, each with its origin proven, once all have arrived."""
        assert self.exchange.reports.wait(5)
        for each in self.received:
            self.provider.prove_origin(each)
        return [self.provider.parse_delivery(each) for each in self.received]


@contextlib.contextmanager
def open_line(name: str, **config: Any) -> Iterator[Line]:
    received: list[WebhookRequest] = []
    gateway = Flask("gateway")

    @gateway.post("/delivery/line")
    def delivery() -> Response:
        received.append(
            WebhookRequest(
                method="POST",
                path=request.path,
                query=request.query_string.decode(),
                headers={key.lower(): value for key, value in request.headers.items()},
                body=request.get_data(),
                remote_address=request.remote_addr or "",
                public_url=request.host_url,
            )
        )
        return Response()

    with running(gateway) as gateway_url:
        delivery_url = f"{gateway_url}/delivery/line?key={WEBHOOK_KEY}"
        account = AfricasTalkingAccount(api_key=API_KEY, delivery_url=delivery_url)
        app = create_app(
            StandinConfig(
                twilio={ACCOUNT_SID: AUTH_TOKEN}, africastalking={"sandbox": account}, **config
            )
        )
        with running(app) as url:
            provider: Provider
            if name == "twilio":
                provider = Twilio("line", twilio_settings(api_url=url), WEBHOOK_KEY)
            else:
                provider = AfricasTalking("line", africastalking_settings(api_url=url), WEBHOOK_KEY)
            yield Line(provider, app.extensions[EXTENSION], url, delivery_url, received)


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

        accepted = Twilio("line", settings, "").send(outbound(), "")

    assert accepted.segments is None


# ---------------------------------------------------------------- trouble


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

        assert line.exchange.reports.wait(5)
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


# ---------------------------------------------------------------- who may send what


@pytest.mark.parametrize(
    "settings", [{"auth_token": "another"}, {"account_sid": "AC" + "f" * 32}], ids=str
)
def test_twilio_knows_its_accounts(settings: dict[str, str]) -> None:
    with open_line("twilio") as line:
        stranger = Twilio("line", twilio_settings(api_url=line.standin_url, **settings), "")

        with pytest.raises(ChannelMisconfigured) as caught:
            stranger.send(outbound(), "")

    assert caught.value.detail == "20003"


@pytest.mark.parametrize("settings", [{"api_key": "another"}, {"username": "nobody"}], ids=str)
def test_africas_talking_knows_its_applications(settings: dict[str, str]) -> None:
    with open_line("africastalking") as line:
        stranger = AfricasTalking(
            "line", africastalking_settings(api_url=line.standin_url, **settings), "a-key"
        )

        with pytest.raises(ChannelMisconfigured) as caught:
            stranger.send(outbound(), "")

    assert caught.value.detail == "401"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "0711000001"}, 21211),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"StatusCallback": "https://under_score.example/"}, 21609),
        ({"StatusCallback": "/delivery/line"}, 21609),
    ],
    ids=str,
)
def test_twilio_checks_the_form(changes: dict[str, str], code: int) -> None:
    client = create_app(StandinConfig(twilio={ACCOUNT_SID: AUTH_TOKEN})).test_client()
    form = {"To": NUMBER, "From": "+15005550006", "Body": TEXT} | changes

    answer = client.post(
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        data=form,
        auth=(ACCOUNT_SID, AUTH_TOKEN),
    )

    assert code == answer.get_json()["code"]


@pytest.mark.parametrize("missing", ["to", "message"])
def test_africas_talking_checks_the_form(missing: str) -> None:
    account = AfricasTalkingAccount(api_key=API_KEY)
    client = create_app(StandinConfig(africastalking={"sandbox": account})).test_client()
    form = {"username": "sandbox", "to": NUMBER, "message": TEXT} | {missing: ""}

    answer = client.post("/version1/messaging", data=form, headers={"apiKey": API_KEY})

    assert (answer.status_code, missing in answer.text) == (400, True)


def test_each_recipient_of_africas_talking_has_a_result_of_its_own() -> None:
    account = AfricasTalkingAccount(api_key=API_KEY)
    client = create_app(StandinConfig(africastalking={"sandbox": account})).test_client()
    form = {"username": "sandbox", "to": f"{NUMBER},0711", "message": TEXT}

    answer = client.post("/version1/messaging", data=form, headers={"apiKey": API_KEY})

    data = answer.get_json()["SMSMessageData"]
    assert [(101, NUMBER), (403, "0711")] == [
        (each["statusCode"], each["number"]) for each in data["Recipients"]
    ]
    assert data["Message"] == "Sent to 1/2 Total Cost: KES 0.8000"


# ---------------------------------------------------------------- its configuration


def test_a_deployments_channels_tell_the_stand_in_its_accounts() -> None:
    channels = {"at-ke": africastalking_settings(), "us": twilio_settings()}

    config = for_channels(channels, {"at-ke": "http://gateway/delivery/at-ke?key=k"}, delay_ms=5)

    expected = StandinConfig(
        twilio={ACCOUNT_SID: AUTH_TOKEN},
        africastalking={
            "sandbox": AfricasTalkingAccount(
                api_key=API_KEY, delivery_url="http://gateway/delivery/at-ke?key=k"
            )
        },
        delay_ms=5,
    )
    assert expected == config
    for secret in (AUTH_TOKEN, API_KEY, "key=k"):
        assert secret not in repr(config)


def test_a_file_tells_the_stand_in_its_accounts(tmp_path: Path) -> None:
    path = tmp_path / "standin.json"
    applications = {
        "sandbox": {"api_key": API_KEY, "delivery_url": "/delivery/at-ke?key=k"},
        "quiet": {"api_key": API_KEY},
    }
    document = {"twilio": {ACCOUNT_SID: AUTH_TOKEN}, "africastalking": applications}
    path.write_text(json.dumps(document))

    config = read_config(path, "http://127.0.0.1:8384")

    assert {ACCOUNT_SID: AUTH_TOKEN} == config.twilio
    assert {
        "sandbox": "http://127.0.0.1:8384/delivery/at-ke?key=k",
        "quiet": "",
    } == {name: account.delivery_url for name, account in config.africastalking.items()}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"vonage": {}}', '{"africastalking": {"sandbox": {}}}', "{"]
)
def test_a_file_that_cannot_be_read_is_told_and_nothing_starts(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "standin.json"
    path.write_text(text)

    code = main(["--config", str(path)])

    assert code == 2
    assert str(path) in capsys.readouterr().err
