"""A webhook that the front answers directly gets the answer that Flask would give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.webhook import FORM
from gateway.web.app import access_of, create_app
from gateway.web.direct import Direct
from tests import gateways, servers
from tests.clock import FixedClock

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PHONE = "+254711000001"
SMS = {"id": "mo-1", "from": PHONE, "to": "20880", "text": "HELP", "date": "now"}
DIAL = {"sessionId": "s1", "phoneNumber": PHONE, "serviceCode": "*384*2026#", "text": ""}


@dataclass(frozen=True)
class Head:
    """The head of a request, as granian gives it."""

    path: str
    query_string: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    client: str = "127.0.0.1:40000"
    scheme: str = "http"
    server: str = "127.0.0.1:8384"
    http_version: str = "1.1"


@pytest.fixture
def both(tmp_path: Path, valkey: str, clock: FixedClock) -> Iterator[tuple[Gateway, Gateway]]:
    """Two gateways that have heard nothing: one for each way."""
    houses = []
    for name in ("direct", "flask"):
        folder = tmp_path / name
        folder.mkdir()
        houses.append(gateways.reference_gateway(folder, valkey, clock))
    yield houses[0], houses[1]
    for each in houses:
        each.close()


def path_of(gateway: Gateway, channel: str, route: str) -> tuple[str, str]:
    path, _, query = gateway.deployment.webhook_urls(channel)[route].split("/", 3)[3].partition("?")
    return f"/{path}", query


CASES = [
    ("at-ke", "ussd", DIAL),
    ("at-ke", "ussd", {**DIAL, "text": "1"}),
    ("at-ke", "ussd", {**DIAL, "phoneNumber": "nobody"}),
    ("at-ke", "ussd", {"text": ""}),
    ("at-ke", "sms", SMS),
    ("at-ke", "sms", {**SMS, "text": "ማዕከል 🙂"}),
    ("at-ke", "delivery", {"id": "ATXid_1", "status": "Success"}),
    ("at-ke", "delivery", {"status": "Success"}),
    ("at-ke", "optout", {"senderId": "20880", "phoneNumber": PHONE}),
    ("at-ke", "ussd-end", {"sessionId": "s1", "phoneNumber": PHONE, "status": "Success"}),
    ("phone", "ussd", {"session": "s1", "from": PHONE, "code": "*384*2026#", "text": ""}),
    ("phone", "sms", {"id": "1", "from": PHONE, "to": "2026", "text": "HELP"}),
]


@pytest.mark.parametrize(("channel", "route", "form"), CASES)
@pytest.mark.parametrize("ending", ["", "/"])
def test_both_ways_answer_the_same(
    both: tuple[Gateway, Gateway],
    valkey: str,
    channel: str,
    route: str,
    form: Mapping[str, str],
    ending: str,
) -> None:
    path, query = path_of(both[0], channel, route)
    headers = {"content-type": FORM, "x-request-id": TRACE}
    body = urlencode(form).encode()
    by_flask = create_app(both[1]).test_client().post(
        f"{path}{ending}?{query}", data=body, headers=headers,
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )  # fmt: skip

    servers.empty_valkey(valkey)
    answer = Direct(both[0], access_of(create_app(both[0])))(
        Head(path + ending, query, headers=headers)
    )

    assert answer is not None
    status, told, said = answer(body)
    expected = {name.lower(): value for name, value in by_flask.headers.items()}
    expected.pop("content-length")
    assert (by_flask.status_code, expected, by_flask.data) == (status, dict(told), said)
    counted = [each.counters.counted().numbers for each in both]
    assert counted[0] == counted[1]


@pytest.mark.parametrize("raised", [StoreUnavailable("It hangs."), ValueError("A mistake.")])
def test_what_goes_wrong_is_told_and_counted_as_flask_does(
    both: tuple[Gateway, Gateway], raised: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise raised

    for each in both:
        monkeypatch.setattr(type(each.ussd.answer), "__call__", broken)
    path, query = path_of(both[0], "at-ke", "ussd")
    headers = {"content-type": FORM, "x-request-id": TRACE}
    body = urlencode(DIAL).encode()
    by_flask = (
        create_app(both[1])
        .test_client()
        .post(
            f"{path}?{query}", data=body, headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}
        )
    )

    answer = Direct(both[0], access_of(create_app(both[0])))(Head(path, query, headers=headers))

    assert answer is not None
    status, _, said = answer(body)
    assert (by_flask.status_code, by_flask.data) == (status, said)
    assert both[1].counters.counted().numbers == both[0].counters.counted().numbers


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("POST", "/ussd/at-ke", "key=wrong-wrong-wrong-wrong"),
        ("POST", "/ussd/at-ke", ""),
        ("POST", "/ussd/nowhere", "key=x"),
        ("PUT", "/ussd/at-ke", ""),
        ("POST", "/ussd", ""),
        ("GET", "/metrics", ""),
        ("GET", "/", ""),
    ],
)
def test_what_is_no_proven_webhook_is_left_to_flask_and_at_a_door_without_its_body(
    gateway: Gateway, method: str, path: str, query: str
) -> None:
    direct = Direct(gateway, access_of(create_app(gateway)))
    head = Head(path, query, method)

    assert direct(head) is None
    assert direct.wants_body(head) == (not path.startswith("/ussd"))
