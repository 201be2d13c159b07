"""The stores that make turns fast: in Redis for all processes, or in memory for one command."""

from __future__ import annotations

import time

from sqlalchemy import Engine

from gateway.adapters.memory import stores as memory_stores
from gateway.adapters.memory.sessions import MemorySessions
from gateway.adapters.redis.breakers import NoBreakers, RedisBreakers
from gateway.adapters.redis.call_cache_and_signal import NoAnswers, RedisAnswers, RedisResultSignal
from gateway.adapters.redis.counters import RedisCounters
from gateway.adapters.redis.dropped_sessions import RedisDroppedSessions
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.rate_counter import RedisRateCounter
from gateway.adapters.redis.rq_jobs import RqJobs
from gateway.adapters.redis.sessions import RedisSessions, RedisTurnLog
from gateway.adapters.redis.throughput import RedisThrottle
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.adapters.system.clock import SystemClock
from gateway.adapters.system.keyring import Keyring
from gateway.composition.gateway import FastStores
from gateway.use_cases.ports import Clock


def in_redis(url: str, engine: Engine, keyring: Keyring) -> FastStores:
    """Returns what all processes share. Nothing is connected until it is used."""
    link = RedisLink(url)
    counters = RedisCounters(link)
    return FastStores(
        sessions=RedisSessions(link, keyring),
        drops=RedisDroppedSessions(link, keyring),
        turn_log=RedisTurnLog(link, SqlTurns(engine).store),
        throttle=RedisThrottle(link),
        arrivals=RedisRateCounter(link),
        counters=counters,
        counts=counters.snapshot,
        jobs=RqJobs(link, url),
        ping=lambda: link.call("PING"),
        breakers=RedisBreakers(link, time.monotonic),
        answers=RedisAnswers(link, keyring),
        bell=RedisResultSignal(link, SystemClock()),
    )


def in_memory(clock: Clock) -> FastStores:
    """Returns what lives within one command, for trying menus out."""
    counters, sessions = memory_stores.MemoryCounters(), MemorySessions(clock)
    return FastStores(
        sessions=sessions,
        drops=sessions,
        turn_log=memory_stores.NoTurnLog(),
        throttle=memory_stores.NoLimit(),
        arrivals=memory_stores.NoRateCounter(),
        counters=counters,
        counts=counters.snapshot,
        jobs=memory_stores.NoQueue(),
        ping=lambda: None,
        breakers=NoBreakers(),
        answers=NoAnswers(),
        bell=None,
    )
