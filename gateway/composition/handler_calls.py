"""Introduces to each other what calls of back ends are made of; `bootstrap.py` does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Semaphore

from sqlalchemy import Engine

from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
from gateway.adapters.handler_calls.declared_calls import DeclaredCalls
from gateway.adapters.handler_calls.thread_runner import ThreadRunner
from gateway.adapters.sql.ussd.slow_calls import SqlSlowCalls
from gateway.composition.gateway import BackEnds, FastStores
from gateway.deployment.load import Deployment
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.handler_calls.await_slow_call import AwaitSlowCall
from gateway.use_cases.handler_calls.guard_with_breaker import GuardWithBreaker
from gateway.use_cases.handler_calls.run_slow_calls import RunSlowCalls
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.deliver_late_answer import DeliverLateAnswer
from gateway.use_cases.ports import Clock, Inbox, Releases, Toolkit


def back_ends(
    deployment: Deployment,
    *,
    engine: Engine,
    stores: FastStores,
    desk: Toolkit,
    releases: Releases,
    inbox: Inbox,
    channels: Mapping[str, Channel],
    clock: Clock,
    heard: HeardCalls | None = None,
) -> BackEnds:
    """Returns them wired. Where there is no bell there is no worker: slow calls run in the turn.

    `heard` listens to what declared calls come to.
    """
    keyring, settings = deployment.keyring, deployment.settings
    find = DeclaredCalls(releases=releases, secret=deployment.secret).find
    runner = ThreadRunner(deployment.handlers, desk, declared=heard.around(find) if heard else find)
    guard = GuardWithBreaker(
        runner=runner,
        contracts=runner,
        breakers=stores.breakers,
        kept=stores.answers,
        keyring=keyring,
        counters=stores.counters,
        clock=clock,
    )
    slow_calls = SqlSlowCalls(engine, keyring)
    slow = None
    if stores.bell is not None:
        slow = AwaitSlowCall(
            calls=slow_calls,
            bell=stores.bell,
            jobs=stores.jobs,
            guard=guard,
            clock=clock,
            places=Semaphore(max(1, settings.server.threads // 2)),
        )
    settle_calls = SettleCalls(
        runner=guard, clock=clock, keyring=keyring, slow=slow, zone=settings.zone
    )
    deliver = DeliverLateAnswer(
        channels=channels,
        releases=releases,
        calls=slow_calls,
        inbox=inbox,
        jobs=stores.jobs,
        settle_calls=settle_calls,
        clock=clock,
    )
    return BackEnds(
        settle_calls=settle_calls,
        guard=guard,
        slow_calls=slow_calls,
        run_slow_calls=RunSlowCalls(
            calls=slow_calls, runner=guard, bell=stores.bell, deliver=deliver, clock=clock
        ),
        close=runner.close,
    )
