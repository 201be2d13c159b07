"""A webhook that the front answers directly gets the answer that Flask would give."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, select
from werkzeug.test import Client

from gateway.adapters.spool.spool_file import SpoolFile
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import outbound_sms
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.consent import EVERYTHING
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, Purpose
from gateway.domain.telecom.webhook import FORM
from gateway.use_cases.ports import Outcomes
from gateway.web.app import access_of, create_app
from gateway.web.direct import Direct
from gateway.web.early import Early
from gateway.web.front.exchange import Reply, WithOthers
from tests import gateways, servers
from tests.clock import FixedClock
from tests.consents import stops_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PHONE = "+254711000001"
SMS = {"id": "mo-1", "from": PHONE, "to": "20880", "text": "HELP", "date": "now"}
REPORT = {"id": "ATXid_1", "status": "Success"}
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


def answered(gateway: Gateway, head: Head, body: bytes) -> Reply:
    """Returns the direct answer to a request, alone."""
    direct = Direct(gateway, access_of(create_app(gateway)))
    answer = direct(head)
    assert answer is not None
    if isinstance(answer, WithOthers):
        (reply,) = direct.together([(answer.asked, body)])
        return reply
    return answer(body)


CASES = [
    ("at-ke", "ussd", DIAL),
    ("at-ke", "ussd", {**DIAL, "text": "1"}),
    ("at-ke", "ussd", {**DIAL, "phoneNumber": "nobody"}),
    ("at-ke", "ussd", {"text": ""}),
    ("at-ke", "sms", SMS),
    ("at-ke", "sms", {**SMS, "text": "ማዕከል 🙂"}),
    ("at-ke", "delivery", REPORT),
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
    status, told, said = answered(both[0], Head(path + ending, query, headers=headers), body)

    expected = {name.lower(): value for name, value in by_flask.headers.items()}
    expected.pop("content-length")
    assert (by_flask.status_code, expected, by_flask.data) == (status, dict(told), said)
    counted = [each.counters.counted().numbers for each in both]
    assert counted[0] == counted[1]


@pytest.mark.parametrize(("channel", "route", "form"), CASES)
def test_a_server_of_wsgi_answers_so_too(
    both: tuple[Gateway, Gateway],
    valkey: str,
    channel: str,
    route: str,
    form: Mapping[str, str],
) -> None:
    path, query = path_of(both[0], channel, route)
    asked = {"path": path, "query_string": query, "data": form, "headers": {"x-request-id": TRACE}}
    flask, early = (create_app(each) for each in both)

    said = []
    for application in (flask, Early(early, both[1])):
        servers.empty_valkey(valkey)
        reply = Client(application).post(**asked, environ_base={"REMOTE_ADDR": "127.0.0.1"})
        said.append((reply.status_code, dict(reply.headers.to_wsgi_list()), reply.data))
    lower = [(status, {name.lower(): value for name, value in headers.items()}, body)
             for status, headers, body in said]  # fmt: skip
    assert lower[0] == lower[1]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"x" * (64 * 1024 + 1)},
        {"data": b"text=", "query_string": "key=another"},
        {"data": b"text=", "path": "/ussd/nobody"},
        {"method": "DELETE"},
        {"data": b"text=1", "headers": {"content-length": "60"}},
    ],
    ids=["too long", "no secret", "no channel", "wrong method", "cut"],
)
def test_what_is_no_plain_webhook_is_left_to_flask(
    both: tuple[Gateway, Gateway], sent: Mapping[str, Any]
) -> None:
    path, query = path_of(both[0], "at-ke", "ussd")
    asked = {"path": path, "query_string": query, "method": "POST", **sent}
    flask, early = (create_app(each) for each in both)

    replies = [Client(each).open(**asked) for each in (flask, Early(early, both[1]))]

    assert replies[0].status_code >= 400
    assert replies[0].status_code == replies[1].status_code
    assert replies[0].data == replies[1].data


@pytest.mark.parametrize("raised", [StoreUnavailable("It hangs."), ValueError("A mistake.")])
@pytest.mark.parametrize(("route", "form"), [("ussd", DIAL), ("delivery", REPORT)])
def test_what_goes_wrong_is_told_and_counted_as_flask_does(
    both: tuple[Gateway, Gateway],
    route: str,
    form: Mapping[str, str],
    raised: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise raised

    def full(*_: object) -> None:
        raise StoreUnavailable("The spool is full.")

    for use_case in (type(both[0].ussd.answer), type(both[0].outbound.record_delivery)):
        monkeypatch.setattr(use_case, "__call__", broken)
    monkeypatch.setattr(SpoolFile, "keep", broken)
    monkeypatch.setattr(both[0].reports, "keep_all", full)
    path, query = path_of(both[0], "at-ke", route)
    headers = {"content-type": FORM, "x-request-id": TRACE}
    body = urlencode(form).encode()
    by_flask = (
        create_app(both[1])
        .test_client()
        .post(
            f"{path}?{query}", data=body, headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}
        )
    )

    status, _, said = answered(both[0], Head(path, query, headers=headers), body)

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
    assert (direct.room(head).octets > 0) == (not path.startswith("/ussd"))


def reports_together(gateway: Gateway, *forms: Mapping[str, str]) -> list[tuple[int, bytes]]:
    """Returns status and body of the replies to reports of one moment."""
    direct = Direct(gateway, access_of(create_app(gateway)))
    path, query = path_of(gateway, "at-ke", "delivery")
    asked = []
    for form in forms:
        answer = direct(Head(path, query, headers={"content-type": FORM}))
        assert isinstance(answer, WithOthers)
        asked.append((answer.asked, urlencode(form).encode()))
    return [(status, body) for status, _, body in direct.together(asked)]


def statuses(gateway: Gateway) -> dict[str, str]:
    with statements(gateway.engine) as connection:
        rows = connection.execute(select(outbound_sms.c.provider_ref, outbound_sms.c.status))
        return {row.provider_ref: row.status for row in rows}


def handed_over(gateway: Gateway, *refs: str) -> None:
    """Stores MTs that the provider has accepted under these references."""
    now = gateway.clock.now()
    new = [
        NewSms(channel="at-ke", subscriber=Msisdn(PHONE), text=f"Text {ref}", lane=Lane.BULK,
               purpose=Purpose.REPLY, key=ref)
        for ref in refs
    ]  # fmt: skip
    outbox = gateway.sql.outbox
    ids = outbox.add(new, now)
    outbox.lease("at-ke", Lane.BULK, len(ids), now, now + timedelta(seconds=60))
    outbox.start(ids, Outcomes(), now)
    accepted = {id_: Accepted(provider_ref=ref) for id_, ref in zip(ids, refs, strict=True)}
    outbox.start([], Outcomes(accepted=accepted), now)


def test_reports_of_one_moment_are_on_the_disk_with_one_wait_and_stored_in_one_commit(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [f"r{number}" for number in range(60)]
    handed_over(gateway, *refs)
    commits, waits = list[object](), list[object]()
    wait = os.fsync
    gateway.reports.prove()

    def noted(file: int) -> None:
        waits.append(file)
        wait(file)

    event.listen(gateway.engine, "commit", commits.append)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", noted)
        replies = reports_together(gateway, *({"id": ref, "status": "Success"} for ref in refs))
    before = (statuses(gateway), len(commits), len(waits))

    assert 60 == gateway.store_reports()

    assert {200} == {status for status, _ in replies}
    assert (dict.fromkeys(refs, "sent"), 0, 2) == before  # the second is the folder of a new file
    assert dict.fromkeys(refs, "delivered") == statuses(gateway)
    assert 1 == len(commits)
    assert 0 == gateway.store_reports()


def test_each_of_several_reports_gets_its_own_answer(gateway: Gateway) -> None:
    handed_over(gateway, "r1", "r2")

    replies = reports_together(
        gateway, {"id": "r1", "status": "Success"}, {"status": "Success"},
        {"id": "r2", "status": "Failed"},
    )  # fmt: skip
    gateway.store_reports()

    assert [200, 400, 200] == [status for status, _ in replies]
    assert {"r1": "delivered", "r2": "undelivered"} == statuses(gateway)


def test_an_opt_out_among_reports_is_stored_before_it_is_answered(gateway: Gateway) -> None:
    handed_over(gateway, "r1")
    told = {"id": "r1", "status": "Failed", "failureReason": "UserInBlackList"}

    replies = reports_together(gateway, told)

    assert [200] == [status for status, _ in replies]
    assert {"r1": "undelivered"} == statuses(gateway)
    assert {Msisdn(PHONE): {EVERYTHING}} == stops_of(gateway.sql.consents, Msisdn(PHONE))


def test_a_report_that_nobody_can_store_is_set_aside_alone(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over(gateway, "r1", "r2")
    stored = gateway.sql.outbox.record_reports

    def refused(told: Sequence[tuple[str, DeliveryReport]], now: datetime) -> Sequence[bool]:
        if any(report.detail == "bad" for _, report in told):
            raise ValueError("Nobody can store it.")
        return stored(told, now)

    monkeypatch.setattr(gateway.sql.outbox, "record_reports", refused)

    reports_together(
        gateway, {"id": "r1", "status": "Success"}, {"id": "r3", "status": "bad"},
        {"id": "r2", "status": "Success"},
    )  # fmt: skip

    assert 2 == gateway.store_reports()
    assert {"r1": "delivered", "r2": "delivered"} == statuses(gateway)
    assert gateway.reports.state().aside


def test_reports_wait_on_the_disk_while_the_database_is_away(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over(gateway, "r1", "r2")

    def away(*_: object) -> None:
        raise StoreUnavailable("The database does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(gateway.sql.outbox, "record_reports", away)
        replies = reports_together(
            gateway, {"id": "r1", "status": "Success"}, {"id": "r2", "status": "Failed"}
        )
        with pytest.raises(StoreUnavailable):
            gateway.store_reports()
    before = statuses(gateway)

    assert [200, 200] == [status for status, _ in replies]
    assert ({"r1": "sent", "r2": "sent"}, 2) == (before, gateway.store_reports())
    assert {"r1": "delivered", "r2": "undelivered"} == statuses(gateway)


def test_where_the_disk_takes_none_a_report_is_stored_before_it_is_answered(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over(gateway, "r1")

    def full(*_: object) -> None:
        raise StoreUnavailable("The spool is full.")

    monkeypatch.setattr(gateway.reports, "keep_all", full)

    ((status, _),) = reports_together(gateway, {"id": "r1", "status": "Success"})

    assert 200 == status
    assert {"r1": "delivered"} == statuses(gateway)
