"""While the database is away what providers tell us is kept, and stored when it is back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.by_driver import look_up
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.web.replay import replay_once
from tests.due_mos import due_mos

PHONE = "+254700000001"


@contextlib.contextmanager
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets every connection fail, as when nobody answers."""

    def nobody(engine: Engine) -> Iterator[None]:
        raise StoreUnavailable("The database does not answer (OperationalError).")
        yield

    with monkeypatch.context() as patch:
        for module in (database, look_up):
            patch.setattr(module, "bounded", contextlib.contextmanager(nobody))
        yield


def told(gateway: Gateway, client: FlaskClient, route: str, **form: str) -> int:
    path = "/" + gateway.deployment.webhook_urls("at-ke")[route].split("/", 3)[3]
    return client.post(path, data=form).status_code


def texts(gateway: Gateway, client: FlaskClient, number: int, text: str) -> int:
    return told(
        gateway, client, "sms", id=f"mo-{number}", to="20880", text=text, date="now",
        **{"from": PHONE},
    )  # fmt: skip


def test_sms_are_received_and_answered_when_it_is_back(
    gateway: Gateway, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch):
        answers = [texts(gateway, client, number, "HELP") for number in range(3)]
        answers.append(texts(gateway, client, 0, "HELP"))  # the provider sends it once more
        replay_once(gateway)
        assert gateway.spool.state().waiting

    replay_once(gateway)

    assert [200] * 4 == answers
    assert 3 == len(due_mos(gateway.engine, gateway.clock.now()))
    assert 0 == gateway.spool.state().waiting
    gateway.inbound.work()
    assert gateway.sql.outbox.to_subscriber(Msisdn(PHONE), 5)


def test_an_opt_out_and_a_report_are_kept_with_their_time(
    gateway: Gateway, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms = NewSms(
        channel="at-ke", subscriber=Msisdn(PHONE), text="It rains", lane=Lane.BULK,
        purpose=Purpose.NOTICE, key="rain",
    )  # fmt: skip
    assert gateway.sql.outbox.add([sms], gateway.clock.now())
    with away(monkeypatch):
        received = [
            told(gateway, client, "optout", senderId="20880", phoneNumber=PHONE),
            told(gateway, client, "delivery", id="ATXid_1", status="Success"),
        ]

    replay_once(gateway)
    gateway.outbound.work("at-ke", Lane.BULK)

    assert [200, 200] == received
    ((_, status),) = gateway.sql.outbox.to_subscriber(Msisdn(PHONE), 5)
    assert "refused" == status.value


def test_without_any_room_on_the_disk_the_provider_is_told_to_come_again(
    gateway: Gateway, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.spool, "_most_bytes", 10)
    with away(monkeypatch):
        assert 503 == texts(gateway, client, 1, "HELP")
