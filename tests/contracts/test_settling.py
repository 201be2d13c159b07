"""Unknown MTs and the end of MTs, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sms.settling import flow, steps
from gateway.adapters.sql.sms.settling.unknown import SqlSettling
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.outbound.copies import copy_of
from gateway.domain.outbound.settling import StepKind, Unsettled
from gateway.domain.telecom.delivery import DeliveryStatus as S
from gateway.domain.telecom.sms import Accepted, Lane
from gateway.use_cases.ports import Outcomes
from gateway.use_cases.ports.sms.settling import Moves, Step
from tests.clock import FixedClock
from tests.contracts.test_outbox import KEYRING, Line

DAY = timedelta(days=1)
VALIDITY = {Lane.URGENT: DAY, Lane.REPLY: 3 * DAY, Lane.BULK: 3 * DAY}
CLAIM = timedelta(minutes=2)


class Settled(Line):
    """The outbox and what settles it, in few words."""

    def __init__(self, database: Engine, clock: FixedClock) -> None:
        super().__init__(database, clock)
        self.settling = SqlSettling(database, KEYRING)

    def unknown(self, *keys: str, why: str = "provider_error (500)") -> list[int]:
        """Makes MTs whose outcome is unknown."""
        ids = self.begin_sending(*keys)
        self.outcome(final=dict.fromkeys(ids, (S.UNKNOWN, why)))
        return ids

    def claim(self, most: int = 10) -> Sequence[Unsettled]:
        now = self.clock.now()
        return self.settling.claim(now, now + CLAIM, most)

    def store(self, **moves: object) -> Sequence[tuple[int, int]]:
        return self.settling.store(Moves(**moves), self.clock.now())

    def copy(self, mt: Unsettled) -> Sequence[tuple[int, int]]:
        end = mt.sms.created_at + timedelta(hours=72)
        return self.store(copies={mt.sms.id: copy_of(mt.sms, 1, end)})

    def end(self, most: int = 100) -> list[tuple[str, S]]:
        return list(self.settling.end_overdue(VALIDITY, self.clock.now(), most))

    def told(self, id_: int) -> list[tuple[str, str]]:
        """Returns the steps of an MT: what, and in which words."""
        with statements(self.database) as connection:
            found = steps.of(connection, [id_]).get(id_, [])
        return [(each.kind.value, each.detail) for each in found]


@pytest.fixture
def line(database: Engine, clock: FixedClock) -> Settled:
    return Settled(database, clock)


# ---------------------------------------------------------------- claiming


def test_unknown_mts_are_claimed_once_and_again_when_their_time_comes(line: Settled) -> None:
    ids = line.unknown("a", "b")
    line.add("queued")

    claimed = line.claim()
    at_once = line.claim()
    line.clock.advance(CLAIM.total_seconds())
    later = line.claim(most=1)

    assert ids == [each.sms.id for each in claimed]
    assert "The answer is a" == claimed[0].sms.text
    assert (line.clock.now() - CLAIM, "provider_error (500)") == (claimed[0].since, claimed[0].why)
    assert ([], 1) == (list(at_once), len(later))


def test_what_was_noted_of_the_present_doubt_is_told_and_not_that_of_an_earlier_one(
    line: Settled,
) -> None:
    (id_,) = line.unknown("a")
    first = line.claim()[0]
    notes = [
        Step(sms_id=id_, at=first.since, kind=kind) for kind in (StepKind.UNKNOWN, StepKind.LEFT)
    ]
    line.store(steps=notes, look_at={id_: line.clock.now()})
    again = line.claim()[0]
    line.store(again=[id_])
    line.clock.advance(1)
    line.lease()
    line.start(id_)
    line.outcome(final={id_: (S.UNKNOWN, "answer_timeout")})
    anew = line.claim()[0]

    assert [(False, False), (True, True), (False, False)] == [
        (each.noted, each.left) for each in (first, again, anew)
    ]
    assert 2 == line.row(id_)["attempts"]


def test_an_mt_that_no_key_opens_waits_and_stops_nobody(line: Settled) -> None:
    unreadable, readable = line.unknown("a", "b")
    with statements(line.database) as connection:
        row = outbound_sms.c
        connection.execute(
            outbound_sms.update().where(row.id == unreadable).values(key_index=row.msisdn_index)
        )

    assert [readable] == [each.sms.id for each in line.claim()]
    line.clock.advance(hours=0.9)
    assert unreadable not in [each.sms.id for each in line.claim()]


# ---------------------------------------------------------------- moving


def test_a_copy_is_sent_once_and_beside_its_first(line: Settled) -> None:
    (id_,) = line.unknown("a")
    mt = line.claim()[0]

    first, second = line.copy(mt), line.copy(mt)

    ((_, copy),) = first
    assert [] == list(second)
    assert [copy] == line.lease()
    assert (id_, S.UNKNOWN) == (line.row(copy)["resend_of"], line.status(id_))
    assert [("copied", "")] == line.told(id_)
    assert line.row(copy)["valid_until"] == mt.sms.created_at + timedelta(hours=72)


def test_what_a_report_has_settled_meanwhile_is_not_moved(line: Settled) -> None:
    ids = line.unknown("a", "b", "c")
    claimed = line.claim()
    for id_ in ids:
        line.report(f"r{id_}", S.DELIVERED, message_id=id_)

    copies = line.copy(claimed[0])
    line.store(again=[ids[1]], failed=[ids[2]])

    assert [] == list(copies)
    assert [S.DELIVERED] * 3 == [line.status(id_) for id_ in ids]
    assert [("reported", "delivered")] == line.told(ids[1])


def test_what_the_provider_has_not_is_due_at_once_and_counts_its_attempts(line: Settled) -> None:
    (id_,) = line.unknown("a")
    line.claim()
    line.store(again=[id_])

    now = line.clock.now()
    (leased,) = line.outbox.lease("at-ke", Lane.REPLY, 5, now, now + CLAIM)

    assert (id_, 2) == (leased.id, leased.attempt)
    assert [("queued_again", "")] == line.told(id_)


@pytest.mark.parametrize(
    ("reported", "waits"), [(S.DELIVERED, False), (S.SENT, False), (S.UNDELIVERED, True)]
)
def test_a_copy_that_still_waits_is_not_sent_once_its_first_has_come(
    line: Settled, reported: S, waits: bool
) -> None:
    (id_,) = line.unknown("a")
    ((_, copy),) = line.copy(line.claim()[0])

    assert line.report("r1", reported, message_id=id_)

    assert (S.QUEUED if waits else S.EXPIRED) == line.status(copy)
    assert waits == ([copy] == line.lease())
    assert ("reported", str(reported)) in line.told(id_)


def test_a_late_report_of_the_first_is_told_beside_its_copy_that_went_out(line: Settled) -> None:
    (id_,) = line.unknown("a")
    ((_, copy),) = line.copy(line.claim()[0])
    line.lease()
    line.start(copy)
    line.accept(copy, "r2")

    assert line.report("r1", S.DELIVERED, message_id=id_)
    assert line.report("r2", S.DELIVERED)

    assert [S.DELIVERED, S.DELIVERED] == [line.status(id_), line.status(copy)]
    assert ["copied", "reported"] == [kind for kind, _ in line.told(id_)]


def test_reports_that_contradict_are_told_and_move_nothing_back(line: Settled) -> None:
    (id_,) = line.begin_sending("a")
    line.accept(id_, "r1")
    for status in (S.DELIVERED, S.DELIVERED, S.SENT, S.UNDELIVERED):
        line.report("r1", status)

    assert S.DELIVERED == line.status(id_)
    assert [("contradicted", "undelivered")] == line.told(id_)


def test_the_straight_way_writes_no_step(line: Settled) -> None:
    ids = line.begin_sending("a", "b")
    for id_ in ids:
        line.accept(id_, f"r{id_}")
        line.report(f"r{id_}", S.SENT)
        line.report(f"r{id_}", S.DELIVERED)

    assert [[], []] == [line.told(id_) for id_ in ids]


def test_an_early_report_meets_the_mt_that_the_provider_has_named_later(line: Settled) -> None:
    (id_,) = line.unknown("a")
    line.report("r1", S.DELIVERED)
    line.clock.advance(hours=1)

    line.report("r1", S.SENT, message_id=id_)  # what asking comes to

    assert (S.DELIVERED, 0) == (line.status(id_), line.early())


def test_a_reference_is_anothers_only_on_the_same_channel(line: Settled) -> None:
    (other,) = line.begin_sending("b")
    line.accept(other, "r1")
    line.unknown("a")
    mt = line.claim()[0].sms

    assert line.settling.is_another(mt, "r1")
    assert not line.settling.is_another(mt, "r2")


# ---------------------------------------------------------------- how reports come


def through(line: Settled) -> dict[str, tuple[float, float]]:
    """Returns of each channel how many seconds ago its last report came, and what it told of."""
    now = line.clock.now()
    with statements(line.database) as connection:
        found = flow.read(connection)
    return {
        name: ((now - each.at).total_seconds(), (now - each.through).total_seconds())
        for name, each in found.items()
    }


def test_final_reports_show_up_to_when_a_channel_has_told_of_what_it_was_handed(
    line: Settled,
) -> None:
    (first,) = line.begin_sending("a")
    line.accept(first, "r1")
    line.clock.advance(10)
    (second,) = line.begin_sending("b")
    line.accept(second, "r2")
    line.clock.advance(10)
    before = through(line)
    line.report("r2", S.SENT)
    half = through(line)
    line.report("r2", S.DELIVERED)
    line.clock.advance(5)
    line.report("r1", S.DELIVERED)
    line.clock.advance(1)

    assert ({}, {}) == (before, half)
    assert {"at-ke": (1.0, 16.0)} == through(line)


def test_what_was_unknown_does_not_show_that_later_ones_were_told_of(line: Settled) -> None:
    (id_,) = line.unknown("a")
    line.clock.advance(60)
    line.store(look_at={id_: line.clock.now() + timedelta(hours=3)})
    line.report("r1", S.SENT, message_id=id_)
    line.report("r1", S.DELIVERED)

    assert {"at-ke": (0.0, 60.0)} == through(line)


def test_an_early_report_shows_it_when_its_mt_is_known(line: Settled) -> None:
    (id_,) = line.begin_sending("a")
    line.report("r1", S.DELIVERED)
    before = through(line)
    line.accept(id_, "r1")

    assert ({}, {"at-ke": (0.0, 0.0)}) == (before, through(line))


# ---------------------------------------------------------------- the end


def test_each_lane_has_its_time_and_what_is_open_then_is_final(line: Settled) -> None:
    (retried,) = line.begin_sending("retried")
    line.outcome(retry_at={retried: (line.clock.now() + timedelta(hours=80), "throttled")})
    (unknown,) = line.unknown("unknown")
    (sent,) = line.begin_sending("sent")
    line.accept(sent, "r1")
    (waits,) = line.add("waits")
    (urgent,) = line.add("urgent", lane=Lane.URGENT)
    line.clock.advance(hours=23.9)
    early = line.end()
    line.clock.advance(hours=0.2)
    first = line.end()
    line.clock.advance(hours=48)
    (young,) = line.add("young")
    last = line.end()

    assert ([], [("at-ke", S.EXPIRED)]) == (early, first)
    assert 4 == len(last)
    assert [S.EXPIRED, S.EXPIRED, S.EXPIRED, S.UNREPORTED, S.UNREPORTED, S.QUEUED] == [
        line.status(each) for each in (waits, retried, urgent, unknown, sent, young)
    ]
    assert ["provider_error (500)", "no_report"] == [
        line.row(each)["error"] for each in (unknown, sent)
    ]


def test_what_says_itself_how_long_it_is_wanted_goes_by_that_alone(line: Settled) -> None:
    now = line.clock.now()
    soon, late = now + timedelta(minutes=10), now + timedelta(days=7)
    (short,) = line.add("short", valid_until=soon)
    (long_,) = line.add("long", valid_until=late)
    line.clock.advance(600)
    first = line.end()
    line.clock.advance(days=6)
    line.end()
    before = line.status(long_)
    line.clock.advance(days=2)
    line.end()

    assert [("at-ke", S.EXPIRED)] == first
    assert (S.QUEUED, S.EXPIRED) == (before, line.status(long_))
    assert ("no_longer_valid", S.EXPIRED) == (line.row(short)["error"], line.status(short))


def test_a_report_that_comes_after_the_end_still_counts(line: Settled) -> None:
    (id_,) = line.unknown("a")
    line.clock.advance(days=4)
    line.end()
    before = line.status(id_)

    assert line.report("r1", S.UNDELIVERED, message_id=id_)
    assert line.report("r1", S.DELIVERED)

    assert (S.UNREPORTED, S.DELIVERED) == (before, line.status(id_))
    assert [("reported", "undelivered"), ("contradicted", "delivered")] == line.told(id_)


def test_the_end_comes_a_few_at_a_time(line: Settled) -> None:
    line.add(*(f"k{number}" for number in range(7)))
    line.clock.advance(days=4)

    assert [3, 3, 1, 0] == [len(line.end(most=3)) for _ in range(4)]


def test_what_is_being_sent_is_not_ended(line: Settled) -> None:
    (id_,) = line.begin_sending("a")
    line.clock.advance(days=4)

    assert ([], S.SENDING) == (line.end(), line.status(id_))
    line.outbox.start([], Outcomes(accepted={id_: Accepted(provider_ref="r")}), line.clock.now())
    assert [("at-ke", S.UNREPORTED)] == line.end()
