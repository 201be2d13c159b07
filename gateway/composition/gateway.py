"""The gateway, wired: what the entry points may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql import schema
from gateway.adapters.sql.gauges import Gauges, read
from gateway.adapters.system.keyring import Keyring
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.handler_calls.guard_with_breaker import GuardWithBreaker
from gateway.use_cases.handler_calls.run_slow_calls import RunSlowCalls
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.accept_sms import AcceptSms
from gateway.use_cases.inbound.record_opt_out import RecordOptOut
from gateway.use_cases.inbound.route_pending import RoutePending
from gateway.use_cases.outbound.answer_help_desk import AnswerHelpDesk
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.outbound.send_reminders import SendReminders
from gateway.use_cases.outbound.send_sms import SendSms
from gateway.use_cases.outbound.sweep import Sweep
from gateway.use_cases.ports import (
    Clock,
    Count,
    Counters,
    DroppedSessions,
    HelpDesk,
    Jobs,
    LeaderLock,
    Outbox,
    Provider,
    RateCounter,
    Releases,
    Sessions,
    Throttle,
    TurnLog,
)
from gateway.use_cases.ports.calls import (
    Breakers,
    BreakerState,
    KeptAnswers,
    ResultSignal,
    SlowCalls,
)
from gateway.use_cases.ports.desk import ShortLivedRows
from gateway.use_cases.ussd.answer_ussd import AnswerUssd
from gateway.use_cases.ussd.end_session import EndSession
from gateway.use_cases.ussd.nudge_dropped import NudgeDropped
from gateway.use_cases.ussd.store_turn_statistics import StoreTurnStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class FastStores:
    """What lives in Redis, or within one command in this process."""

    sessions: Sessions
    drops: DroppedSessions
    turn_log: TurnLog
    throttle: Throttle
    arrivals: RateCounter
    counters: Counters
    counts: Callable[[], Mapping[Count, int]]
    jobs: Jobs
    ping: Callable[[], object]
    breakers: Breakers
    answers: KeptAnswers
    bell: ResultSignal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackEnds:
    """What a gateway needs to talk to back ends, now or later."""

    settle_calls: SettleCalls
    guard: GuardWithBreaker
    slow_calls: SlowCalls
    run_slow_calls: RunSlowCalls
    close: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Every use case with its adapters, and the few questions health and metrics ask.

    `choose_language` keeps the language a subscriber wants to read.
    """

    deployment: Deployment
    keyring: Keyring
    engine: Engine
    clock: Clock
    releases: Releases
    channels: Mapping[str, Channel]
    providers: Mapping[str, Provider]
    stores: FastStores
    outbox: Outbox
    back_ends: BackEnds
    choose_language: Callable[[Msisdn, str], None]
    leader_lock: LeaderLock
    answer_ussd: AnswerUssd
    end_session: EndSession
    nudge_dropped: NudgeDropped
    help_desk: HelpDesk
    answer_help_desk: AnswerHelpDesk
    accept_sms: AcceptSms
    route_pending: RoutePending
    send_sms: SendSms
    record_delivery: RecordDelivery
    record_opt_out: RecordOptOut
    short_lived: ShortLivedRows
    sweep: Sweep
    store_turn_statistics: StoreTurnStatistics
    send_reminders: SendReminders

    @property
    def counters(self) -> Counters:
        """Returns the counts of the whole deployment, for adding."""
        return self.stores.counters

    @property
    def public_url(self) -> str:
        """Returns the address of this gateway as providers see it."""
        return self.deployment.settings.public_url

    def counts(self) -> Mapping[Count, int]:
        """Returns every count; nothing when Redis does not answer."""
        try:
            return self.stores.counts()
        except StoreUnavailable:
            return {}

    def breakers(self) -> Mapping[str, BreakerState]:
        """Returns whether each back end is asked; nothing when Redis does not answer."""
        names = [*self.deployment.handlers]
        names += [call.back_end for call in self.releases.current().calls.values()]
        try:
            return self.stores.breakers.states(names)
        except StoreUnavailable:
            return {}

    def gauges(self) -> Gauges:
        """Returns how much is where in the database; raises StoreUnavailable."""
        return read(self.engine, self.clock.now())

    def unavailable(self) -> Mapping[str, str]:
        """Returns the stores that do not answer or lack a table, each with a sentence."""
        faults = {}
        pings = {"database": lambda: schema.probe(self.engine), "redis": self.stores.ping}
        for name, ping in pings.items():
            try:
                ping()
            except (StoreUnavailable, Refused) as error:
                faults[name] = str(error)
        return faults

    @property
    def upkeep(self) -> Sequence[Callable[[], object]]:
        """Returns what the ticker does every few seconds; what returns True has more to do."""
        return (
            self.sweep,
            self.store_turn_statistics,
            lambda: self.send_reminders() > 0,  # one batch, as long as there are more
            self.nudge_dropped,
            lambda: self.short_lived.purge(self.clock.now()),
        )

    def route_inbound(self) -> None:
        """Routes the MOs that wait; what time does not allow is woken again."""
        if not self.route_pending():
            self.stores.jobs.wake_inbound()

    def send_outbound(self, channel: str, lane: Lane) -> None:
        """Sends the MTs of a channel that are due; what time does not allow is woken again."""
        if channel in self.channels and not self.send_sms(channel, lane):
            self.stores.jobs.wake_outbound(channel, lane)

    def close(self) -> None:
        """Lets go of connections and threads."""
        self.releases.close()
        self.back_ends.close()
        self.send_sms.pool.shutdown(wait=False, cancel_futures=True)
        self.engine.dispose()
