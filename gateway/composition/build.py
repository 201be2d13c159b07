"""The one place that introduces adapters to services."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.casework.cases import random_serial
from gateway.adapters.sql.handler_toolkit.expired_records import SqlShortLivedRows
from gateway.adapters.sql.handler_toolkit.toolkit import desk as handler_desk
from gateway.adapters.sql.leader_lock import SqlLeaderLock
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.sql.ussd.resume_points import SqlResumePoints
from gateway.adapters.system.clock import SystemClock
from gateway.composition.gateway import Gateway
from gateway.composition.handler_calls import back_ends
from gateway.composition.releases import from_files, published
from gateway.composition.stores import in_memory, in_redis
from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.inbound.accept_sms import AcceptSms
from gateway.use_cases.inbound.limit_rate import LimitRate
from gateway.use_cases.inbound.record_opt_out import RecordOptOut
from gateway.use_cases.inbound.route_pending import RoutePending
from gateway.use_cases.inbound.route_sms import RouteSms
from gateway.use_cases.outbound.answer_help_desk import AnswerHelpDesk
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.outbound.send_reminders import SendReminders
from gateway.use_cases.outbound.send_sms import SendSms
from gateway.use_cases.outbound.sweep import Sweep
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ussd.answer_ussd import AnswerUssd
from gateway.use_cases.ussd.dialogue import UssdDialogue
from gateway.use_cases.ussd.end_session import EndSession
from gateway.use_cases.ussd.nudge_dropped import NudgeDropped
from gateway.use_cases.ussd.offer_resume import OfferResume
from gateway.use_cases.ussd.store_turn_statistics import StoreTurnStatistics

__all__ = ["Gateway", "build"]

#: Sends of one worker side by side: no channel may have more in flight.
MOST_IN_FLIGHT = 64


def build(
    deployment: Deployment,
    *,
    scratch: Engine | None = None,
    datasets: Engine | None = None,
    clock: Clock | None = None,
    release: Release | None = None,
    next_serial: Callable[[], int] = random_serial,
    heard: HeardCalls | None = None,
) -> Gateway:
    """Returns the gateway of a deployment. Nothing is connected until it is used.

    With a `scratch` database everything that is written stays there and in this process: for trying
    menus out; `datasets` is the database whose reference data is read, where that is another one.
    Another `clock`, one `release` and serials of cases that can be foretold are for dialogues and
    tests; `heard` listens to declared calls where a dialogue is recorded.
    """
    clock, keyring = clock or SystemClock(), deployment.keyring
    engine = scratch or database.create(deployment.settings.database_url)
    stores = (
        in_redis(deployment.redis_url, engine, keyring) if scratch is None else in_memory(clock)
    )
    channels = {name: each.to_channel(name) for name, each in deployment.channels.items()}
    providers = {
        name: PROVIDERS[each.provider].build(name, each, deployment.webhook_keys(name))
        for name, each in deployment.channels.items()
    }
    releases = (
        ServedReleases(release)
        if release
        else _releases(deployment, engine, clock, files=scratch is not None)
    )
    inbox, outbox = SqlInbox(engine, keyring), SqlOutbox(engine, keyring)
    subscribers, points = SqlSubscribers(engine, keyring), SqlResumePoints(engine, keyring)

    def choose_language(msisdn: Msisdn, language: str) -> None:
        subscribers.choose_language(msisdn, language, clock.now())
        stores.sessions.remember_language(keyring.index("msisdn", msisdn.e164), language)

    desk = handler_desk(
        engine=engine,
        datasets_engine=datasets or engine,
        datasets=deployment.datasets,
        tables=deployment.tables,
        keyring=keyring,
        clock=clock,
        zone=deployment.settings.zone,
        releases=releases,
        choose_language=choose_language,
        forget=lambda msisdn: stores.sessions.forget(keyring.index("msisdn", msisdn.e164)),
        next_serial=next_serial,
    )
    behind = back_ends(
        deployment,
        engine=engine,
        stores=stores,
        desk=desk,
        releases=releases,
        inbox=inbox,
        channels=channels,
        clock=clock,
        heard=heard,
    )
    settle_calls = behind.settle_calls
    route_sms = RouteSms(
        channels=channels,
        releases=releases,
        inbox=inbox,
        outbox=outbox,
        subscribers=subscribers,
        jobs=stores.jobs,
        settle_calls=settle_calls,
        clock=clock,
    )
    limit_rate = LimitRate(arrivals=stores.arrivals, counters=stores.counters)
    dialogue = UssdDialogue(releases=releases, settle_calls=settle_calls, clock=clock)
    return Gateway(
        deployment=deployment,
        keyring=keyring,
        engine=engine,
        clock=clock,
        releases=releases,
        channels=channels,
        providers=providers,
        stores=stores,
        outbox=outbox,
        back_ends=behind,
        choose_language=choose_language,
        leader_lock=SqlLeaderLock(engine, clock),
        answer_ussd=AnswerUssd(
            dialogue=dialogue,
            offer_resume=OfferResume(
                dialogue=dialogue,
                releases=releases,
                points=points,
                sessions=stores.sessions,
                keyring=keyring,
                clock=clock,
                counters=stores.counters,
            ),
            limit_rate=limit_rate,
            releases=releases,
            sessions=stores.sessions,
            subscribers=subscribers,
            outbox=outbox,
            jobs=stores.jobs,
            keyring=keyring,
            clock=clock,
            counters=stores.counters,
        ),
        help_desk=desk.help,
        answer_help_desk=AnswerHelpDesk(
            help_desk=desk.help, channels=channels, jobs=stores.jobs, clock=clock
        ),
        end_session=EndSession(
            drops=stores.drops, keyring=keyring, clock=clock, counters=stores.counters
        ),
        nudge_dropped=NudgeDropped(
            drops=stores.drops,
            points=points,
            outbox=outbox,
            jobs=stores.jobs,
            releases=releases,
            channels=channels,
            quiet=deployment.settings.quiet,
            keyring=keyring,
            clock=clock,
            counters=stores.counters,
        ),
        accept_sms=AcceptSms(
            inbox=inbox,
            outbox=outbox,
            jobs=stores.jobs,
            clock=clock,
            keyring=keyring,
            limit_rate=limit_rate,
            releases=releases,
            subscribers=subscribers,
        ),
        route_pending=RoutePending(
            inbox=inbox, route_sms=route_sms, counters=stores.counters, clock=clock
        ),
        send_sms=SendSms(
            outbox=outbox,
            subscribers=subscribers,
            providers=providers,
            channels=channels,
            delivery_urls={
                name: deployment.webhook_urls(name).get("delivery", "") for name in channels
            },
            throttle=stores.throttle,
            counters=stores.counters,
            clock=clock,
            pool=ThreadPoolExecutor(MOST_IN_FLIGHT, thread_name_prefix="send"),
        ),
        record_delivery=RecordDelivery(outbox=outbox, counters=stores.counters, clock=clock),
        record_opt_out=RecordOptOut(subscribers=subscribers, clock=clock),
        short_lived=SqlShortLivedRows(engine, deployment.tables),
        sweep=Sweep(
            outbox=outbox,
            jobs=stores.jobs,
            counters=stores.counters,
            clock=clock,
            slow_calls=behind.slow_calls,
        ),
        store_turn_statistics=StoreTurnStatistics(turn_log=stores.turn_log),
        send_reminders=SendReminders(
            reminders=desk.reminders,
            releases=releases,
            channels=channels,
            quiet=deployment.settings.quiet,
            jobs=stores.jobs,
            clock=clock,
            counters=stores.counters,
        ),
    )


def _releases(deployment: Deployment, engine: Engine, clock: Clock, *, files: bool) -> Releases:
    if deployment.development or files:
        return from_files(deployment, clock, amid_faults=not files)
    return published(deployment, engine, clock)
