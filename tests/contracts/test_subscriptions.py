"""Subscriptions: what subscribers want to be told of, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.consents.records import SqlConsentRecords
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.tables import consents
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.consent import EVERYTHING, ConsentState, may_send
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Purpose
from gateway.use_cases.ports import ConsentChange
from tests.clock import FixedClock
from tests.consents import stops_of

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")


@pytest.fixture
def subscriptions(database: Engine) -> SqlSubscriptions:
    return SqlSubscriptions(database, KEYRING)


def call(key: str, subscriber: Msisdn = ASHA, clock: FixedClock | None = None) -> ServiceCall:
    return ServiceCall(
        handler="subscribe_warnings",
        answers={},
        language="sw",
        subscriber=subscriber,
        key=key,
        at=(clock or FixedClock()).now(),
    )


def test_what_was_subscribed_is_listed_in_order(subscriptions: SqlSubscriptions) -> None:
    subscriptions.add(call("a"), "warnings", "Wendu")
    subscriptions.add(call("b"), "warnings", "Mbale")
    subscriptions.add(call("c"), "prices")
    subscriptions.add(call("d", JUMA), "warnings", "Mtoni")

    assert [("prices", ""), ("warnings", "Mbale"), ("warnings", "Wendu")] == subscriptions.of(
        call("e")
    )


def test_subscribing_twice_is_one_subscription(subscriptions: SqlSubscriptions) -> None:
    for key in ("a", "a", "b"):
        subscriptions.add(call(key), "warnings", "Mbale")

    assert [("warnings", "Mbale")] == subscriptions.of(call("c"))


def test_a_place_that_is_ended_leaves_its_proof_once(
    subscriptions: SqlSubscriptions, database: Engine
) -> None:
    subscriptions.add(call("a"), "warnings", "Mbale")
    for key in ("b", "b", "c"):
        subscriptions.remove(call(key), "warnings", "Mbale")

    said = SqlConsentRecords(database, KEYRING).history(ASHA, 9)
    told = [(each.topic, each.state, each.source) for each in said]
    source = "subscription subscribe_warnings"
    assert [("warnings/Mbale", ConsentState.OPTED_OUT, source)] == told[:1]
    assert [("warnings", ConsentState.OPTED_IN, source)] == told[1:]


def test_only_what_was_there_is_ended(subscriptions: SqlSubscriptions) -> None:
    subscriptions.add(call("a"), "warnings", "Mbale")

    assert not subscriptions.remove(call("b"), "warnings")
    assert not subscriptions.remove(call("c", JUMA), "warnings", "Mbale")
    assert subscriptions.remove(call("d"), "warnings", "Mbale")
    assert subscriptions.remove(call("d"), "warnings", "Mbale")
    assert not subscriptions.remove(call("e"), "warnings", "Mbale")
    assert [] == subscriptions.of(call("f"))


def test_a_turn_that_comes_late_does_not_subscribe_again(subscriptions: SqlSubscriptions) -> None:
    subscriptions.add(call("a"), "warnings", "Mbale")
    subscriptions.remove(call("b"), "warnings", "Mbale")
    subscriptions.add(call("a"), "warnings", "Mbale")

    assert [] == subscriptions.of(call("c"))


def test_subscribing_takes_back_the_stop_of_its_topic_and_of_no_other(
    subscriptions: SqlSubscriptions, database: Engine, clock: FixedClock
) -> None:
    stops = [
        ConsentChange(subscriber=ASHA, topic=topic, state=ConsentState.OPTED_OUT, source="sms stop")
        for topic in ("warnings", "prices", EVERYTHING)
    ]
    kept = SqlConsents(database, KEYRING)
    kept.change(stops, clock.now())
    clock.advance(1)

    subscriptions.add(call("a", clock=clock), "warnings", "Mbale")

    stopped = stops_of(kept, ASHA)
    assert {ASHA: {"prices", EVERYTHING}} == stopped
    said = kept.of(ASHA)
    assert may_send(Purpose.NOTICE, "warnings", said)
    assert not may_send(Purpose.NOTICE, "weather", said)
    with statements(database) as connection:
        sources = connection.scalars(consents.select().with_only_columns(consents.c.source))
        assert {"sms stop", "subscription subscribe_warnings"} == set(sources)
