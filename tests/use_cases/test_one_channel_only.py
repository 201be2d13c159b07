"""Whatever providers, workers and people do: no MT is in two channels, and none is sent twice."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import outbound_sms
from gateway.deployment.routing_settings import RouteSettings, RoutingSettings
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    Throttled,
)
from gateway.domain.outbound.channel_state import Standing
from gateway.domain.telecom.delivery import DeliveryStatus as S
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.ports import Outcomes
from tests import servers
from tests.clock import FixedClock
from tests.fakes import NoThrottle
from tests.use_cases.rig import Rig
from tests.use_cases.test_switch_channels import SPARE

ANSWERS = {
    "takes it": None,
    "is cut off": OutcomeUnknown("answer_timeout"),
    "is away": ProviderUnavailable("connection_refused"),
    "is too busy": Throttled("throttled"),
    "has no balance": ChannelMisconfigured("balance_exhausted"),
}
CHANNELS = st.sampled_from(["ke", "spare"])
STANDINGS = st.sampled_from([Standing.OPEN, Standing.PAUSED, Standing.PREFERRED])


class TwoWays(Rig):
    others = (SPARE,)
    routing = RoutingSettings(routes=(RouteSettings(channels=("ke", "spare")),))


class Switching(RuleBasedStateMachine):
    """MTs on two channels. `handed` says by which channels each was given to a provider."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        servers.empty_database(self.engine)
        self.rig = TwoWays(self.engine, FixedClock())
        self.rig.throttle.take = NoThrottle(self.rig.clock).take
        self.answers = dict.fromkeys(self.rig.channels, "takes it")
        self.handed: dict[int, list[str]] = defaultdict(list)
        self.leased: list[tuple[str, OutboundSms]] = []
        self.accepted = 0
        for name, provider in self.rig.providers.items():
            provider.before = lambda sms, name=name: self.is_given(name, sms)

    def is_given(self, channel: str, sms: OutboundSms) -> None:
        failure = ANSWERS[self.answers[channel]]
        if failure is None or isinstance(failure, OutcomeUnknown):
            self.handed[sms.id].append(channel)
        if failure is not None:
            raise failure

    def rows(self) -> dict[int, tuple[str, S]]:
        columns = outbound_sms.c
        with statements(self.engine) as connection:
            found = connection.execute(select(columns.id, columns.channel, columns.status))
            return {row.id: (row.channel, S(row.status)) for row in found}

    # ------------------------------------------------------------ what happens

    @rule(channel=CHANNELS, number=st.integers(1, 9), bound=st.booleans())
    def accepts(self, channel: str, number: int, bound: bool) -> None:
        texts = [f"text {self.accepted + each}" for each in range(number)]
        self.accepted += number
        sender = {"ke": "2026", "spare": "3030"}[channel] if bound else ""
        self.rig.accepts(*texts, channel=channel, sender=sender, purpose=Purpose.REPLY)

    @rule(channel=CHANNELS, answer=st.sampled_from(list(ANSWERS)))
    def a_provider_turns(self, channel: str, answer: str) -> None:
        self.answers[channel] = answer

    @rule(channel=CHANNELS, standing=STANDINGS)
    def a_person_decides(self, channel: str, standing: Standing) -> None:
        manage = self.rig.gateway.manage_channels
        after = manage.decide(channel, standing, by="asha", reason="We said so")
        assert standing is after.standing

    @rule(channel=CHANNELS)
    def work(self, channel: str) -> None:
        self.rig.send_sms(channel, Lane.BULK)

    @rule(channel=CHANNELS)
    def a_worker_stalls_behind_its_lease(self, channel: str) -> None:
        now = self.rig.clock.now()
        until = now + timedelta(seconds=60)
        for sms in self.rig.outbox.lease(channel, Lane.BULK, 3, now, until):
            self.leased.append((channel, sms))

    @rule(channel=CHANNELS)
    def what_it_had_moves_meanwhile(self, channel: str) -> None:
        """Its lease runs out, a person pauses the channel, and another worker has begun."""
        (other,) = {"ke", "spare"} - {channel}
        self.accepts(channel=channel, number=2, bound=False)
        self.a_worker_stalls_behind_its_lease(channel)
        self.a_person_decides(channel, Standing.PAUSED)
        self.a_person_decides(other, Standing.OPEN)
        self.time_passes(1.1)
        self.work(channel)
        self.a_worker_stalls_behind_its_lease(other)
        self.a_person_decides(channel, Standing.OPEN)

    @rule()
    def it_wakes_up_and_goes_on(self) -> None:
        now = self.rig.clock.now()
        for channel, sms in self.leased:
            if self.rig.outbox.start([sms.id], Outcomes(), now, channel):
                self.handed[sms.id].append(channel)  # it dies behind the call
        self.leased.clear()

    @rule(minutes=st.sampled_from([0.02, 0.6, 1.1, 6, 61]))
    def time_passes(self, minutes: float) -> None:
        self.rig.clock.advance(minutes * 60)
        self.rig.gateway.outbound.sweep()

    def teardown(self) -> None:
        """Everything is well again: what surely did not leave does."""
        for channel in self.rig.channels:
            self.answers[channel] = "takes it"
            self.a_person_decides(channel, Standing.OPEN)
        for _ in range(12):
            self.time_passes(61)
            for channel in ("ke", "spare", "ke"):
                self.work(channel)
        rows = self.rows()
        self.rig.pool.shutdown()
        waiting = {id_ for id_, (_, status) in rows.items() if status in (S.QUEUED, S.LEASED)}
        assert set() == waiting
        assert self.accepted == len(rows)

    # ------------------------------------------------------------ what always holds

    @invariant()
    def nobody_is_given_it_twice(self) -> None:
        twice = {id_: by for id_, by in self.handed.items() if len(by) > 1}
        assert {} == twice

    @invariant()
    def an_mt_is_in_the_channel_that_had_it(self) -> None:
        rows = self.rows()
        elsewhere = {
            id_: (by, rows[id_]) for id_, by in self.handed.items() if by != [rows[id_][0]]
        }
        assert {} == elsewhere

    @invariant()
    def a_persons_word_stands(self) -> None:
        for state in self.rig.gateway.sql.channel_states.all().values():
            assert not (state.by and state.standing is Standing.DRAINED)
            assert not (state.by and state.trial_at)


def test_no_mt_is_in_two_channels_and_none_is_sent_twice(sqlite_engine: Engine) -> None:
    class OnOurDatabase(Switching):
        engine = sqlite_engine

    case = OnOurDatabase.TestCase
    case.settings = settings(
        max_examples=12, stateful_step_count=25, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    case("runTest").runTest()
