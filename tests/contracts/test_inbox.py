"""The inbox: each MO stored once and routed once, with all that follows from it or nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql import gauges
from gateway.adapters.sql.casework.cases import SqlCases
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.retention.expired_rows import SqlExpiredRows
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.sql.tables import conversations, inbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange, Conversation, Routed
from gateway.use_cases.retention.purge import Purge
from tests.clock import FixedClock
from tests.consents import stops_of
from tests.due_mos import due_mos

KEYRING = Keyring(bytes(range(32)))
NUMBER = Msisdn("+999700000001")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SESSION = Session(
    release="r1",
    language="sw",
    at="year",
    trail=(("candidate", 0, None),),
    answers={"candidate": "10231456"},
    values=(MappingProxyType({"rows": [{"name": "Mbale Kuu"}]}),),
    taken=2,
)


def mo(ref: str = "m1", **changes: str) -> InboundSms:
    fields = {"to": "20266", "text": "RESULT 10231456 2025", "link_id": "L1", **changes}
    return InboundSms(provider_ref=ref, subscriber=NUMBER, **fields)


def reply(key: str) -> NewSms:
    return NewSms(
        channel="at-ke",
        subscriber=NUMBER,
        text="B+",
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=key,
    )


@pytest.fixture
def inbox(database: Engine) -> SqlInbox:
    return SqlInbox(database, KEYRING)


@pytest.fixture
def outbox(database: Engine) -> SqlOutbox:
    return SqlOutbox(database, KEYRING)


def caller(number: int) -> Msisdn:
    return Msisdn(f"+9997000000{number:02}")


def accept(inbox: SqlInbox, clock: FixedClock, ref: str = "m1", subscriber: Msisdn = NUMBER) -> int:
    stored = inbox.accept("at-ke", replace(mo(ref), subscriber=subscriber), clock.now())
    assert stored is not None
    return stored


# ---------------------------------------------------------------- acceptance


def test_an_mo_is_read_as_it_was_accepted(inbox: SqlInbox, clock: FixedClock) -> None:
    sms = mo(text="ውጤት 🎓 10231456", opt_out="STOP")

    stored = inbox.accept("at-ke", sms, clock.now())
    assert stored is not None
    read = inbox.read(stored)

    assert read is not None
    assert (stored, "at-ke", sms, clock.now()) == (
        read.id,
        read.channel,
        read.sms,
        read.received_at,
    )


def test_a_repeated_mo_is_stored_once(inbox: SqlInbox, database: Engine, clock: FixedClock) -> None:
    first = inbox.accept("at-ke", mo("m1"), clock.now())
    repeated = inbox.accept("at-ke", mo("m1", text="another text"), clock.now())
    elsewhere = inbox.accept("twilio", mo("m1"), clock.now())

    assert repeated is None
    assert [first, elsewhere] == due_mos(database, clock.now())


def test_an_mo_that_two_webhooks_bring_at_once_is_stored_once(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    stored: list[int | None] = []
    barrier = threading.Barrier(4)

    def webhook() -> None:
        barrier.wait()
        stored.append(inbox.accept("at-ke", mo(), clock.now()))

    _run_together(webhook, 4)

    assert 4 == len(stored)
    assert 3 == stored.count(None)


def test_mos_are_leased_oldest_first_up_to_the_limit(inbox: SqlInbox, clock: FixedClock) -> None:
    ids = [accept(inbox, clock, f"m{number}", caller(number)) for number in range(3)]

    assert ids[:2] == list(inbox.lease(2, clock.now(), clock.now() + MINUTE))


# ---------------------------------------------------------------- leases


def lease(inbox: SqlInbox, clock: FixedClock, limit: int = 10) -> list[int]:
    """Takes MOs for a minute."""
    return list(inbox.lease(limit, clock.now(), clock.now() + MINUTE))


def test_what_one_worker_leased_no_other_gets(inbox: SqlInbox, clock: FixedClock) -> None:
    first, second = (accept(inbox, clock, f"m{number}", caller(number)) for number in range(2))

    assert [[first], [second], []] == [lease(inbox, clock, 1) for _ in range(3)]


def test_a_lease_that_ended_is_given_again(inbox: SqlInbox, clock: FixedClock) -> None:
    id_ = accept(inbox, clock)
    lease(inbox, clock)
    clock.advance(60)

    assert [id_] == lease(inbox, clock)


def test_workers_that_lease_at_once_get_different_mos(inbox: SqlInbox, clock: FixedClock) -> None:
    ids = [accept(inbox, clock, f"m{number}", caller(number)) for number in range(40)]
    taken: list[int] = []
    barrier = threading.Barrier(4)

    def worker() -> None:
        barrier.wait()
        while mine := lease(inbox, clock, 3):
            taken.extend(mine)

    _run_together(worker, 4)
    taken.extend(lease(inbox, clock, 40))  # passed over by all while one held it

    assert ids == sorted(taken)


def test_of_one_subscriber_the_next_is_leased_when_the_one_before_was_tried(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    first, second, third = (accept(inbox, clock, f"m{number}") for number in range(3))
    elsewhere = accept(inbox, clock, "m4", caller(2))

    assert [first, elsewhere] == lease(inbox, clock)
    assert [] == lease(inbox, clock)
    inbox.finish(Routed(inbound_id=first), clock.now())
    assert [second] == lease(inbox, clock)
    inbox.put_off(second, clock.now(), "handler_failed")
    assert [third] == lease(inbox, clock)


def test_what_a_worker_died_of_holds_back_nothing_and_is_counted(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    deadly, stop = (accept(inbox, clock, f"m{number}") for number in range(2))
    until = clock.now() + MINUTE

    first = inbox.lease(10, clock.now(), until)
    held = inbox.lease(10, clock.now(), until)
    again = inbox.lease(10, clock.advance(60), clock.now() + MINUTE)
    after = inbox.lease(10, clock.now(), clock.now() + MINUTE)

    assert ({deadly: 1}, {}, {deadly: 2}, {stop: 1}) == (first, held, again, after)


def test_what_is_given_back_is_due_at_once_unless_it_was_routed(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    routed, left = (accept(inbox, clock, f"m{number}", caller(number)) for number in range(2))
    lease(inbox, clock)
    inbox.finish(Routed(inbound_id=routed), clock.now())

    inbox.give_back([routed, left], clock.now())

    assert [left] == lease(inbox, clock)


# ---------------------------------------------------------------- routing


def test_routing_stores_replies_consent_language_and_conversation_together(
    inbox: SqlInbox, outbox: SqlOutbox, database: Engine, clock: FixedClock
) -> None:
    subscribers = SqlSubscribers(database, KEYRING)
    stopped = ConsentChange(
        subscriber=NUMBER, topic="prices", state=ConsentState.OPTED_OUT, source="SMS STOP"
    )
    routed = Routed(
        inbound_id=accept(inbox, clock),
        replies=[reply("a"), reply("b")],
        conversation=Conversation(SESSION, 0),
        conversation_expires_at=clock.now() + HOUR,
        consents=[stopped],
        language="sw",
        outcome="conversation",
    )

    done = inbox.finish(routed, clock.now())

    assert done
    assert [] == due_mos(database, clock.now())
    assert inbox.read(routed.inbound_id) is None
    assert 2 == len(outbox.to_subscriber(NUMBER, 10))
    assert {NUMBER: frozenset({"prices"})} == stops_of(SqlConsents(database, KEYRING), NUMBER)
    assert "sw" == subscribers.language(NUMBER)
    conversation = inbox.conversation("at-ke", NUMBER, clock.now())
    assert 1 == conversation.version
    assert conversation.session is not None
    assert SESSION == conversation.session


def test_an_mo_is_finished_once(inbox: SqlInbox, outbox: SqlOutbox, clock: FixedClock) -> None:
    id_ = accept(inbox, clock)

    first = inbox.finish(Routed(inbound_id=id_, replies=[reply("a")]), clock.now())
    second = inbox.finish(Routed(inbound_id=id_, replies=[reply("b")]), clock.now())

    assert (True, False) == (first, second)
    assert 1 == len(outbox.to_subscriber(NUMBER, 10))


def test_of_workers_that_route_the_same_mo_one_wins(
    inbox: SqlInbox, outbox: SqlOutbox, clock: FixedClock
) -> None:
    id_ = accept(inbox, clock)
    won: list[bool] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        routed = Routed(inbound_id=id_, replies=[reply(f"by {threading.get_ident()}")])
        won.append(inbox.finish(routed, clock.now()))

    _run_together(work, 4)

    assert [False, False, False, True] == sorted(won)
    assert 1 == len(outbox.to_subscriber(NUMBER, 10))


def test_of_two_mos_in_one_conversation_the_slower_is_routed_anew(
    inbox: SqlInbox, outbox: SqlOutbox, database: Engine, clock: FixedClock
) -> None:
    first, second = accept(inbox, clock, "m1"), accept(inbox, clock, "m2")
    expires_at = clock.now() + HOUR

    done = [
        inbox.finish(
            Routed(
                inbound_id=id_,
                replies=[reply(str(id_))],
                conversation=Conversation(SESSION, 0),
                conversation_expires_at=expires_at,
            ),
            clock.now(),
        )
        for id_ in (first, second)
    ]

    assert [True, False] == done
    assert [second] == due_mos(database, clock.now())
    assert 1 == len(outbox.to_subscriber(NUMBER, 10))


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_conversation_moves_on_from_its_present_version_only(
    inbox: SqlInbox, clock: FixedClock, version: int
) -> None:
    for step in range(2):
        settle_calls(inbox, clock, Conversation(SESSION, step))

    assert not settle_calls(inbox, clock, Conversation(None, version))
    assert settle_calls(inbox, clock, Conversation(SESSION, 2))


def test_of_workers_in_one_conversation_one_moves_it_on(inbox: SqlInbox, clock: FixedClock) -> None:
    settle_calls(inbox, clock, Conversation(SESSION, 0))
    ids = [accept(inbox, clock, f"m{number}") for number in range(4)]
    done: list[bool] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        id_ = ids.pop()
        barrier.wait()
        routed = Routed(
            inbound_id=id_,
            conversation=Conversation(SESSION, 1),
            conversation_expires_at=clock.now() + HOUR,
        )
        done.append(inbox.finish(routed, clock.now()))

    _run_together(work, 4)

    assert [False, False, False, True] == sorted(done)
    assert 2 == inbox.conversation("at-ke", NUMBER, clock.now()).version


def test_a_conversation_expires_and_a_new_one_counts_on(inbox: SqlInbox, clock: FixedClock) -> None:
    settle_calls(inbox, clock, Conversation(SESSION, 0))

    expired = inbox.conversation("at-ke", NUMBER, clock.advance(3600))

    assert Conversation(None, 1, language=SESSION.language, lapsed=SESSION) == expired
    assert settle_calls(inbox, clock, Conversation(SESSION, 1))
    assert 2 == inbox.conversation("at-ke", NUMBER, clock.now()).version


@pytest.mark.parametrize(
    ("seconds", "known"),
    [(0, False), (3599, False), (3600, True), (90_000 - 1, True), (90_000, False)],
)
def test_for_a_day_a_conversation_that_has_expired_is_known_as_such(
    inbox: SqlInbox, clock: FixedClock, seconds: int, known: bool
) -> None:
    settle_calls(inbox, clock, Conversation(SESSION, 0))

    read = inbox.conversation("at-ke", NUMBER, clock.advance(seconds))

    assert (read.lapsed == SESSION) is known
    assert (read.session is not None) is (seconds < 3600)


def test_answers_are_forgotten_a_day_after_their_conversation_has_expired(
    inbox: SqlInbox, database: Engine, clock: FixedClock
) -> None:
    purge = Purge(rows=SqlExpiredRows(database, {}), clock=clock)
    settle_calls(inbox, clock, Conversation(SESSION, 0))
    read_in_time = Conversation(SESSION, 1)

    clock.advance(3600 + 86_400 - 1)
    purge()
    held = sealed_conversations(database)
    clock.advance(1)
    purge()

    assert [True, False] == [sealed is not None for sealed in held + sealed_conversations(database)]
    assert settle_calls(inbox, clock, read_in_time)
    assert 2 == inbox.conversation("at-ke", NUMBER, clock.now()).version


def test_a_closed_conversation_does_not_begin_again_at_an_old_version(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    settle_calls(inbox, clock, Conversation(SESSION, 0))
    settle_calls(inbox, clock, Conversation(None, 1))

    assert Conversation(None, 2) == inbox.conversation("at-ke", NUMBER, clock.now())
    assert not settle_calls(inbox, clock, Conversation(SESSION, 0))


def test_a_conversation_that_cannot_be_read_begins_anew(
    inbox: SqlInbox, database: Engine, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    settle_calls(inbox, clock, Conversation(SESSION, 0))
    other_keys = SqlInbox(database, Keyring(bytes(32), retired=[bytes(range(32))]))
    with statements(database) as connection:
        stranger = Keyring(bytes(32)).seal("conversation", "[1, 2]")
        connection.execute(conversations.update().values(session_sealed=stranger))

    for reader in (inbox, other_keys):  # a key that is gone, the form of another version
        assert Conversation(None, 1) == reader.conversation("at-ke", NUMBER, clock.now())
    assert 2 == len(caplog.records)
    assert settle_calls(inbox, clock, Conversation(SESSION, 1))


def test_conversations_on_two_channels_are_apart(inbox: SqlInbox, clock: FixedClock) -> None:
    settle_calls(inbox, clock, Conversation(SESSION, 0))

    assert Conversation(None, 0) == inbox.conversation("twilio", NUMBER, clock.now())


@pytest.mark.parametrize("forget", [True, False])
def test_a_text_is_forgotten_where_routing_says_so(
    inbox: SqlInbox, database: Engine, clock: FixedClock, forget: bool
) -> None:
    id_ = accept(inbox, clock)

    inbox.finish(Routed(inbound_id=id_, forget_text=forget, outcome="answered"), clock.now())

    with statements(database) as connection:
        row = connection.execute(inbound_sms.select()).one()
    assert forget == (row.text_sealed is None)
    assert ("answered", clock.now()) == (row.outcome, row.routed_at)


# ---------------------------------------------------------------- failed tries


def fails(inbox: SqlInbox, clock: FixedClock, id_: int, error: str = "handler_failed") -> bool:
    """Takes an MO when it is due, and puts it off; returns whether it is given up."""
    step = min(SCHEDULE)
    while id_ not in lease(inbox, clock):
        clock.advance(step)
        step *= 2
    return inbox.put_off(id_, clock.now(), error)


def test_a_put_off_mo_waits_and_comes_back(
    inbox: SqlInbox, database: Engine, clock: FixedClock
) -> None:
    id_ = accept(inbox, clock)
    inbox.put_off(id_, clock.now(), "handler_failed")
    newer = accept(inbox, clock, "m2")

    assert [newer] == due_mos(database, clock.now())
    assert [id_, newer] == due_mos(database, clock.advance(SCHEDULE[0] * 1.2))


def test_after_the_last_try_an_mo_stays_stored_and_waits_no_more(
    inbox: SqlInbox, database: Engine, clock: FixedClock
) -> None:
    id_ = accept(inbox, clock)
    for delay in SCHEDULE:
        assert [id_] == lease(inbox, clock)
        assert not inbox.put_off(id_, clock.now(), "handler_failed")
        assert [id_] == due_mos(database, clock.advance(delay * 1.2))

    last = fails(inbox, clock, id_)

    assert last
    assert inbox.read(id_) is None
    assert [] == due_mos(database, clock.advance(days=90))
    with statements(database) as connection:
        row = connection.execute(inbound_sms.select()).one()
    assert ("failed", "handler_failed") == (row.outcome, row.error)
    assert row.text_sealed is not None


def test_the_help_desk_is_told_of_an_mo_that_is_given_up_without_its_text(
    inbox: SqlInbox, database: Engine, clock: FixedClock
) -> None:
    desk = SqlHelpDesk(database, KEYRING)
    received_at, id_ = clock.now(), accept(inbox, clock)
    while not fails(inbox, clock, id_, "ValueError"):
        assert [] == list(desk.newest(None, "", 10))

    (message,) = desk.newest(HelpDeskStatus.OPEN, "", 10)

    assert ("at-ke", NUMBER, "20266", id_) == (
        message.channel,
        message.subscriber,
        message.sender,
        message.in_reply_to,
    )
    assert "ValueError" in message.text
    assert "10231456" not in message.text
    assert 1 == gauges.given_up(database, received_at)
    assert 0 == gauges.given_up(database, received_at + timedelta(seconds=1))


def test_an_mo_is_given_up_even_when_its_number_cannot_be_read(
    inbox: SqlInbox, database: Engine, clock: FixedClock
) -> None:
    id_ = accept(inbox, clock)
    stranger = SqlInbox(database, Keyring(bytes(32)))

    while not fails(stranger, clock, id_, "Refused"):
        pass

    assert inbox.read(id_) is None
    assert [] == list(SqlHelpDesk(database, KEYRING).newest(None, "", 10))


def test_a_routed_mo_cannot_be_put_off(
    inbox: SqlInbox, database: Engine, clock: FixedClock
) -> None:
    id_ = accept(inbox, clock)
    inbox.finish(Routed(inbound_id=id_), clock.now())
    inbox.put_off(id_, clock.now(), "too late")

    assert [] == due_mos(database, clock.advance(days=1))


def test_the_sweep_tells_of_mos_that_are_due(
    inbox: SqlInbox, outbox: SqlOutbox, clock: FixedClock
) -> None:
    id_ = accept(inbox, clock)
    before = outbox.sweep(clock.now()).inbound_due
    inbox.put_off(id_, clock.now(), "handler_failed")
    put_off = outbox.sweep(clock.now()).inbound_due
    due = outbox.sweep(clock.advance(SCHEDULE[0] * 1.2)).inbound_due

    assert (True, False, True) == (before, put_off, due)


# ---------------------------------------------------------------- what may go wrong around it


@pytest.fixture
def file_database(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_module.create(f"sqlite:///{tmp_path}/gateway.db")
    migrate(engine)
    yield engine
    engine.dispose()


def test_the_database_file_holds_no_number_and_no_text(
    file_database: Engine, tmp_path: Path, clock: FixedClock
) -> None:
    inbox = SqlInbox(file_database, KEYRING)
    routed = Routed(
        inbound_id=accept(inbox, clock),
        replies=[reply(f"to {NUMBER.e164}")],
        conversation=Conversation(SESSION, 0),
        conversation_expires_at=clock.now() + HOUR,
        consents=[
            ConsentChange(
                subscriber=NUMBER, topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="STOP"
            )
        ],
        language="sw",
    )
    inbox.finish(routed, clock.now())
    call = ServiceCall(
        handler="report_problem",
        answers={},
        language="sw",
        subscriber=NUMBER,
        key=f"{NUMBER.e164}:1",
        at=clock.now(),
    )
    SqlCases(file_database, KEYRING).open(call, "report_problem", "water", {"place": "Chemchemi"})

    stored = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("gateway.db*")))

    assert b"report_problem" in stored
    for private in (b"99970000000", b"RESULT", b"10231456", b"Mbale", b"Chemchemi"):
        assert private not in stored


def test_an_unreachable_database_is_said_without_any_text(
    tmp_path: Path, clock: FixedClock
) -> None:
    inbox = SqlInbox(engine_module.create(f"sqlite:///{tmp_path}/none/gateway.db"), KEYRING)

    with pytest.raises(StoreUnavailable) as caught:
        inbox.accept("at-ke", mo(), clock.now())

    chain = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__}"
    assert "10231456" not in chain
    assert NUMBER.e164 not in chain


def sealed_conversations(database: Engine) -> list[bytes | None]:
    """Returns what is held of each conversation."""
    with statements(database) as connection:
        return list(connection.scalars(select(conversations.c.session_sealed)))


def settle_calls(inbox: SqlInbox, clock: FixedClock, conversation: Conversation) -> bool:
    """Routes an MO that moves the conversation on; returns whether it was stored."""
    id_ = accept(
        inbox, clock, f"{conversation.version}:{conversation.session is None}:{clock.now()}"
    )
    routed = Routed(
        inbound_id=id_,
        conversation=conversation,
        conversation_expires_at=clock.now() + HOUR,
    )
    clock.advance(0.001)
    return inbox.finish(routed, clock.now())


def _run_together(work, times: int) -> None:
    faults: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=guarded) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == faults


# ---------------------------------------------------------------- a fair share


NEWCOMER = Msisdn("+254722000001")


def test_a_flood_of_one_number_does_not_delay_a_newcomer(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    flood = [accept(inbox, clock, f"flood-{number}") for number in range(300)]
    for _ in range(5):
        assert routes(inbox, clock)
    newcomer = accept(inbox, clock, "newcomer", NEWCOMER)

    routed = [routes(inbox, clock) for _ in range(2)]

    assert newcomer in routed
    rest = [routes(inbox, clock) for _ in range(300 - 6)]
    assert flood[6:] == rest


def test_many_who_flood_take_turns_with_one_who_does_not(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    numbers = [Msisdn(f"+2547110000{number:02}") for number in range(10)]
    for number in range(30):
        for each in numbers:
            accept(inbox, clock, f"{each.e164}-{number}", each)
    clock.advance(1)
    newcomer = accept(inbox, clock, "newcomer", NEWCOMER)
    clock.advance(1)

    routed = [routes(inbox, clock) for _ in range(len(numbers) + 1)]

    assert newcomer in routed


def test_one_that_nobody_brings_up_becomes_due_by_itself(
    inbox: SqlInbox, clock: FixedClock
) -> None:
    first, second = accept(inbox, clock, "m1"), accept(inbox, clock, "m2")
    assert [first] == list(lease(inbox, clock))
    assert [] == list(lease(inbox, clock))

    clock.advance(61)  # the worker has died; its lease ends, and so does the wait behind it

    assert [first] == list(lease(inbox, clock))
    clock.advance(61)
    assert {first, second} >= set(lease(inbox, clock))


def routes(inbox: SqlInbox, clock: FixedClock) -> int:
    """Routes the next MO that is due; returns its id."""
    clock.advance(0.001)
    (taken,) = inbox.lease(1, clock.now(), clock.now() + timedelta(minutes=1))
    assert inbox.finish(Routed(inbound_id=taken, outcome="shown"), clock.now())
    return taken
