"""The stores that make turns fast: in Redis for all processes, or in memory for one command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.system.keyring import Keyring
from gateway.use_cases.ports import (
    Clock,
    DroppedSessions,
    Jobs,
    KeptCounters,
    RateCounter,
    Sessions,
    Throttle,
    TurnLog,
)
from gateway.use_cases.ports.calls import Breakers, KeptAnswers, ResultSignal
from gateway.use_cases.ports.flows.words import Flows
from gateway.use_cases.ports.spool import WaitingSpools
from gateway.use_cases.ports.ussd import Screens


@dataclass(frozen=True, slots=True, kw_only=True)
class FastStores:
    """What lives in Redis, or within one command in this process."""

    sessions: Sessions
    screens: Screens
    flows: Flows
    drops: DroppedSessions
    turn_log: TurnLog
    throttle: Throttle
    arrivals: RateCounter
    counters: KeptCounters
    jobs: Jobs
    ping: Callable[[], object]
    breakers: Breakers
    answers: KeptAnswers
    bell: ResultSignal | None
    spools: WaitingSpools
    #: What lets go of the connections of every thread.
    closes: tuple[Callable[[], None], ...] = ()

    def close(self) -> None:
        """Writes what was counted, and lets go of connections."""
        self.counters.close()
        for close in self.closes:
            close()


def in_redis(
    url: str,
    engine: Engine,
    keyring: Keyring,
    clock: Clock,
    metrics_folder: Path,
    *,
    zone: tzinfo = UTC,
    clock_is_given: bool = False,
) -> FastStores:
    """Returns what all processes share. Nothing is connected until it is used.

    A clock that is given, and no machine's, is also that of the pacing: moments by Redis's own time
    would never come on it, or all at once.
    """
    from gateway.adapters.metrics.process_counters import ProcessCounters
    from gateway.adapters.redis.breakers import RedisBreakers
    from gateway.adapters.redis.call_cache_and_signal import RedisAnswers, RedisResultSignal
    from gateway.adapters.redis.dropped_sessions import RedisDroppedSessions
    from gateway.adapters.redis.flows.flow_words import RedisFlows
    from gateway.adapters.redis.link import RedisLink
    from gateway.adapters.redis.rate_counter import RedisRateCounter
    from gateway.adapters.redis.rq_jobs import RqJobs
    from gateway.adapters.redis.screens import RedisScreens
    from gateway.adapters.redis.sessions import RedisSessions, RedisTurnLog
    from gateway.adapters.redis.throughput import RedisThrottle
    from gateway.adapters.redis.waiting_spools import RedisWaitingSpools
    from gateway.adapters.sql.ussd.turn_statistics import SqlTurns

    link = RedisLink(url)
    jobs = RqJobs(link, url)
    return FastStores(
        sessions=RedisSessions(link, keyring),
        screens=RedisScreens(link, clock),
        flows=RedisFlows(link, keyring),
        drops=RedisDroppedSessions(link, keyring),
        turn_log=RedisTurnLog(link, SqlTurns(engine, zone, keyring)),
        throttle=RedisThrottle(link, clock, shares_time=clock_is_given),
        arrivals=RedisRateCounter(link),
        counters=ProcessCounters(metrics_folder),
        jobs=jobs,
        ping=link.check,
        breakers=RedisBreakers(link, clock.monotonic),
        answers=RedisAnswers(link, keyring),
        bell=RedisResultSignal(link),
        spools=RedisWaitingSpools(link),
        closes=(jobs.close, link.close),
    )


def in_memory(clock: Clock) -> FastStores:
    """Returns what lives within one command, for trying menus out."""
    from gateway.adapters.memory import stores as memory_stores
    from gateway.adapters.memory.flows import MemoryFlows
    from gateway.adapters.memory.screens import MemoryScreens
    from gateway.adapters.memory.sessions import MemorySessions
    from gateway.adapters.redis.breakers import NoBreakers
    from gateway.adapters.redis.call_cache_and_signal import NoAnswers

    sessions = MemorySessions(clock)
    return FastStores(
        sessions=sessions,
        screens=MemoryScreens(clock),
        flows=MemoryFlows(),
        drops=sessions,
        turn_log=memory_stores.NoTurnLog(),
        throttle=memory_stores.NoLimit(),
        arrivals=memory_stores.NoRateCounter(),
        counters=memory_stores.MemoryCounters(),
        jobs=memory_stores.NoQueue(),
        ping=lambda: None,
        breakers=NoBreakers(),
        answers=NoAnswers(),
        bell=None,
        spools=memory_stores.NoSpools(),
    )
