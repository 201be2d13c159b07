"""A STOP that waits on the disk of one node is heard before any other node sends a notice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, OutboundSms, Purpose
from gateway.use_cases.outbound.sending.sending_job import HELD_SECONDS
from gateway.web.app import create_app
from gateway.web.replay import replay_once
from tests import gateways
from tests.clock import FixedClock
from tests.contracts.test_spool import in_a_fork
from tests.fakes import Failing
from tests.promises.test_database_away import PHONE, away, told

STOPPED, OTHER = Msisdn(PHONE), Msisdn("+254700000002")
#: What a provider tells that is, or brings, a STOP.
STOPS: dict[str, tuple[str, dict[str, str]]] = {
    "a text": ("sms", {"id": "mo-1", "to": "20880", "text": "STOP", "date": "now", "from": PHONE}),
    "an opt-out of the provider's": ("optout", {"senderId": "20880", "phoneNumber": PHONE}),
}


@pytest.fixture
def web(gateway: Gateway, tmp_path: Path, valkey: str) -> Iterator[Gateway]:
    """A node that providers reach; `gateway` is the one that sends."""
    url = gateway.deployment.settings.database_url
    environ = gateways.environment(tmp_path / "web", valkey, url)
    node = Gateway(load(environ), clock=gateway.clock)
    yield node
    node.close()


@pytest.fixture
def client(web: Gateway) -> FlaskClient:
    return create_app(web).test_client()


@pytest.fixture
def handed_over(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that reach a provider."""
    taken: list[str] = []

    def send(sms: OutboundSms, delivery_url: str) -> Accepted:
        taken.append(sms.text)
        return Accepted(provider_ref=f"ref-{sms.id}")

    for provider in gateway.providers.values():
        monkeypatch.setattr(provider, "send", send, raising=True)
        monkeypatch.setattr(provider, "send_many", partial(OneByOne.send_many, provider))
    return taken


def owe(gateway: Gateway) -> None:
    """Has a notice to each of both wait, and an answer to the one that stops."""
    new = [
        NewSms(
            channel="at-ke", subscriber=subscriber, text=f"{purpose} {subscriber.e164[-1]}",
            lane=Lane.BULK, purpose=purpose, key=f"{purpose} {subscriber.e164}", topic="prices",
        )
        for subscriber in (STOPPED, OTHER)
        for purpose in (Purpose.NOTICE, Purpose.REPLY)
    ]  # fmt: skip
    assert gateway.sql.outbox.add(new, gateway.clock.now())


def sends(gateway: Gateway, clock: FixedClock) -> None:
    clock.advance(HELD_SECONDS)
    assert any(gateway.outbound.send("at-ke", Lane.BULK) for _ in range(20))


@pytest.mark.parametrize("stop", STOPS)
def test_it_counts_though_its_channel_was_taken_out_meanwhile(
    gateway: Gateway,
    client: FlaskClient,
    web: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    stop: str,
) -> None:
    route, form = STOPS[stop]
    with away(monkeypatch):
        assert 200 == told(web, client, route, **form)

    replace(web.replay_spool, channels={})()
    gateway.inbound.work()

    everything = gateway.sql.consents.of(STOPPED)[EVERYTHING]
    assert everything.state is ConsentState.OPTED_OUT


@pytest.mark.parametrize("stop", STOPS)
def test_no_notice_leaves_before_it_is_heard(
    gateway: Gateway,
    client: FlaskClient,
    web: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    handed_over: list[str],
    stop: str,
) -> None:
    owe(gateway)
    route, form = STOPS[stop]
    with away(monkeypatch):
        assert 200 == told(web, client, route, **form)

    sends(gateway, clock)  # the database is back, and the sender is the first to know
    at_first = sorted(handed_over)
    replay_once(web)
    sends(gateway, clock)  # a text is stored, and not read yet
    stored = sorted(handed_over)
    gateway.inbound.work()
    sends(gateway, clock)

    assert ["reply 1", "reply 2"] == at_first
    assert ["notice 2", *at_first] == stored == sorted(handed_over)[: len(stored)]
    assert "notice 1" not in handed_over


def test_a_replay_that_dies_half_way_lets_none_leave(
    gateway: Gateway,
    client: FlaskClient,
    web: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    handed_over: list[str],
) -> None:
    owe(gateway)
    with away(monkeypatch):
        for number, text in enumerate(("HELP", "HELP", "STOP")):
            form = {**STOPS["a text"][1], "id": f"mo-{number}", "text": text}
            assert 200 == told(web, client, "sms", **form)
    store, stored = web.replay_spool._store, list[object]()

    def dies(*record: object) -> None:
        store(*record)  # type: ignore[arg-type] # as the spool hands it over
        stored.append(record)
        if len(stored) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    assert -signal.SIGKILL == in_a_fork(lambda: web.spool.replay(dies))
    gateway.inbound.work()
    sends(gateway, clock)
    half_way = sorted(text for text in handed_over if text.startswith("notice"))

    replay_once(web)
    gateway.inbound.work()
    sends(gateway, clock)

    assert [] == half_way
    assert ["notice 2"] == [text for text in handed_over if text.startswith("notice")]


def test_a_node_that_starts_with_an_empty_disk_takes_back_what_it_said(
    gateway: Gateway, web: Gateway
) -> None:
    """It was killed between storing the last word and saying so."""
    web.stores.spools.note(web.node)

    assert replay_once(web)

    assert not gateway.stores.spools.may_hide_a_stop()


def test_while_redis_is_away_a_node_goes_on_trying_to_say_that_it_is_empty(
    web: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.stores.spools.note(web.node)
    with monkeypatch.context() as patch:
        patch.setattr(type(web.stores.spools), "clear", Failing(None, "clear").clear)
        assert not replay_once(web)

    assert replay_once(web)
    assert [] == web.stores.spools.nodes()
