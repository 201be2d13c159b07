"""What subscribers have said about our writing to them, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange, Routed
from gateway.use_cases.ports.consents import Weighed
from tests.clock import FixedClock
from tests.consents import stops_of

KEYRING = Keyring(bytes(range(32)))
NUMBER = Msisdn("+999700000001")
OTHER_NUMBER = Msisdn("+999700000002")
IN, OUT = ConsentState.OPTED_IN, ConsentState.OPTED_OUT


@pytest.fixture
def consents(database: Engine) -> SqlConsents:
    return SqlConsents(database, KEYRING)


def change(
    state: ConsentState, topic: str = EVERYTHING, subscriber: Msisdn = NUMBER
) -> ConsentChange:
    return ConsentChange(subscriber=subscriber, topic=topic, state=state, source="SMS")


def mt(
    subscriber: Msisdn = NUMBER, purpose: Purpose = Purpose.NOTICE, topic: str = "prices"
) -> NewSms:
    return NewSms(
        channel="at-ke", subscriber=subscriber, text="a", lane=Lane.BULK, purpose=purpose, key="a",
        topic=topic,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        pytest.param([], set(), id="nothing said"),
        pytest.param([change(OUT)], {EVERYTHING}, id="stop"),
        pytest.param([change(OUT), change(IN)], set(), id="stop then start"),
        pytest.param([change(IN), change(OUT)], {EVERYTHING}, id="start then stop"),
        pytest.param([change(OUT), change(OUT)], {EVERYTHING}, id="stop twice"),
        pytest.param([change(OUT, "a"), change(OUT, "b")], {"a", "b"}, id="two topics"),
        pytest.param([change(OUT, "a"), change(IN, "b")], {"a"}, id="one topic of two"),
        pytest.param([change(OUT, subscriber=OTHER_NUMBER)], set(), id="someone else"),
        pytest.param([change(IN)], set(), id="start alone"),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one by one"])
def test_what_was_said_last_counts(
    consents: SqlConsents,
    clock: FixedClock,
    changes: list[ConsentChange],
    stopped: set[str],
    together: bool,
) -> None:
    batches = [changes] if together else [[each] for each in changes]
    for batch in batches:
        consents.change(batch, clock.advance(1))

    topics = stops_of(consents, NUMBER)

    assert stopped == set(topics.get(NUMBER, frozenset()))


def test_a_stop_that_arrives_late_does_not_undo_a_newer_start(
    consents: SqlConsents, clock: FixedClock
) -> None:
    earlier = clock.now()
    consents.change([change(IN)], clock.advance(60))
    consents.change([change(OUT)], earlier)

    assert {} == stops_of(consents, NUMBER)


def test_who_has_texted_what_nobody_has_read_is_undecided(
    consents: SqlConsents, database: Engine, clock: FixedClock
) -> None:
    inbox, third = SqlInbox(database, KEYRING), Msisdn("+999700000003")
    for number, subscriber in enumerate((NUMBER, NUMBER, OTHER_NUMBER)):
        sms = InboundSms(provider_ref=f"mo-{number}", subscriber=subscriber, to="1", text="STOP")
        inbound_id = inbox.accept("at-ke", sms, clock.now())
        assert inbound_id is not None
        if subscriber == OTHER_NUMBER or number == 0:
            assert inbox.finish(Routed(inbound_id=inbound_id), clock.now())
    consents.change([change(OUT, subscriber=OTHER_NUMBER)], clock.now())
    reply = mt(NUMBER, purpose=Purpose.REPLY)
    mts = [mt(third), mt(NUMBER), mt(OTHER_NUMBER), reply, mt(NUMBER)]

    assert Weighed([mts[0], reply], [mts[1], mts[4]]) == consents.weigh(mts)
    assert Weighed([reply], []) == consents.weigh([reply])
    assert Weighed([], []) == consents.weigh([])


def test_who_has_said_nothing_may_be_written_to(consents: SqlConsents) -> None:
    assert {} == consents.of(NUMBER)
    assert [mt()] == consents.allowed([mt()])
    assert [] == consents.allowed([])


def test_a_window_of_many_subscribers_is_checked_at_once(
    consents: SqlConsents, clock: FixedClock
) -> None:
    numbers = [Msisdn(f"+99970000{number:04}") for number in range(500)]
    consents.change([change(OUT, subscriber=each) for each in numbers[::2]], clock.now())

    allowed = consents.allowed([mt(each) for each in numbers])

    assert numbers[1::2] == [each.subscriber for each in allowed]


def test_stop_holds_back_notices_and_no_reply(consents: SqlConsents, clock: FixedClock) -> None:
    consents.change([change(OUT)], clock.now())
    window = [mt(purpose=purpose) for purpose in Purpose]

    allowed = consents.allowed(window)

    assert [each for each in Purpose if each is not Purpose.NOTICE] == [
        each.purpose for each in allowed
    ]


def test_the_topic_of_an_mt_decides(consents: SqlConsents, clock: FixedClock) -> None:
    consents.change([change(OUT, "prices")], clock.now())

    assert ["weather"] == [
        each.topic for each in consents.allowed([mt(topic="prices"), mt(topic="weather")])
    ]
