"""Whatever happens to an MT, in whatever order: it ends, it moves forward, and it is not doubled
but where the rule says so.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.delivery import FINAL, DeliveryReport, moves_forward
from gateway.domain.telecom.delivery import DeliveryStatus as S
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.ports import Outcomes
from tests import servers
from tests.clock import FixedClock
from tests.fakes import NoThrottle
from tests.use_cases.rig import CHANNEL, Rig

#: What the provider does with an MT: whether it takes it, and what it answers.
ANSWERS = {
    "takes it": (True, None),
    "takes it and is cut off": (True, OutcomeUnknown("answer_timeout")),
    "fails, not having taken it": (False, OutcomeUnknown("provider_error", "500")),
    "is too busy": (False, Throttled("throttled")),
    "is away": (False, ProviderUnavailable("connection_refused")),
    "refuses it": (False, SendRejected("number_unreachable")),
}
#: The states that may follow though they are no report: another attempt, or a lease that lapsed.
BACK = {(S.LEASED, S.QUEUED), (S.SENDING, S.QUEUED), (S.QUEUED, S.LEASED)}
LANES = st.sampled_from(list(Lane))
REPORTS = st.sampled_from([S.SENT, S.DELIVERED, S.UNDELIVERED, S.REJECTED, None])


class Life(RuleBasedStateMachine):
    """MTs on one channel, its provider, its workers and the ticker, in any order of events."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        servers.empty_database(self.engine)
        self.rig = Rig(self.engine, FixedClock())
        self.rig.throttle.take = NoThrottle(self.rig.clock).take
        self.rig.provider.before = self.answers
        self.answer = "takes it"
        self.taken: list[OutboundSms] = []
        self.unanswered: set[str] = set()
        self.before: dict[int, S] = {}
        self.accepted = 0

    def teardown(self) -> None:
        """Lets the days pass: what was accepted has come to its end."""
        for _ in range(12):
            self.time_passes(12 * 60)
            self.work()
        rows = self.rows()
        self.rig.pool.shutdown()
        open_ = {row.id: row.status for row in rows if S(row.status) not in FINAL}
        assert {} == open_

    def rows(self) -> list[object]:
        with statements(self.engine) as connection:
            columns = outbound_sms.c
            query = select(columns.id, columns.status, columns.lane, columns.purpose,
                           columns.resend_of).order_by(columns.id)  # fmt: skip
            return list(connection.execute(query))

    def answers(self, sms: OutboundSms) -> None:
        takes, failure = ANSWERS[self.answer]
        if takes:
            self.taken.append(sms)
        if failure is not None:
            if takes:
                self.unanswered.add(sms.text)
            raise failure

    # ------------------------------------------------------------ what happens

    @rule(lane=LANES, asked=st.booleans(), number=st.integers(1, 3))
    def accepts(self, lane: Lane, asked: bool, number: int) -> None:
        purpose = Purpose.REPLY if asked else Purpose.NOTICE
        texts = [f"text {self.accepted + each}" for each in range(number)]
        self.accepted += number
        self.rig.accepts(*texts, lane=lane, purpose=purpose)

    @rule(answer=st.sampled_from(list(ANSWERS)))
    def the_provider_turns(self, answer: str) -> None:
        self.answer = answer

    @rule()
    def work(self) -> None:
        for lane in Lane:
            self.rig.send_sms(CHANNEL.name, lane)

    @rule(lane=LANES, marks=st.booleans(), takes=st.booleans())
    def a_worker_is_killed(self, lane: Lane, marks: bool, takes: bool) -> None:
        """It had leased MTs, perhaps marked one as being sent, and perhaps handed it over."""
        now = self.rig.clock.now()
        leased = self.rig.outbox.lease(CHANNEL.name, lane, 2, now, now + timedelta(seconds=60))
        if leased and marks:
            started = self.rig.outbox.start([leased[0].id], Outcomes(), now)
            if takes and started:
                self.taken.append(leased[0])
                self.unanswered.add(leased[0].text)

    @precondition(lambda self: self.taken)
    @rule(data=st.data(), status=REPORTS, named=st.booleans(), times=st.integers(1, 2))
    def a_report_comes(
        self, data: st.DataObject, status: S | None, named: bool, times: int
    ) -> None:
        sms = data.draw(st.sampled_from(self.taken))
        report = DeliveryReport(
            provider_ref=f"ref-{sms.id}", status=status, message_id=sms.id if named else None
        )
        self.rig.gateway.outbound.record_delivery([(CHANNEL, report)] * times)

    @rule(minutes=st.sampled_from([0.5, 2, 6, 11, 90, 60 * 25]))
    def time_passes(self, minutes: float) -> None:
        self.rig.clock.advance(minutes * 60)
        self.rig.gateway.outbound.sweep()
        while self.rig.gateway.outbound.settle():
            pass

    @rule(lane=LANES, answer=st.sampled_from(list(ANSWERS)), then=st.sampled_from(list(ANSWERS)))
    def the_provider_fails_and_recovers(self, lane: Lane, answer: str, then: str) -> None:
        """What was sent meanwhile is settled, while the channel works or fails anew."""
        self.answer = answer
        self.accepts(lane=lane, asked=True, number=1)
        self.work()
        self.answer = "takes it"
        self.rig.clock.advance(1)
        self.accepts(lane=Lane.REPLY, asked=True, number=1)
        self.work()
        self.rig.clock.advance(200)
        told = DeliveryReport(provider_ref=f"ref-{self.taken[-1].id}", status=S.DELIVERED)
        self.rig.gateway.outbound.record_delivery([(CHANNEL, told)])
        self.answer = then
        self.time_passes(2)
        self.work()
        self.answer = "takes it"
        self.time_passes(6)

    # ------------------------------------------------------------ what always holds

    @invariant()
    def no_status_moves_back(self) -> None:
        for row in self.rows():
            now = S(row.status)
            was = self.before.get(row.id, now)
            assert now is was or moves_forward(was, now) or (was, now) in BACK, (was, now)
            self.before[row.id] = now

    @invariant()
    def a_copy_is_one_and_by_the_rule(self) -> None:
        rows = {row.id: row for row in self.rows()}
        firsts = [row.resend_of for row in rows.values() if row.resend_of is not None]
        assert len(firsts) == len(set(firsts))
        for first in map(rows.__getitem__, firsts):
            assert first.resend_of is None
            urgent = first.lane == Lane.URGENT
            assert urgent or (first.lane == Lane.REPLY and first.purpose == Purpose.REPLY)

    @invariant()
    def nobody_gets_it_twice_but_where_an_answer_was_lost(self) -> None:
        counted = Counter(sms.text for sms in self.taken)
        doubled = {text for text, number in counted.items() if number > 1}
        assert doubled <= self.unanswered
        assert max(counted.values(), default=0) <= 2
        copied = {sms.text for sms in self.taken if sms.resend_of is not None}
        assert doubled <= copied


def test_whatever_happens_an_sms_ends_and_is_not_doubled(sqlite_engine: Engine) -> None:
    class OnOurDatabase(Life):
        engine = sqlite_engine

    case = OnOurDatabase.TestCase
    case.settings = settings(
        max_examples=12, stateful_step_count=25, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    case("runTest").runTest()
