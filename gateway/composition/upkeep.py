"""Upkeep: what the ticker does, and the lock that lets one ticker do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.leader_lock import SqlLeaderLock
from gateway.adapters.sql.retention import SqlExpiredRows
from gateway.composition.stores import FastStores
from gateway.deployment.load import Deployment
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.outbound.send_reminders import SendReminders
from gateway.use_cases.outbound.sweep import Sweep
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.retention.purge import Purge
from gateway.use_cases.ussd.nudge_dropped import NudgeDropped
from gateway.use_cases.ussd.store_turn_statistics import StoreTurnStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The tasks of a ticker."""

    leader_lock: SqlLeaderLock
    sweep: Sweep
    store_turn_statistics: StoreTurnStatistics
    send_reminders: SendReminders
    nudge_dropped: NudgeDropped
    purge: Purge

    @property
    def tasks(self) -> Sequence[Callable[[], object]]:
        """Returns what is done every few seconds; what returns True has more to do."""
        return (
            self.sweep,
            self.store_turn_statistics,
            lambda: self.send_reminders() > 0,  # one batch, as long as there are more
            self.nudge_dropped,
            self.purge,
        )


def upkeep(
    deployment: Deployment,
    engine: Engine,
    stores: FastStores,
    *,
    releases: Releases,
    channels: Mapping[str, Channel],
    sweep: Sweep,
    nudge_dropped: NudgeDropped,
    clock: Clock,
) -> Upkeep:
    """Returns the tasks wired."""
    return Upkeep(
        leader_lock=SqlLeaderLock(engine, clock),
        sweep=sweep,
        store_turn_statistics=StoreTurnStatistics(turn_log=stores.turn_log),
        send_reminders=SendReminders(
            reminders=SqlReminders(engine, deployment.keyring, releases),
            releases=releases,
            channels=channels,
            quiet=deployment.settings.quiet,
            jobs=stores.jobs,
            clock=clock,
            counters=stores.counters,
        ),
        nudge_dropped=nudge_dropped,
        purge=Purge(rows=SqlExpiredRows(engine, deployment.tables), clock=clock),
    )
