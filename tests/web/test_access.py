"""What the log tells of each request: where it went and how long it took, and nothing private."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.adapters.system.request_id import working_on
from gateway.cli.processes.log_format import JsonLines
from gateway.composition.gateway import Gateway
from gateway.web.app import create_app
from tests import gateways
from tests.clock import FixedClock
from tests.private import is_private

PHONE = "+254711000001"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OF_A_PROXY = {"REMOTE_ADDR": "127.0.0.1"}
OF_A_STRANGER = {"REMOTE_ADDR": "102.220.1.9"}


@pytest.fixture
def told(tmp_path: Path, valkey: str, clock: FixedClock) -> Iterator[Gateway]:
    """A gateway with one line for each request."""
    deployment = gateways.deployed(gateways.environment(tmp_path, valkey))
    settings = deployment.settings.model_copy(update={"log_access": True})
    gateway = gateways.wired(replace(deployment, settings=settings), clock)
    yield gateway
    gateway.close()


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What is written to stderr."""
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonLines().format(record))

    handler = Handler()
    logging.getLogger("gateway").addHandler(handler)
    with caplog.at_level(logging.INFO):
        yield written
    logging.getLogger("gateway").removeHandler(handler)


def ussd(gateway: Gateway, client: FlaskClient, text: str = "", code: str = "*384*2026#") -> None:
    url = gateway.deployment.webhook_urls("at-ke")["ussd"].split("/", 3)[3]
    client.post(
        f"/{url}",
        data={
            "sessionId": "s1",
            "phoneNumber": PHONE,
            "serviceCode": code,
            "text": text,
        },
        headers={"X-Request-ID": TRACE},
        environ_base=OF_A_PROXY,
    )


def test_a_request_is_one_line_with_route_channel_status_and_milliseconds(
    told: Gateway, lines: list[str]
) -> None:
    ussd(told, create_app(told).test_client())

    (line,) = [json.loads(each) for each in lines if "gateway.access" in each]
    line.pop("at")
    assert line == {
        "level": "info",
        "logger": "gateway.access",
        "message": "POST /ussd/at-ke was answered 200 in 0 ms.",
        "method": "POST",
        "route": "ussd",
        "channel": "at-ke",
        "status": 200,
        "ms": 0,
        "request": TRACE,
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/ussd/at-ke?key=secret", "/ussd/at-ke"),
        (f"/ussd/{PHONE}?key=secret", "/ussd"),
        (f"/{PHONE}/RESULT 10231456", "/other"),
        ("/sms/at-ke/../RESULT 10231456", "/sms"),
        ("/", "/"),
        ("/metrics", "/metrics"),
        ("/health/ready?from=+254711000001", "/health"),
        ("/phone/10231456", "/phone"),
    ],
)
def test_a_line_never_tells_what_stood_in_path_or_query(
    told: Gateway, lines: list[str], path: str, place: str
) -> None:
    create_app(told).test_client().get(path, headers={"X-Request-ID": PHONE})

    (line,) = [json.loads(each) for each in lines if "gateway.access" in each]
    assert line["message"].startswith(f"GET {place} was answered ")
    assert not is_private(json.dumps(line))
    assert "secret" not in json.dumps(line)


def test_a_method_that_nobody_knows_is_not_repeated(told: Gateway, lines: list[str]) -> None:
    create_app(told).test_client().open("/ussd/at-ke", method="254711000001")

    (line,) = [json.loads(each) for each in lines if "gateway.access" in each]
    assert "other" == line["method"]


def test_no_request_is_a_line_unless_it_is_asked_for(
    gateway: Gateway, client: FlaskClient, lines: list[str]
) -> None:
    ussd(gateway, client)

    assert [] == [each for each in lines if "gateway.access" in each]


@pytest.mark.parametrize(
    ("given", "peer", "kept"),
    [
        (TRACE, OF_A_PROXY, True),
        (TRACE.upper(), OF_A_PROXY, True),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", OF_A_PROXY, True),
        (TRACE, {"REMOTE_ADDR": "::1"}, True),
        (TRACE, {"REMOTE_ADDR": ""}, True),
        (TRACE, OF_A_STRANGER, False),
        (TRACE, {"REMOTE_ADDR": "10.0.0.7"}, False),
        (PHONE, OF_A_PROXY, False),
        ("254711000001", OF_A_PROXY, False),
        (f"{TRACE} RESULT 10231456", OF_A_PROXY, False),
        ("", OF_A_PROXY, False),
    ],
)
def test_the_id_of_a_request_is_the_proxys_own_or_a_new_one(
    client: FlaskClient, given: str, peer: dict[str, str], kept: bool
) -> None:
    headers = {"X-Request-ID": given}
    answers = [
        client.get("/health/live", headers=headers, environ_base=peer).headers["X-Request-ID"]
        for _ in range(2)
    ]

    if kept:
        assert [given.lower()] * 2 == answers
    else:
        assert 3 == len({given, *answers})
        assert {32} == {len(answer) for answer in answers}


def test_a_proxy_in_a_trusted_network_brings_its_own_id(told: Gateway) -> None:
    settings = told.deployment.settings
    server = settings.server.model_copy(update={"trusted_proxies": (ip_network("10.0.0.0/24"),)})
    settings = settings.model_copy(update={"server": server})
    gateway = Gateway(replace(told.deployment, settings=settings), clock=told.clock)
    client = create_app(gateway).test_client()

    found = [
        client.get(
            "/health/live", headers={"X-Request-ID": TRACE}, environ_base={"REMOTE_ADDR": peer}
        ).headers["X-Request-ID"]
        for peer in ("10.0.0.7", "10.0.1.7")
    ]

    gateway.close()
    assert [True, False] == [TRACE == each for each in found]


def test_a_mistake_of_ours_is_found_in_the_log_by_the_id_in_the_answer(
    told: Gateway, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(told.vital_signs), "unavailable", lambda _: 1 / 0)

    answer = create_app(told).test_client().get("/health/ready")

    name = answer.headers["X-Request-ID"]
    assert f"request {name}." in answer.text
    (error,) = [each for each in map(json.loads, lines) if each["level"] == "error"]
    assert "ZeroDivisionError" in error["message"]
    assert name == error["request"]


def test_a_handler_that_fails_tells_so_under_the_id_of_the_request(
    told: Gateway, lines: list[str]
) -> None:
    broken = {
        name: replace(each, run=lambda call, desk: 1 / 0)
        for name, each in told.deployment.handlers.items()
    }
    gateway = Gateway(replace(told.deployment, handlers=broken), clock=told.clock)
    client = create_app(gateway).test_client()
    for text in ("", "1", "1*100203085"):  # a handler knows how a case stands
        ussd(gateway, client, text, code="*384*2026*42#")
    gateway.close()

    errors = [each for each in map(json.loads, lines) if each["level"] == "error"]
    assert ["ZeroDivisionError" in each["message"] for each in errors] == [True]
    assert [TRACE] == [each["request"] for each in errors]


def test_the_lines_of_a_job_carry_its_id(lines: list[str]) -> None:
    with working_on("job-7"):
        logging.getLogger("gateway.x").info("It is done.")
    logging.getLogger("gateway.x").info("And this is none of it.")

    assert ["job-7", None] == [json.loads(each).get("request") for each in lines]
