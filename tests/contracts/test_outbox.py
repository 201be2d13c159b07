"""The outbox: every MT from acceptance to delivery report, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.many.new_rows import MOST_ROWS
from gateway.adapters.sql.retention.expired_rows import SqlExpiredRows
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import early_reports, metadata, outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus, moves_forward
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange, Outcomes
from gateway.use_cases.retention.purge import Purge
from tests.clock import FixedClock
from tests.consents import stops_of

KEYRING = Keyring(bytes(range(32)))
NUMBER = Msisdn("+999700000001")
OTHER_NUMBER = Msisdn("+999700000002")
LEASE = timedelta(seconds=60)
S = DeliveryStatus


def new(key: str, **changes: object) -> NewSms:
    fields: dict[str, object] = {
        "channel": "at-ke",
        "subscriber": NUMBER,
        "text": f"The answer is {key}",
        "lane": Lane.REPLY,
        "purpose": Purpose.REPLY,
    }
    return NewSms(key=key, **{**fields, **changes})


class Line:
    """The outbox as one worker sees it, in few words."""

    def __init__(self, database: Engine, clock: FixedClock) -> None:
        self.outbox = SqlOutbox(database, KEYRING)
        self.database = database
        self.clock = clock

    def add(self, *keys: str, **changes: object) -> list[int]:
        return list(self.outbox.add([new(key, **changes) for key in keys], self.clock.now()))

    def lease(self, limit: int = 10, channel: str = "at-ke", lane: Lane = Lane.REPLY) -> list[int]:
        now = self.clock.now()
        leased = self.outbox.lease(channel, lane, limit, now, now + LEASE)
        return [sms.id for sms in leased]

    def start(self, *ids: int) -> list[int]:
        return list(self.outbox.start(ids, Outcomes(), self.clock.now()))

    def begin_sending(self, *keys: str) -> list[int]:
        ids = self.add(*keys)
        self.lease()
        assert ids == self.start(*ids)
        return ids

    def outcome(self, **outcomes: dict[int, object]) -> None:
        self.outbox.start([], Outcomes(**outcomes), self.clock.now())

    def accept(self, id_: int, ref: str) -> None:
        self.outcome(accepted={id_: Accepted(provider_ref=ref)})

    def report(self, ref: str, status: DeliveryStatus | None, **fields: object) -> bool:
        report = DeliveryReport(provider_ref=ref, status=status, **fields)
        (changed,) = self.outbox.record_reports([("at-ke", report)], self.clock.now())
        return changed

    def row(self, id_: int) -> dict[str, object]:
        with statements(self.database) as connection:
            query = outbound_sms.select().where(outbound_sms.c.id == id_)
            return dict(connection.execute(query).one()._mapping)

    def status(self, id_: int) -> object:
        return self.row(id_)["status"]

    def early(self) -> int:
        with statements(self.database) as connection:
            return len(connection.execute(early_reports.select()).all())


@pytest.fixture
def line(database: Engine, clock: FixedClock) -> Line:
    return Line(database, clock)


# ---------------------------------------------------------------- acceptance


def test_an_mt_comes_back_as_it_was_added(line: Line) -> None:
    sms = new(
        "k1", text="Habari ¿ሰላም? 😀", topic="prices", sender="ZAMANI", link_id="L1", in_reply_to=7
    )

    ids = line.outbox.add([sms], line.clock.now())
    now = line.clock.now()
    (leased,) = line.outbox.lease("at-ke", Lane.REPLY, 5, now, now + LEASE)

    assert [leased.id] == list(ids)
    assert (sms.channel, sms.subscriber, sms.text) == (
        leased.channel,
        leased.subscriber,
        leased.text,
    )
    assert (sms.lane, sms.purpose, sms.topic) == (leased.lane, leased.purpose, leased.topic)
    assert (sms.sender, sms.link_id) == (leased.sender, leased.link_id)
    assert (1, now) == (leased.attempt, leased.created_at)


def test_a_second_mt_with_the_same_key_is_not_accepted(line: Line) -> None:
    first = line.add("a", "b")
    second = line.add("b", "c", "c")

    assert 2 == len(first)
    assert 1 == len(second)
    assert [*first, *second] == line.lease()


def test_each_of_many_mts_keeps_what_is_its_own_and_its_place(line: Line) -> None:
    until = line.clock.now() + timedelta(days=1)
    swahili = {"text": "ũ" * 71, "language": "sw", "valid_until": until, "broadcast_id": 3}
    mts = [new(f"a{number}", institution="met") for number in range(MOST_ROWS + 1)]
    mts += [new("b", **swahili), new("a0"), new("c", in_reply_to=7, topic="prices")]

    ids = line.outbox.add(mts, line.clock.now())

    assert len(ids) == len(mts) - 1  # the key of one is taken
    first, *_, last_alike, other, last = [line.row(id_) for id_ in (ids[0], *ids[-3:])]
    assert (first["institution"], first["parts"], first["unicode_parts"]) == ("met", 1, None)
    assert (first["language"], first["valid_until"], first["due_at"]) == (
        "",
        None,
        line.clock.now(),
    )
    assert last_alike["institution"] == "met"
    assert (other["parts"], other["unicode_parts"], other["language"]) == (2, 1, "sw")
    assert (other["valid_until"], other["broadcast_id"], other["topic"]) == (until, 3, "")
    assert (last["in_reply_to"], last["topic"], last["unicode_parts"]) == (7, "prices", None)
    now = line.clock.now()
    leased = line.outbox.lease("at-ke", Lane.REPLY, len(mts), now, now + LEASE)
    assert {sms.id: sms.text for sms in leased} == dict(
        zip(ids, [sms.text for sms in mts if sms.key != "a0" or sms.institution], strict=True)
    )


def test_of_those_who_share_a_key_each_is_written_to_once(line: Line) -> None:
    people = [bytes([number]) * 16 for number in range(3)]

    first = line.outbox.add(
        [new("all", text=f"to {who[0]}", member=who) for who in people], line.clock.now()
    )
    again = line.outbox.add([new("all", member=who) for who in people], line.clock.now())
    others = line.outbox.add([new("others", member=people[0]), new("all")], line.clock.now())

    assert (3, 0, 2) == (len(first), len(again), len(others))
    now = line.clock.now()
    leased = line.outbox.lease("at-ke", Lane.REPLY, 5, now, now + LEASE)
    assert {"to 0", "to 1", "to 2"} <= {sms.text for sms in leased}


def test_those_who_share_a_key_stand_side_by_side_in_their_order(line: Line) -> None:
    people = [bytes([number]) * 16 for number in (2, 7, 1, 4)]
    ids = line.outbox.add(
        [new(key, member=who) for key in ("one", "other") for who in people], line.clock.now()
    )

    in_order = sorted(ids, key=lambda id_: line.row(id_)["key_index"])

    told = [divmod(ids.index(id_), len(people)) for id_ in in_order]
    assert [2, 0, 3, 1] * 2 == [place for _, place in told]
    assert 1 == sum(one != after for (one, _), (after, _) in pairwise(told))


def test_nothing_to_add_is_no_fault(line: Line) -> None:
    assert [] == line.add()


# ---------------------------------------------------------------- leasing


def test_a_lease_takes_the_oldest_of_its_lane_up_to_the_limit(line: Line) -> None:
    line.add("other channel", channel="at-ug")
    line.add("other lane", lane=Lane.BULK)
    first = line.add("first")
    line.clock.advance(1)
    second = line.add("second", "third")

    assert [*first, second[0]] == line.lease(limit=2)
    assert [second[1]] == line.lease(limit=2)
    assert [] == line.lease(limit=2)


def test_a_lapsed_lease_is_due_again_after_the_sweep(line: Line) -> None:
    ids = line.add("a")
    line.lease()
    line.clock.advance(LEASE.total_seconds() - 1)
    early = line.outbox.sweep(line.clock.now())
    line.clock.advance(1)
    swept = line.outbox.sweep(line.clock.now())

    assert (0, []) == (early.released, list(early.due))
    assert (1, [("at-ke", Lane.REPLY)]) == (swept.released, list(swept.due))
    assert ids == line.lease()


def test_what_is_given_back_is_due_at_once_unless_it_was_begun(line: Line) -> None:
    begun, left = line.add("a", "b")
    line.lease()
    line.outbox.start([begun], Outcomes(), line.clock.now())

    line.outbox.give_back([begun, left], line.clock.now())

    assert [left] == line.lease()


def test_two_workers_never_lease_the_same_mt(line: Line) -> None:
    added = line.add(*(f"k{number}" for number in range(200)))
    leased: list[list[int]] = [[] for _ in range(4)]
    barrier = threading.Barrier(len(leased))

    def work(mine: list[int]) -> None:
        barrier.wait()
        while ids := line.lease(limit=7):
            mine.extend(ids)

    _run([lambda mine=mine: work(mine) for mine in leased])

    assert added == sorted(id_ for mine in leased for id_ in mine)


# ---------------------------------------------------------------- sending


def test_only_leased_mts_may_be_sent(line: Line) -> None:
    first, second, third = line.add("a", "b", "c")
    line.lease(limit=2)

    assert [second, first] == line.start(second, first, third)
    assert [] == line.start(first, second)


def test_two_workers_never_start_the_same_mt(line: Line) -> None:
    ids = line.add(*(f"k{number}" for number in range(40)))
    line.lease(limit=40)
    started: list[int] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        for id_ in ids:
            started.extend(line.start(id_))

    _run([work] * 4)

    assert ids == sorted(started)


def test_outcomes_and_the_next_starts_are_stored_together(line: Line) -> None:
    a, b, c, d = line.begin_sending("a", "b", "c", "d")
    (e,) = line.add("e")
    line.lease()
    later = line.clock.now() + timedelta(seconds=15)
    outcomes = Outcomes(
        accepted={a: Accepted(provider_ref="r1", segments=2, cost="KES 1.6")},
        retry_at={b: (later, "timed_out")},
        final={c: (S.FAILED, "no_balance"), d: (S.UNKNOWN, "broken")},
    )

    started = line.outbox.start([e], outcomes, line.clock.now())

    assert [e] == list(started)
    assert [S.SENT, S.QUEUED, S.FAILED, S.UNKNOWN, S.SENDING] == [
        line.status(each) for each in (a, b, c, d, e)
    ]
    row = line.row(a)
    assert ("r1", 2, "KES 1.6") == (row["provider_ref"], row["segments"], row["cost"])
    assert ["timed_out", "no_balance", "broken"] == [line.row(each)["error"] for each in (b, c, d)]


def test_a_retry_is_due_at_its_time_and_counts_its_attempts(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.outcome(retry_at={id_: (line.clock.now() + timedelta(seconds=15), "throttled")})

    assert [] == line.lease()
    assert [] == list(line.outbox.sweep(line.clock.now()).due)
    now = line.clock.advance(15)
    assert [("at-ke", Lane.REPLY)] == list(line.outbox.sweep(now).due)
    (leased,) = line.outbox.lease("at-ke", Lane.REPLY, 1, now, now + LEASE)
    assert 2 == leased.attempt


def test_a_lapsed_lease_costs_no_attempt(line: Line) -> None:
    line.add("a")
    line.lease()
    now = line.clock.advance(61)
    line.outbox.sweep(now)

    (leased,) = line.outbox.lease("at-ke", Lane.REPLY, 1, now, now + LEASE)

    assert 1 == leased.attempt


def test_a_refused_mt_is_closed_without_an_attempt(line: Line) -> None:
    (id_,) = line.add("a")
    line.lease()
    line.outcome(final={id_: (S.REFUSED, "opted_out")})

    assert [] == line.start(id_)
    assert (S.REFUSED, 0) == (line.status(id_), line.row(id_)["attempts"])


# ---------------------------------------------------------------- what a crash leaves


def test_an_attempt_without_outcome_becomes_unknown_and_is_not_sent_again(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.clock.advance(120)
    in_time = line.outbox.sweep(line.clock.now())
    line.clock.advance(1)
    swept = line.outbox.sweep(line.clock.now())
    line.clock.advance(days=1)
    again = line.outbox.sweep(line.clock.now())

    assert ([], ["at-ke"], []) == tuple(list(each.given_up) for each in (in_time, swept, again))
    assert S.UNKNOWN == line.status(id_)
    assert [] == line.lease()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_a_sweep_waits_for_nobody_who_is_storing_what_came_of_mts(line: Line) -> None:
    late, gone = line.begin_sending("a", "b")
    line.clock.advance(121)
    with transaction(line.database) as worker:  # it holds one, and would wait for the other next
        worker.execute(outbound_sms.update().where(outbound_sms.c.id == late).values(cost="1"))
        meanwhile = line.outbox.sweep(line.clock.now())
        worker.execute(outbound_sms.update().where(outbound_sms.c.id == gone).values(cost="1"))
    afterwards = line.outbox.sweep(line.clock.now())

    assert (["at-ke"], ["at-ke"]) == (list(meanwhile.given_up), list(afterwards.given_up))


def test_a_late_retry_does_not_send_an_unknown_mt_again(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.outbox.sweep(line.clock.advance(121))
    line.outcome(retry_at={id_: (line.clock.now(), "timed_out")})

    assert S.UNKNOWN == line.status(id_)


def test_the_provider_answer_that_came_late_settles_an_unknown_mt(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.outbox.sweep(line.clock.advance(121))
    line.accept(id_, "r1")

    assert S.SENT == line.status(id_)
    assert line.report("r1", S.DELIVERED)


def test_the_sweep_names_each_lane_with_due_mts_once(line: Line) -> None:
    line.add("1", "2", channel="b", lane=Lane.BULK)
    line.add("3", "4", channel="b", lane=Lane.URGENT)
    line.add("5", channel="a", lane=Lane.REPLY)
    line.add("6", channel="leased")
    line.lease(channel="leased")

    swept = line.outbox.sweep(line.clock.now())

    assert [("a", Lane.REPLY), ("b", Lane.BULK), ("b", Lane.URGENT)] == list(swept.due)
    assert not swept.inbound_due


# ---------------------------------------------------------------- delivery reports


REPORTED = [S.SENT, S.DELIVERED, S.UNDELIVERED, S.EXPIRED, S.REJECTED, S.FAILED, S.UNKNOWN]


@pytest.mark.parametrize("reported", REPORTED)
@pytest.mark.parametrize("first", REPORTED)
def test_a_report_moves_a_status_forward_only(
    line: Line, first: DeliveryStatus, reported: DeliveryStatus
) -> None:
    (id_,) = line.begin_sending("a")
    line.accept(id_, "r1")
    line.report("r1", first)
    current = DeliveryStatus(str(line.status(id_)))

    changed = line.report("r1", reported)

    assert moves_forward(current, reported) == changed
    assert (reported if changed else current) == line.status(id_)


_keys = (f"key {number}" for number in count())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.permutations(["answer", S.SENT, S.SENT, S.DELIVERED, S.UNDELIVERED]))
def test_in_any_order_the_reports_lead_to_the_same_status(
    line: Line, events: list[str | DeliveryStatus]
) -> None:
    key = next(_keys)
    (id_,) = line.begin_sending(key)

    for event in events:
        if isinstance(event, DeliveryStatus):
            line.report(key, event)
        else:
            line.accept(id_, key)

    assert S.DELIVERED == line.status(id_)
    assert 0 == line.early()


WORDS = st.tuples(
    st.sampled_from(["a", "b", "named", "unknown"]), st.sampled_from([*REPORTED, None])
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(WORDS, max_size=8), cut=st.integers(0, 8))
def test_reports_that_are_stored_together_come_to_what_they_come_to_alone(
    line: Line, words: list[tuple[str, DeliveryStatus | None]], cut: int
) -> None:
    found = []
    for sizes in ([1] * len(words), [cut, len(words)]):
        these = next(_keys)
        ids = line.begin_sending(*(f"{these} {name}" for name in ("a", "b", "named")))
        for id_, name in zip(ids, "ab", strict=False):
            line.accept(id_, f"{these} {name}")
        reports = [
            (
                "at-ke",
                DeliveryReport(
                    provider_ref=f"{these} {name}",
                    status=status,
                    detail=f"word {number}",
                    message_id=ids[2] if name == "named" else None,
                ),
            )
            for number, (name, status) in enumerate(words)
        ]
        before, changed = line.early(), []
        for size in sizes:
            together, reports = reports[:size], reports[size:]
            changed += line.outbox.record_reports(together, line.clock.now())
        rows = [(line.status(id_), line.row(id_)["report_detail"]) for id_ in ids]
        found.append((changed, rows, line.early() - before))

    assert found[0] == found[1]


def test_no_report_does_nothing(line: Line) -> None:
    assert [] == line.outbox.record_reports([], line.clock.now())


def test_an_opt_out_among_reports_is_kept_with_them(line: Line) -> None:
    first, second = line.begin_sending("a", "b")
    line.outcome(accepted={first: Accepted(provider_ref="r1"), second: Accepted(provider_ref="r2")})
    reports = [
        DeliveryReport(provider_ref="r1", status=S.DELIVERED),
        DeliveryReport(provider_ref="r2", status=S.UNDELIVERED, opted_out=True),
        DeliveryReport(provider_ref="r3", status=S.DELIVERED),
    ]

    changed = line.outbox.record_reports([("at-ke", each) for each in reports], line.clock.now())

    assert [True, True, False] == changed
    assert (S.DELIVERED, S.UNDELIVERED) == (line.status(first), line.status(second))
    consents = SqlConsents(line.database, KEYRING)
    assert {NUMBER: {EVERYTHING}} == stops_of(consents, NUMBER)
    assert 1 == line.early()


def test_a_report_before_the_answer_waits_for_its_mt(line: Line) -> None:
    (id_,) = line.begin_sending("a")

    changed = line.report("r1", S.DELIVERED, detail="Success")
    waiting = line.early()
    line.accept(id_, "r1")

    assert (False, 1, 0) == (changed, waiting, line.early())
    assert (S.DELIVERED, "Success") == (line.status(id_), line.row(id_)["report_detail"])


def test_the_sweep_applies_a_report_that_crossed_the_answer(line: Line) -> None:
    # On PostgreSQL neither transaction sees the other; the order of writes stands in for that.
    (id_,) = line.begin_sending("a")
    line.report("r1", S.DELIVERED)
    with transaction(line.database) as connection:
        connection.execute(
            outbound_sms.update()
            .where(outbound_sms.c.id == id_)
            .values(provider_ref="r1", status="sent")
        )

    swept = line.outbox.sweep(line.clock.now())

    assert (1, S.DELIVERED, 0) == (swept.reports_applied, line.status(id_), line.early())


def test_a_report_about_a_foreign_mt_is_forgotten_after_a_week(line: Line) -> None:
    purge = Purge(rows=SqlExpiredRows(line.database, {}), clock=line.clock)
    line.report("foreign", S.DELIVERED)
    line.clock.advance(-1, days=7)
    purge()
    kept = line.early()
    line.clock.advance(1)
    purge()

    assert (1, 0) == (kept, line.early())


def test_a_report_with_our_own_id_settles_an_unknown_mt(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.outbox.sweep(line.clock.advance(121))

    assert line.report("r9", S.SENT, message_id=id_)
    assert ("r9", S.SENT) == (line.row(id_)["provider_ref"], line.status(id_))
    assert line.report("r9", S.DELIVERED)
    assert 0 == line.early()


def test_a_report_with_our_own_id_counts_on_its_channel_only(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    report = DeliveryReport(provider_ref="r1", status=S.DELIVERED, message_id=id_)

    (changed,) = line.outbox.record_reports([("twilio", report)], line.clock.now())

    assert (False, S.SENDING, None) == (changed, line.status(id_), line.row(id_)["provider_ref"])


def test_the_same_reference_on_another_channel_is_another_mt(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.accept(id_, "r1")
    report = DeliveryReport(provider_ref="r1", status=S.DELIVERED)

    (changed,) = line.outbox.record_reports([("twilio", report)], line.clock.now())

    assert (False, S.SENT) == (changed, line.status(id_))


def test_a_delivered_mt_is_not_undone_by_the_answer_to_its_send(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.report("r1", S.DELIVERED, message_id=id_)
    line.accept(id_, "r1")

    assert (S.DELIVERED, "r1") == (line.status(id_), line.row(id_)["provider_ref"])


def test_an_unknown_word_is_recorded_and_changes_nothing(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.accept(id_, "r1")

    changed = line.report("r1", None, detail="Borked")

    assert (False, S.SENT) == (changed, line.status(id_))
    assert "Borked" == line.row(id_)["report_detail"]


@pytest.mark.parametrize("end", [S.DELIVERED, S.UNDELIVERED, S.EXPIRED, S.REJECTED])
@pytest.mark.parametrize("early", [False, True])
def test_an_unknown_word_is_not_why_an_mt_came_to_its_end(
    line: Line, end: DeliveryStatus, early: bool
) -> None:
    (id_,) = line.begin_sending("a")
    if not early:
        line.accept(id_, "r1")

    line.report("r1", end, detail="Its word")
    line.report("r1", None, detail="Borked")
    if early:
        line.accept(id_, "r1")

    assert (end, "Its word") == (line.status(id_), line.row(id_)["report_detail"])


@pytest.mark.parametrize("early", [False, True], ids=["after the answer", "before the answer"])
def test_a_report_of_an_opt_out_stops_everything_unasked(line: Line, early: bool) -> None:
    (id_,) = line.begin_sending("a")
    if not early:
        line.accept(id_, "r1")
    line.report("r1", S.REJECTED, detail="UserInBlacklist", opted_out=True)
    line.accept(id_, "r1")

    stopped = stops_of(SqlConsents(line.database, KEYRING), NUMBER, OTHER_NUMBER)

    assert {NUMBER: frozenset({EVERYTHING})} == dict(stopped)
    assert S.REJECTED == line.status(id_)


def test_an_early_opt_out_does_not_undo_a_later_start(line: Line) -> None:
    (id_,) = line.begin_sending("a")
    line.report("r1", S.REJECTED, opted_out=True)
    started = ConsentChange(
        subscriber=NUMBER, topic=EVERYTHING, state=ConsentState.OPTED_IN, source="START"
    )
    consents = SqlConsents(line.database, KEYRING)
    consents.change([started], line.clock.advance(5))
    line.accept(id_, "r1")

    assert {} == stops_of(consents, NUMBER)


# ---------------------------------------------------------------- reading and privacy


def test_the_development_phone_sees_the_newest_mts_first(line: Line) -> None:
    line.add("elsewhere", subscriber=OTHER_NUMBER)
    (first,) = line.begin_sending("one")
    (second, third) = line.add("two", "three")

    shown = line.outbox.to_subscriber(NUMBER, 2)
    everything = line.outbox.to_subscriber(NUMBER, 10)

    assert [(third, S.QUEUED), (second, S.QUEUED)] == [(sms.id, status) for sms, status in shown]
    assert (first, S.SENDING) == (everything[-1][0].id, everything[-1][1])
    assert "The answer is one" == everything[-1][0].text


def test_no_table_shows_a_number_a_text_or_a_key(line: Line) -> None:
    key = f"broadcast:7:{NUMBER.e164}"
    (id_,) = line.begin_sending(key)
    line.report("r1", S.REJECTED, opted_out=True)
    line.accept(id_, "r1")

    everything = repr(_all_rows(line.database))

    assert "999700000001" not in everything
    assert "The answer" not in everything
    assert "r1" in everything


def _all_rows(database: Engine) -> list[object]:
    with statements(database) as connection:
        return [
            tuple(row)
            for table in metadata.tables.values()
            for row in connection.execute(table.select())
        ]


def _run(tasks: list[Callable[[], None]]) -> None:
    faults: list[BaseException] = []

    def guarded(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == faults
