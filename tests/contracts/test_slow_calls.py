"""Slow calls in the database: stored once, run by one worker, delivered once, sealed."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.handler_calls import slow_call_codec
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sealed_columns import SLOW_CALLS
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.ussd.slow_call_tables import slow_calls
from gateway.adapters.sql.ussd.slow_calls import IS_OVER, SqlSlowCalls
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import Conversation
from gateway.use_cases.ports.calls import Claim, LateAnswer, Result, Taken
from tests.clock import FixedClock
from tests.polling import PATIENCE_SECONDS
from tests.session_samples import KEYRING

CALLER = Msisdn("+999700000123")
SECRET = "15042007"
SESSION = Session(release="r1", language="en", at="result.fetch", answers={"result.year": "2025"})
FOUND = Result(Outcome("found", {"grade": "B+", "rows": [{"a": "b"}]}))
GRACE = timedelta(seconds=9)


class Store:
    """The store under test, with a clock that the test moves."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock
        self.calls = SqlSlowCalls(engine, KEYRING)
        self.outbox = SqlOutbox(engine, KEYRING)
        self.inbox = SqlInbox(engine, KEYRING)

    def begin(self, key: str = "k1") -> int:
        """Stores a call and returns its id."""
        now = self.clock.now()
        return self.calls.begin(call_of(key), SESSION, now + GRACE, now).id

    def lease(self, limit: int = 1, seconds: float = 60) -> list[int]:
        """Takes calls that are due."""
        now = self.clock.now()
        return [slow.id for slow in self.calls.lease(limit, now, now + timedelta(seconds=seconds))]

    def finish(self, call_id: int, result: Result = FOUND) -> bool:
        """Stores a result."""
        return self.calls.finish(call_id, result, self.clock.now())

    def take(self, call_id: int) -> Taken:
        """Claims for the turn."""
        return self.calls.take(call_id, self.clock.now())

    def claim(self, call_id: int) -> LateAnswer | None:
        """Claims for an SMS."""
        return self.calls.claim_sms(call_id, self.clock.now())

    def deliver(self, late: LateAnswer, conversation: Conversation | None = None) -> bool:
        """Stores the SMS."""
        now = self.clock.now()
        return self.calls.deliver(late, sms_of(late), conversation, now + GRACE, now)

    def sent(self) -> list[str]:
        """Returns the texts of the MTs to the caller."""
        return [sms.text for sms, _ in self.outbox.to_subscriber(CALLER, 10)]


def call_of(key: str) -> ServiceCall:
    """Returns a call with a secret among its answers."""
    return ServiceCall(
        handler="exam_results",
        answers={"birth_date": SECRET},
        language="en",
        subscriber=CALLER,
        key=key,
        at=FixedClock().now(),
        release="r1",
        channel="ke",
    )


def sms_of(late: LateAnswer) -> NewSms:
    """Returns the SMS of an answer."""
    return NewSms(
        channel=late.channel,
        subscriber=late.subscriber,
        text="Grade B+",
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=f"late-{late.call_key}",
    )


@pytest.fixture
def store(database: Engine, clock: FixedClock) -> Store:
    return Store(database, clock)


def test_a_call_is_stored_once_by_its_key(store: Store) -> None:
    now = store.clock.now()

    first = store.calls.begin(call_of("k1"), SESSION, now + GRACE, now)
    again = store.calls.begin(call_of("k1"), SESSION, now + GRACE, now)
    another = store.calls.begin(call_of("k2"), SESSION, now + GRACE, now)

    assert (True, False) == (first.new, first.done)
    assert (False, False, first.id) == (again.new, again.done, again.id)
    assert another.new
    assert another.id != first.id


def test_a_call_that_is_put_off_is_taken_again_later_and_counts_no_attempt(store: Store) -> None:
    call_id = store.begin()
    assert [call_id] == store.lease()
    store.calls.put_off(call_id, store.clock.now() + timedelta(seconds=10))

    assert [] == store.lease()
    store.clock.advance(10)
    now = store.clock.now()
    (again,) = store.calls.lease(1, now, now + timedelta(seconds=60))
    assert (call_id, 1) == (again.id, again.attempt)


def test_a_call_that_is_done_is_not_put_off(store: Store) -> None:
    call_id = store.begin()
    store.lease()
    store.finish(call_id)
    store.calls.put_off(call_id, store.clock.now())

    assert [] == store.lease()


def test_a_call_comes_back_as_it_was_stored(store: Store) -> None:
    store.begin()
    now = store.clock.now()

    (slow,) = store.calls.lease(5, now, now + GRACE)

    assert call_of("k1") == slow.call
    assert 1 == slow.attempt


def test_a_dialogue_that_was_stored_before_texts_were_noted_is_read() -> None:
    written = json.loads(slow_call_codec.dialogue_to_json(call_of("k1"), SESSION, None))

    read = slow_call_codec.dialogue_from_json(json.dumps(written[:3]).encode())

    assert (CALLER, "k1", SESSION, None) == read


def test_no_two_workers_run_one_call(store: Store) -> None:
    begun = {store.begin(f"k{number}") for number in range(20)}
    taken: list[int] = []

    def work() -> None:
        while found := store.lease(2):
            taken.extend(found)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(begun) == sorted(taken)


def test_a_call_whose_worker_died_is_due_again_when_its_lease_ends(store: Store) -> None:
    call_id = store.begin()
    assert [call_id] == store.lease(seconds=60)
    store.clock.advance(59)
    assert [] == store.lease()
    assert not store.calls.is_due(store.clock.now())
    store.clock.advance(1)

    now = store.clock.now()
    assert store.calls.is_due(now)
    (slow,) = store.calls.lease(1, now, now + GRACE)
    assert (call_id, 2) == (slow.id, slow.attempt)


def test_of_two_results_the_first_counts(store: Store) -> None:
    call_id = store.begin()

    assert store.finish(call_id)
    assert not store.finish(call_id, Result(failure="unavailable"))

    assert Taken(Claim.SCREEN, FOUND) == store.take(call_id)
    assert [] == store.lease()


def test_a_result_that_is_there_goes_to_the_screen_and_to_no_sms(store: Store) -> None:
    call_id = store.begin()
    store.finish(call_id)

    taken = [store.take(call_id), store.take(call_id)]
    store.clock.advance(3600)

    assert [Taken(Claim.SCREEN, FOUND)] * 2 == taken
    assert store.claim(call_id) is None
    assert [] == store.calls.undelivered(store.clock.now(), 9)


def test_a_result_that_comes_after_the_turn_goes_by_sms_and_to_no_screen(store: Store) -> None:
    call_id = store.begin()

    taken = [store.take(call_id)]
    assert store.claim(call_id) is None, "There is nothing to send yet."
    store.finish(call_id)
    taken.append(store.take(call_id))
    late = store.claim(call_id)

    assert [Taken(Claim.SMS)] * 2 == taken
    assert late is not None
    assert (FOUND, SESSION, CALLER, "k1", "ke") == (
        late.result,
        late.session,
        late.subscriber,
        late.call_key,
        late.channel,
    )


def test_an_answer_is_delivered_once_however_often_it_is_tried(store: Store) -> None:
    call_id = store.begin()
    store.take(call_id)
    store.finish(call_id)
    late = store.claim(call_id)
    assert late is not None
    assert [call_id] == store.calls.undelivered(store.clock.now(), 9)

    delivered = [store.deliver(late), store.deliver(late)]

    assert [True, False] == delivered
    assert ["Grade B+"] == store.sent()
    assert store.claim(call_id) is None
    assert not store.calls.is_due(store.clock.now())


def test_an_answer_whose_turn_died_goes_by_sms_after_its_deadline(store: Store) -> None:
    call_id = store.begin()
    store.finish(call_id)
    store.clock.advance(GRACE.total_seconds() - 0.1)
    assert store.claim(call_id) is None
    assert not store.calls.is_due(store.clock.now())
    store.clock.advance(0.1)

    assert store.calls.is_due(store.clock.now())
    assert [call_id] == store.calls.undelivered(store.clock.now(), 9)
    assert store.claim(call_id) is not None
    assert Taken(Claim.SMS) == store.take(call_id)


def test_screen_and_sms_at_the_same_moment_are_never_both(store: Store) -> None:
    for number in range(12):
        call_id = store.begin(f"k{number}")
        store.finish(call_id)
        store.clock.advance(GRACE.total_seconds())
        outcomes: list[object] = []
        both = threading.Barrier(2)

        def screen(call_id: int = call_id, both: threading.Barrier = both) -> None:
            both.wait(PATIENCE_SECONDS)
            outcomes.append(store.take(call_id).claim)  # noqa: B023 - joined before the next round

        def sms(call_id: int = call_id, both: threading.Barrier = both) -> None:
            both.wait(PATIENCE_SECONDS)
            outcomes.append(store.claim(call_id) is not None)  # noqa: B023 - likewise

        racers = [threading.Thread(target=screen), threading.Thread(target=sms)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()

        assert sorted(map(str, outcomes)) in (["False", "screen"], ["True", "sms"])


def test_the_dialogue_is_opened_with_the_sms_or_neither(store: Store) -> None:
    call_id = store.begin()
    store.take(call_id)
    store.finish(call_id)
    late = store.claim(call_id)
    assert late is not None
    waiting = SESSION._replace(at="result.more")

    stale = store.deliver(late, Conversation(waiting, 7))
    assert (False, []) == (stale, store.sent())

    assert store.deliver(late, Conversation(waiting, 0))
    conversation = store.inbox.conversation("ke", CALLER, store.clock.now())
    assert Conversation(waiting, 1, language="en") == conversation
    assert ["Grade B+"] == store.sent()


def test_what_a_citizen_answered_is_sealed_and_gone_with_the_result(store: Store) -> None:
    call_id = store.begin()
    assert not _holds(store, SECRET)
    assert not _holds(store, CALLER.e164)
    store.finish(call_id)

    with store.engine.connect() as connection:
        row = connection.execute(select(slow_calls)).mappings().one()
    assert row["call_sealed"] is None
    opened = SLOW_CALLS.open(KEYRING, "dialogue_sealed", row)
    assert SECRET.encode() not in opened


def test_a_call_that_cannot_be_opened_does_not_stand_in_the_way(
    database: Engine, clock: FixedClock
) -> None:
    now = clock.now()
    foreign = SqlSlowCalls(database, Keyring(b"x" * 32))
    foreign.begin(call_of("k1"), SESSION, now + GRACE, now)
    store = Store(database, clock)
    mine = store.begin("k2")

    assert [mine] == store.lease(5)
    assert not store.calls.is_due(clock.now())


def test_a_turn_whose_call_was_dropped_is_told_that_it_failed(store: Store) -> None:
    call_id = store.begin()
    with statements(store.engine) as connection:
        connection.execute(slow_calls.delete())

    assert Taken(Claim.SCREEN, Result(failure="unavailable")) == store.take(call_id)


def test_calls_that_were_shown_or_sent_are_over_and_others_not(store: Store) -> None:
    shown, sent, waiting = (store.begin(key) for key in ("k1", "k2", "k3"))
    store.finish(shown)
    store.take(shown)
    store.take(sent)
    store.finish(sent)
    late = store.claim(sent)
    assert late is not None
    store.deliver(late)
    store.clock.advance(10)

    with statements(store.engine) as connection:
        over = connection.scalars(select(slow_calls.c.id).where(IS_OVER)).all()
    assert {shown, sent} == set(over)
    assert [waiting] == store.lease(5)


def _holds(store: Store, words: str) -> bool:
    with store.engine.connect() as connection:
        rows = connection.execute(select(slow_calls)).all()
    return any(words in str(value) or words.encode() in bytes(value)
               for row in rows for value in row if isinstance(value, bytes | str)
               for value in [value if isinstance(value, bytes) else value.encode()])  # fmt: skip
