"""`gateway doctor`: is everything there that the gateway needs, and if not, what to do."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta

import click

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.system import private_files
from gateway.cli import doctor_answers, doctor_rows
from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import counted, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option
from gateway.composition.gateway import Gateway
from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS

Check = Callable[[Gateway], Iterator[Finding]]

#: How far the clocks may be apart before sessions and retries suffer.
SKEW_SECONDS = 2.0
#: A ticker sweeps every few seconds; one that died is replaced by another within 20.
IDLE_SECONDS = 60.0
#: How long an SMS that was given up is told of.
GIVEN_UP_DAYS = 7
#: Reports that wait longer on a disk than this have nobody who stores them.
LATE_REPORTS = timedelta(minutes=1)


@click.command(
    epilog="""\b
Examples:
  gateway doctor
  gateway doctor --json | jq '.[] | select(.ok | not)'
"""
)
@json_option
def doctor(as_json: bool) -> None:
    """Check database, Redis, clock, keys, menus, channels, and whether citizens are answered.

    Each finding comes with its fix.

    Exits with 1 when something needs mending.
    """
    with own_gateway() as gateway:
        findings = [finding for check in CHECKS for finding in check(gateway)]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        wide = max(len(finding.what) for finding in findings)
        for finding in findings:
            mark = (
                click.style("ok   ", fg="green") if finding.ok else click.style("mend ", fg="red")
            )
            click.echo(f"{mark} {finding.what:<{wide}} {finding.sentence}")
            if not finding.ok:
                click.echo(f"      {'':<{wide}} → {finding.fix}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)


def _database(gateway: Gateway) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from gateway.adapters.sql import engine as database
    from gateway.adapters.sql import gauges
    from gateway.adapters.sql.migrate import pending
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
    yield Finding("database", True, f"{engine.dialect.name}, schema up to date.")
    with database.statements(engine) as connection:
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


def _redis(gateway: Gateway) -> Iterator[Finding]:
    from redis.exceptions import RedisError
    from rq import Worker

    from gateway.adapters.redis.link import command_client
    from gateway.adapters.redis.rq_jobs import QUEUES

    client = command_client(gateway.deployment.redis_url)
    try:
        info = client.info()
        seconds, microseconds = client.time()
        workers = Worker.all(connection=client)
    except RedisError as error:
        fix = "Start it, or mend redis_url. `gateway run` brings its own."
        yield Finding("redis", False, f"Does not answer ({type(error).__name__}).", fix)
        return
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


def _keys(gateway: Gateway) -> Iterator[Finding]:
    if gateway.deployment.settings.master_key is None:
        sentence = "Made for development, in the data folder; production needs GATEWAY_KEY."
    else:
        sentence = "From the environment. Keep a copy apart from the database's backups."
    yield Finding("master key", True, sentence)
    yield from _keys_of_the_database(gateway)


def _data_folder(gateway: Gateway) -> Iterator[Finding]:
    folder = gateway.deployment.settings.data_folder
    others = private_files.open_to_others(folder)
    sentence = "Its owner alone can read it."
    fix = "Give it a folder of its own, data_folder, that belongs to the gateway's account."
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        sentence = f"Others can read {others[0]}{more}."
        fix = f"Run: chmod -R go= {folder}. Or: {fix}"
    yield Finding("data folder", not others, sentence, fix)


def _spool(gateway: Gateway) -> Iterator[Finding]:
    state = gateway.spool.state()
    sentence, fix = "Nothing waits for the database on this node.", ""
    if state.waiting:
        since = local(gateway.deployment, state.since) if state.since else "a while"
        sentence = f"{state.waiting / 1024:.0f} KiB wait for the database since {since}."
        fix = "It is stored by the web server when the database is back. Does gateway serve run?"
    if state.aside:
        sentence = f"{state.aside / 1024:.0f} KiB could not be stored and were set aside."
        fix = "The log says why: set aside. Keep spool/aside, and the old keys."
    yield Finding("spool", not (state.waiting or state.aside), sentence, fix)
    yield _reports(gateway)
    yield from _held_notices(gateway)


def _reports(gateway: Gateway) -> Finding:
    state, now = gateway.reports.state(), gateway.clock.now()
    sentence, fix = "No delivery reports wait on this node.", ""
    late = state.since is not None and now - state.since > LATE_REPORTS
    if state.since is not None:
        since = local(gateway.deployment, state.since)
        sentence = f"Delivery reports wait for the database since {since}."
        fix = "They are stored by the web server within a second. Does gateway serve run?"
    if state.aside:
        sentence = f"{state.aside / 1024:.0f} KiB of delivery reports were set aside."
        fix = "The log says why: set aside. Keep spool/reports/aside, and the old keys."
    return Finding("delivery reports", not (late or state.aside), sentence, fix)


def _held_notices(gateway: Gateway) -> Iterator[Finding]:
    from gateway.domain.faults_and_errors.errors import StoreUnavailable

    try:
        nodes = gateway.stores.spools.nodes()
    except StoreUnavailable:
        return  # another finding tells that Redis is away
    sentence, fix = "No node holds back notices.", ""
    if nodes:
        sentence = f"Notices wait: a STOP may wait on the disk of {', '.join(nodes)}."
        fix = "They leave when it is stored. Does the web server there reach the database?"
    yield Finding("held notices", not nodes, sentence, fix)


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


def _menus(gateway: Gateway) -> Iterator[Finding]:
    from gateway.domain.faults_and_errors.errors import MenuInvalid

    try:
        release = gateway.deployment.load_release()
    except MenuInvalid as error:
        sentence = f"{counted(len(error.faults), 'fault')}; the first: {error.faults[0]}"
        yield Finding("menus", False, sentence, "Run: gateway menus check")
        return
    # without the two that the gateway brings itself: home and the choice of language
    count, languages = len(release.services) - 2, ", ".join(release.languages)
    yield Finding("menus", True, f"{count} services in {languages}; release {release.id}.")
    yield from _published(gateway, release.id)


def _published(gateway: Gateway, files: str) -> Iterator[Finding]:
    from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

    try:
        live = gateway.menus.live_id()
    except (Refused, StoreUnavailable):
        return  # the database is told above
    sentence = f"Release {live} is live." if live else "Nothing is published; the files are served."
    if gateway.deployment.development:
        sentence = "In development the files are served."
    elif live and live != files:
        sentence += " The files differ: gateway menus diff."
    yield Finding("published menu", True, sentence)


def _channels(gateway: Gateway) -> Iterator[Finding]:
    deployment = gateway.deployment
    url = deployment.settings.public_url
    safe = url.startswith("https://") or deployment.development
    fix = "Set public_url to the https address that providers reach you at."
    yield Finding("public URL", safe, url, fix)
    for name, settings in deployment.channels.items():
        if PROVIDERS[settings.provider].stays_here:
            fix = "Take the channel out: it is for trials, and nobody can call it in production."
            yield Finding(f"channel {name}", deployment.development, "The phone simulator.", fix)
            continue
        api = settings.api_url or "the provider's own address"
        real = deployment.development or not settings.api_url
        fix = "Leave api_url out in production."
        yield Finding(f"channel {name}", real, f"{settings.provider}, API at {api}.", fix)
    sending = [name for name, each in deployment.channels.items() if each.to_channel(name).sends]
    sentence = f"Sent by {', '.join(sending)}." if sending else NO_CHANNEL_SENDS
    fix = "Give one of them a sender: without it reminders, late answers and the help desk's wait."
    yield Finding("SMS", bool(sending), sentence, fix)


def _back_ends(gateway: Gateway) -> Iterator[Finding]:
    from gateway.cli.calls import missing_secrets
    from gateway.domain.faults_and_errors.errors import MenuInvalid, StoreUnavailable
    from gateway.use_cases.ports.calls import BreakerState

    try:
        declared = gateway.deployment.load_release().calls.values()
    except MenuInvalid:
        declared = dict[str, DeclaredCall]().values()  # told already
    for call in declared:
        missing = missing_secrets(gateway.deployment, call)
        sentence = f"Not set: {', '.join(missing)}." if missing else "Its secrets are set."
        fix = "Put it in the environment, or below /run/secrets."
        yield Finding(f"call {call.name}", not missing, sentence, fix)
    contracts = {name: handler.contract for name, handler in gateway.deployment.handlers.items()}
    contracts |= {call.back_end: call.contract for call in declared}
    try:
        states = gateway.stores.breakers.states(list(contracts))
    except StoreUnavailable:
        return  # told already
    down = [name for name, state in states.items() if state is not BreakerState.CLOSED]
    for name in down:
        rest = f"{contracts[name].breaker.rest_seconds:g} s of rest"
        fix = f"Mend the system behind it; it is tried again by one call after every {rest}."
        yield Finding(f"back end {name}", False, "Failed too often, and is left alone.", fix)
    if not down:
        yield Finding("back ends", True, f"None of {len(contracts)} is down.")


CHECKS: tuple[Check, ...] = (
    _menus,
    _keys,
    _data_folder,
    _spool,
    _database,
    doctor_rows.tables,
    doctor_answers.queues,
    _redis,
    doctor_answers.turns,
    doctor_answers.since_counting_began,
    _back_ends,
    _channels,
)
