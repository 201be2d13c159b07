"""Broadcasts, their lists and their audiences, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.broadcast.audiences import SqlAudiences
from gateway.adapters.sql.broadcast.broadcasts import SqlBroadcasts
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.states import State
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange, Outcomes
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from gateway.use_cases.ports.sms.broadcasts import Filled, ListRow, Member
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
LISTED = Audience(source=Source.LIST)


def number(digits: int) -> Msisdn:
    """Returns a trial number."""
    return Msisdn(f"+9997{digits:08}")


def a_broadcast(key: str = "a", audience: Audience = LISTED) -> NewBroadcast:
    """Returns a draft."""
    return NewBroadcast(
        key=key,
        institution="disaster_management",
        topic="warnings",
        title="Floods",
        audience=audience,
        texts={"en": "The river rises.", "sw": "Mto unafurika."},
        fallback="en",
        created_by="asha",
    )


class Stores:
    """All that a broadcast touches in a database."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.clock = clock
        self.broadcasts = SqlBroadcasts(engine, KEYRING)
        self.lists = SqlRecipientLists(engine, KEYRING)
        self.audiences = SqlAudiences(engine, KEYRING)
        self.subscriptions = SqlSubscriptions(engine, KEYRING)
        self.subscribers = SqlSubscribers(engine, KEYRING)
        self.consents = SqlConsents(engine, KEYRING)
        self.outbox = SqlOutbox(engine, KEYRING)

    def drafted(self, audience: Audience = LISTED, key: str = "a") -> Broadcast:
        return self.found(self.broadcasts.draft(a_broadcast(key, audience), self.clock.now()))

    def found(self, id: int) -> Broadcast:
        broadcast = self.broadcasts.find(id)
        assert broadcast is not None
        return broadcast

    def subscribe(self, whom: Msisdn, district: str, language: str = "sw") -> None:
        call = ServiceCall(
            handler="subscribe_warnings",
            answers={},
            language=language,
            subscriber=whom,
            key=f"{whom.e164} {district}",
            at=self.clock.now(),
            institution="disaster_management",
        )
        self.subscriptions.add(call, "warnings", district)

    def walked(self, broadcast: Broadcast, most: int) -> list[Member]:
        """Returns all members of an audience, walked in steps of so many."""
        found: list[Member] = []
        cursor, ends = "", False
        while not ends:
            step = self.audiences.members(broadcast, cursor, most)
            found += step.members
            cursor, ends = step.cursor, step.ends
        return found

    def fill(self, broadcast: Broadcast, members: Sequence[Member], *, ends: bool = True) -> bool:
        mts = [
            NewSms(
                channel="ke",
                subscriber=each.subscriber,
                text="The river rises.",
                lane=Lane.BULK,
                purpose=Purpose.NOTICE,
                key=f"broadcast:{broadcast.id}:{each.index.hex()}",
                topic="warnings",
                template_id=f"broadcast.{each.language or 'en'}",
            )
            for each in members
        ]
        step = Filled(
            sms=mts, cursor="ab", left_out={"stopped": 1}, next_at=self.clock.now(), ends=ends
        )
        return self.broadcasts.fill(broadcast, step, self.clock.now())

    def due(self) -> list[int]:
        now = self.clock.now()
        return [sms.id for sms in self.outbox.lease("ke", Lane.BULK, 99, now, now)]


@pytest.fixture
def stores(database: Engine, clock: FixedClock) -> Stores:
    return Stores(database, clock)


def listed(stores: Stores, broadcast: Broadcast, count: int) -> None:
    rows = [ListRow(number=number(each), language="", values={}) for each in range(count)]
    assert count == stores.lists.add(broadcast.id, rows, stores.clock.now())
    stores.lists.complete(broadcast.id, count, stores.clock.now())


def test_a_draft_comes_back_as_it_was_written(stores: Stores, clock: FixedClock) -> None:
    audience = Audience(
        source=Source.TOPIC, topic="warnings", districts=("Mbale", "Wendu"), languages=("sw",)
    )
    new = replace(a_broadcast("a", audience), valid_until=clock.now() + timedelta(hours=6))

    draft = stores.found(stores.broadcasts.draft(new, clock.now()))

    assert (State.DRAFT, audience, new.texts, new.valid_until, "asha", 0) == (
        draft.state, draft.audience, draft.texts, draft.valid_until, draft.created_by, draft.filled,
    )  # fmt: skip


def test_the_same_key_is_the_same_draft(stores: Stores) -> None:
    first, again = stores.drafted(key="alert 1"), stores.drafted(key="alert 1")

    assert first.id == again.id != stores.drafted(key="alert 2").id


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_each_subscriber_of_several_districts_is_found_once(stores: Stores, most: int) -> None:
    for each in range(7):
        stores.subscribe(number(each), "Mbale")
    for each in range(5, 9):
        stores.subscribe(number(each), "Wendu")
    stores.subscribe(number(10), "Mtoni")
    both = Audience(source=Source.TOPIC, topic="warnings", districts=("Wendu", "Mbale"))

    found = stores.walked(stores.drafted(both), most)

    assert {number(each) for each in range(9)} == {each.subscriber for each in found}
    assert 9 == len(found)
    assert {"Mbale": 7, "Wendu": 2} == {
        name: sum(each.values == {"district": name} for each in found)
        for name in ("Mbale", "Wendu")
    }


@pytest.mark.parametrize("most", [1, 2, 100])
def test_a_topic_is_whoever_has_spoken_of_it_and_says_who_has_stopped(
    stores: Stores, clock: FixedClock, most: int
) -> None:
    for each in range(4):
        stores.subscribe(number(each), "Mbale")
    clock.advance(1)
    stop = ConsentChange(
        subscriber=number(1), topic="warnings", state=ConsentState.OPTED_OUT, source="sms"
    )
    everything = replace(stop, subscriber=number(2), topic="*")
    other = replace(stop, subscriber=number(3), topic="prices")
    stores.consents.change([stop, everything, other], clock.now())

    found = stores.walked(stores.drafted(Audience(source=Source.TOPIC, topic="warnings")), most)

    assert {number(0): False, number(1): True, number(2): True, number(3): False} == {
        each.subscriber: each.stopped for each in found
    }


def test_an_institution_is_whoever_has_agreed_to_any_topic_of_it_once(
    stores: Stores, clock: FixedClock
) -> None:
    agreed = ConsentChange(
        subscriber=number(1),
        topic="warnings",
        state=ConsentState.OPTED_IN,
        source="sms",
        institution="disaster_management",
    )
    changes = [
        agreed,
        replace(agreed, topic="drills"),
        replace(agreed, subscriber=number(2), topic="drills"),
        replace(agreed, subscriber=number(3), state=ConsentState.OPTED_OUT),
        replace(agreed, subscriber=number(4), institution="health"),
    ]
    stores.consents.change(changes, clock.now())

    for most in (1, 100):
        found = stores.walked(stores.drafted(Audience(source=Source.INSTITUTION)), most)
        assert {number(1), number(2)} == {each.subscriber for each in found}
        assert 2 == len(found)


def test_a_language_that_was_chosen_goes_before_that_of_the_list(
    stores: Stores, clock: FixedClock
) -> None:
    draft = stores.drafted()
    rows = [
        ListRow(number=number(1), language="fr", values={"name": "Neema"}),
        ListRow(number=number(2), language="fr", values={"name": "Zawadi"}),
        ListRow(number=number(3), language="", values={"name": "Juma"}),
    ]
    stores.lists.add(draft.id, rows, clock.now())
    stores.subscribers.choose_language(number(1), "am", clock.now())

    found = stores.walked(draft, 2)

    assert {number(1): ("am", "Neema"), number(2): ("fr", "Zawadi"), number(3): ("", "Juma")} == {
        each.subscriber: (each.language, each.values["name"]) for each in found
    }


def test_a_number_stands_once_in_a_list_and_lists_are_apart(
    stores: Stores, clock: FixedClock
) -> None:
    one, other = stores.drafted(key="a"), stores.drafted(key="b")
    row = ListRow(number=number(1), language="", values={"name": "Neema"})

    added = [
        stores.lists.add(one.id, [row, replace(row, values={"name": "Asha"})], clock.now()),
        stores.lists.add(one.id, [row], clock.now()),
        stores.lists.add(other.id, [row], clock.now()),
    ]

    assert [1, 0, 1] == added
    assert ["Neema"] == [each.values["name"] for each in stores.walked(one, 9)]
    assert 1 == stores.lists.discard(one.id, 9)
    assert [] == stores.walked(one, 9)
    assert 1 == len(stores.walked(other, 9))


def test_a_row_that_no_key_opens_is_counted_and_stops_nobody(
    stores: Stores, database: Engine, clock: FixedClock
) -> None:
    draft = stores.drafted()
    listed(stores, draft, 2)
    foreign = SqlRecipientLists(database, Keyring(bytes(32)))
    foreign.add(draft.id, [ListRow(number=number(9), language="", values={})], clock.now())

    step = stores.audiences.members(draft, "", 9)

    assert (2, 1) == (len(step.members), step.unreadable)


def test_a_step_of_filling_is_stored_once_whoever_comes_twice(stores: Stores) -> None:
    draft = stores.drafted()
    listed(stores, draft, 3)
    members = stores.walked(draft, 9)

    first, again = stores.fill(draft, members), stores.fill(draft, members)

    assert (True, False) == (first, again)
    filled = stores.found(draft.id)
    assert (3, "ab", {"stopped": 1}) == (filled.filled, filled.cursor, filled.left_out)
    assert 3 == stores.broadcasts.waiting(draft.id, 9)
    assert 2 == stores.broadcasts.waiting(draft.id, 2)


def test_a_deed_and_its_record_are_stored_together_or_neither_is(
    stores: Stores, database: Engine
) -> None:
    def entry(what: str) -> AuditEntry:
        return AuditEntry(
            at=stores.clock.now(), by="asha", institution="gateway", act="broadcast", what=what
        )

    new = a_broadcast()
    ids = {
        stores.broadcasts.draft(new, stores.clock.now(), lambda id: entry(f"{id} drafted"))
        for _ in range(2)
    }
    (id,) = ids
    draft = stores.found(id)
    for deed in ("checked", "lost"):
        stores.broadcasts.change(
            replace(draft, state=State.CHECKED), stores.clock.now(), entry(deed)
        )
    stores.broadcasts.let_lapse(id, stores.clock.now(), entry("nothing lapsed"))
    with pytest.raises(ZeroDivisionError):
        stores.broadcasts.draft(a_broadcast("b"), stores.clock.now(), lambda id: entry(f"{id / 0}"))

    lines = SqlAuditTrail(database, KEYRING).newest(AuditQuery(institutions=frozenset({"gateway"})))
    assert ["checked", f"{id} drafted"] == [line.what for line in lines]
    assert [id] == [each.id for each in stores.broadcasts.newest(None, State, 9)]


def test_what_was_changed_meanwhile_is_not_overwritten(stores: Stores, clock: FixedClock) -> None:
    draft = stores.drafted()
    paused = replace(draft, state=State.PAUSED)

    assert stores.broadcasts.change(paused, clock.now())
    assert not stores.broadcasts.change(replace(draft, state=State.SENDING), clock.now())
    assert not stores.fill(draft, [])
    assert State.PAUSED is stores.found(draft.id).state


def test_what_is_held_is_not_due_and_what_is_released_is(stores: Stores, clock: FixedClock) -> None:
    draft = stores.drafted()
    listed(stores, draft, 3)
    stores.fill(draft, stores.walked(draft, 9))

    assert [2, 1, 0] == [stores.broadcasts.hold(draft.id, 2, clock.now()) for _ in range(3)]
    assert [] == stores.due()
    assert [2, 1, 0] == [stores.broadcasts.release(draft.id, 2, clock.now()) for _ in range(3)]
    assert 3 == len(stores.due())


def test_what_has_not_left_is_taken_back_and_what_is_in_hand_is_not(
    stores: Stores, clock: FixedClock
) -> None:
    draft = stores.drafted()
    listed(stores, draft, 3)
    stores.fill(draft, stores.walked(draft, 9))
    now = clock.now()
    (in_hand,) = stores.outbox.lease("ke", Lane.BULK, 1, now, now + timedelta(seconds=60))
    stores.outbox.start([in_hand.id], Outcomes(), now)

    taken = [stores.broadcasts.take_back(draft.id, 9, now) for _ in range(2)]

    assert [2, 0] == taken
    assert {
        (DeliveryStatus.SENDING, "", 1),
        (DeliveryStatus.REFUSED, "taken_back", 2),
    } == {(each.status, each.error, each.number) for each in stores.broadcasts.sent(draft.id)}
    assert 1 == stores.broadcasts.waiting(draft.id, 9)


def test_only_drafts_are_dropped_and_only_what_moves_is_given_to_the_ticker(
    stores: Stores, clock: FixedClock
) -> None:
    one, other, third = (stores.drafted(key=each) for each in "abc")
    stores.broadcasts.change(replace(one, state=State.SENDING), clock.now())
    ended = replace(third, state=State.CANCELLED, closed_at=clock.now())
    stores.broadcasts.change(ended, clock.now())

    for each in (one, other):
        stores.broadcasts.drop(each.id)

    assert [one.id] == [each.id for each in stores.broadcasts.moving()]
    assert [third.id, one.id] == [each.id for each in stores.broadcasts.newest(None, State, 9)]
    assert [] == stores.broadcasts.newest(frozenset({"health"}), State, 9)
    assert None is stores.broadcasts.find(other.id)
