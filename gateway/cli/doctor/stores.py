"""Part of `gateway doctor`: the database, Redis, and the keys."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import counted, local
from gateway.composition.gateway import Gateway

#: How far the clocks may be apart before sessions and retries suffer.
SKEW_SECONDS = 2.0
#: A ticker sweeps every few seconds; one that died is replaced by another within 20.
IDLE_SECONDS = 60.0
#: How long an SMS that was given up is told of.
GIVEN_UP_DAYS = 7


def database(gateway: Gateway) -> Iterator[Finding]:
    """Tells of the database: schema, clock, data, ticker, and what was given up."""
    from sqlalchemy import func, select

    from gateway.adapters.sql import gauges
    from gateway.adapters.sql.engine import statements
    from gateway.adapters.sql.migrate import pending
    from gateway.adapters.sql.schema import probe
    from gateway.domain.faults_and_errors.errors import GatewayError

    engine, clock = gateway.engine, gateway.clock
    try:
        missing = pending(engine)
    except GatewayError as error:
        yield Finding("database", False, str(error), "Start it, or mend database_url.")
        return
    if missing:
        sentence = f"The schema lacks {counted(len(missing), 'migration')}."
        yield Finding("database", False, sentence, "Run: gateway migrate")
        return
    try:
        probe(engine)
    except GatewayError as error:
        wrong, _, fix = str(error).partition(". ")
        yield Finding("database", False, f"{wrong.removesuffix('.')}.", fix)
    else:
        yield Finding("database", True, f"{engine.dialect.name}, schema up to date.")
    with statements(engine) as connection:
        if engine.dialect.name == "postgresql":
            theirs = connection.execute(select(func.clock_timestamp())).scalar_one()
            yield _skew("clock", (theirs - clock.now()).total_seconds(), "the database")
    found = gateway.vital_signs.gauges()
    loaded = gateway.datasets.last_loaded()
    for name in gateway.deployment.datasets:
        last = loaded.get(name)
        sentence = "Nothing loaded."
        if last and last.rows:
            by = f" by {last.by}" if last.by else ""
            at = local(gateway.deployment, last.at)
            sentence = f"{counted(last.rows, 'row')}, loaded {at}{by}."
        fix = f"Run: gateway data import {name} FILE.csv"
        yield Finding(f"data {name}", bool(last and last.rows), sentence, fix)
    idle = found.ticker_idle
    sentence = "Never swept." if idle == math.inf else f"Swept {idle:.0f} s ago."
    yield Finding("ticker", idle < IDLE_SECONDS, sentence, "Run: gateway work ticker")
    lost = gauges.given_up(engine, clock.now() - timedelta(days=GIVEN_UP_DAYS))
    yield Finding(
        "inbox",
        not lost,
        f"{lost} SMS of the last {GIVEN_UP_DAYS} days could not be routed and were given up.",
        "The log says why: Could not route MO. Their senders wait in: gateway helpdesk list",
    )


def redis(gateway: Gateway) -> Iterator[Finding]:
    """Tells of Redis: memory, clock, and who listens at the queues."""
    from redis.exceptions import RedisError
    from rq import Worker

    from gateway.adapters.redis.link import RedisLink, command_client
    from gateway.adapters.redis.rq_jobs import QUEUES
    from gateway.domain.faults_and_errors.errors import StoreUnavailable

    client = command_client(gateway.deployment.redis_url)
    try:
        info = client.info()
        seconds, microseconds = client.time()
        workers = Worker.all(connection=client)
    except RedisError as error:
        fix = "Start it, or mend redis_url. `gateway run` brings its own."
        yield Finding("redis", False, f"Does not answer ({type(error).__name__}).", fix)
        return
    try:
        with closing(RedisLink(gateway.deployment.redis_url)) as link:
            link.check()
    except StoreUnavailable as error:
        wrong, _, fix = str(error).partition(". ")
        yield Finding("redis", False, f"{wrong}.", fix)
    else:
        yield Finding("redis", True, f"Version {info.get('redis_version')}.")
    policy = info.get("maxmemory_policy")
    fix = "Set maxmemory-policy noeviction: evicted sessions drop callers."
    yield Finding("redis memory", policy == "noeviction", f"maxmemory-policy is {policy}.", fix)
    skew = seconds + microseconds / 1e6 - gateway.clock.now().timestamp()
    yield _skew("clock", skew, "Redis")
    listening = {name for worker in workers for name in worker.queue_names()}
    for queue in QUEUES:
        count = sum(queue in worker.queue_names() for worker in workers)
        sentence = f"{count} listening." if count else "Nobody listens."
        yield Finding(f"worker {queue}", queue in listening, sentence, f"Run: gateway work {queue}")


def _skew(what: str, seconds: float, whose: str) -> Finding:
    sentence = f"{abs(seconds):.1f} s apart from {whose}."
    return Finding(what, abs(seconds) < SKEW_SECONDS, sentence, "Run a time service (NTP) on both.")


def keys(gateway: Gateway) -> Iterator[Finding]:
    """Tells where the master key comes from, and which keys are in use."""
    if gateway.deployment.settings.master_key is None:
        sentence = "Made for development, in the data folder; production needs GATEWAY_KEY."
    else:
        sentence = "From the environment. Keep a copy apart from the database's backups."
    yield Finding("master key", True, sentence)
    yield from _keys_of_the_database(gateway)


def _keys_of_the_database(gateway: Gateway) -> Iterator[Finding]:
    from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

    try:
        if gateway.keys.pending():
            return  # the database is told below
        gateway.keys.settle()
        found = gateway.keys.listed()
    except StoreUnavailable:
        return
    except Refused as error:
        fix = "See what is needed: gateway keys list"
        yield Finding("keys in use", False, str(error), fix)
        return
    old = [each.id for each in found if each.since and not each.newest]
    sentence = f"The database is sealed with key {found[0].id}."
    if old:
        sentence += f" Key {', '.join(old)} is needed until gateway keys reseal has ended."
    yield Finding("keys in use", True, sentence)
