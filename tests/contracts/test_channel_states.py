"""How channels stand, and on which network subscribers are, for all workers, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.sms.switching.channel_states import SqlChannelStates
from gateway.adapters.sql.sms.switching.networks_seen import SqlNetworksSeen
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.outbound.channel_state import Calls, ChannelState, Standing, noted
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import Outcomes, TurnRecord
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from tests.clock import FixedClock
from tests.contracts.test_outbox import KEYRING, LEASE, Line, S
from tests.polling import PATIENCE_SECONDS

NUMBER, OTHER = Msisdn("+999700000001"), Msisdn("+999700000002")


def nothing_told(before: ChannelState, after: ChannelState) -> None:
    """Records nothing."""


def test_what_is_known_of_a_channel_is_kept_whole(database: Engine, clock: FixedClock) -> None:
    states, now = SqlChannelStates(database, KEYRING), clock.now()
    whole = ChannelState(
        name="ke", standing=Standing.DRAINED, reason="8 of 8 calls failed", since=now, by="asha",
        trial_at=now + timedelta(seconds=30), tried=True, rest=timedelta(seconds=60),
        seen=((100, Calls(made=8, failed=7)), (110, Calls(made=2, slow=1))),
    )  # fmt: skip

    before, after = states.change("ke", lambda state: whole, nothing_told)

    assert ChannelState(name="ke") == before
    assert whole == after
    assert {"ke": whole} == states.all() == SqlChannelStates(database, KEYRING).all()


def test_a_change_and_its_audit_are_one(database: Engine, clock: FixedClock) -> None:
    states, trail = SqlChannelStates(database, KEYRING), SqlAuditTrail(database, KEYRING)
    entry = AuditEntry(
        at=clock.now(), by="asha", institution="", act="pause channel", what="channel ke",
        reason="The contract has ended",
    )  # fmt: skip

    states.change("ke", lambda s: replace(s, standing=Standing.PAUSED), lambda one, two: entry)

    newest = trail.newest(AuditQuery(act="pause channel"))
    assert [("asha", "channel ke", "The contract has ended")] == [
        (line.by, line.what, line.reason) for line in newest
    ]


def test_calls_that_many_workers_note_at_once_all_count(
    database: Engine, clock: FixedClock
) -> None:
    now = clock.now()

    def notes() -> None:
        mine = SqlChannelStates(database, KEYRING)
        for _ in range(5):
            mine.change("ke", lambda state: noted(state, Calls(made=1), now), nothing_told)

    workers = [threading.Thread(target=notes) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_SECONDS)

    assert 20 == SqlChannelStates(database, KEYRING).all()["ke"].of_late.made


def test_what_did_not_leave_moves_and_what_another_has_begun_does_not(
    database: Engine, clock: FixedClock
) -> None:
    line = Line(database, clock)
    leased = line.add("a", "b", "c")
    line.lease()
    line.start(leased[1])

    moved = line.outbox.move(leased, "at-ke", "twilio", clock.now())

    assert 2 == moved
    assert [] == line.lease()
    assert [leased[0], leased[2]] == line.lease(channel="twilio")
    assert 0 == line.outbox.move([leased[1]], "at-ke", "twilio", clock.now())


def test_a_worker_whose_mt_was_moved_meanwhile_may_not_send_it(
    database: Engine, clock: FixedClock
) -> None:
    line = Line(database, clock)
    (id_,) = line.add("a")
    line.lease()
    clock.advance(LEASE.total_seconds() + 1)
    line.outbox.sweep(clock.now())
    line.lease()
    line.outbox.move([id_], "at-ke", "twilio", clock.now())
    line.lease(channel="twilio")

    of_the_first = line.outbox.start([id_], Outcomes(), clock.now(), "at-ke")
    of_the_last = line.outbox.start([id_], Outcomes(), clock.now(), "twilio")

    assert ([], [id_]) == (of_the_first, of_the_last)
    line.accept(id_, "ref-1")
    with transaction(database) as connection:
        rows = connection.exec_driver_sql("SELECT channel, status FROM outbound_sms").all()
    assert [("twilio", S.SENT.value)] == [tuple(row) for row in rows]


def a_turn(number: Msisdn, network: str, clock: FixedClock, *, seen: bool = True) -> TurnRecord:
    return TurnRecord(
        at=clock.now(), channel="ke", service="home", screen="home", event="shown", language="en",
        milliseconds=3, network_code=network, caller=KEYRING.index_of(number).hex() if seen else "",
    )  # fmt: skip


def test_the_network_of_the_newest_session_counts(database: Engine, clock: FixedClock) -> None:
    turns, networks = SqlTurns(database), SqlNetworksSeen(database, KEYRING)
    early = a_turn(NUMBER, "63902", clock)
    clock.advance(60)
    late = a_turn(NUMBER, "63903", clock)
    clock.advance(60)
    untold = a_turn(NUMBER, "", clock)

    turns.store([late, early, untold, a_turn(OTHER, "63907", clock, seen=False)])
    turns.store([early])

    assert {NUMBER: "63903"} == networks.of([NUMBER, OTHER])
    assert {} == networks.of([])
