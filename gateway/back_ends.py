"""Introduces to each other what calls of back ends are made of; `bootstrap.py` does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Semaphore

from sqlalchemy import Engine

from gateway.adapters.database.slow_calls import SqlSlowCalls
from gateway.adapters.declared_calls import DeclaredCalls
from gateway.adapters.heard_calls import HeardCalls
from gateway.adapters.thread_runner import ThreadRunner
from gateway.domain.channel import Channel
from gateway.loaded import Deployment
from gateway.services.await_slow_call import AwaitSlowCall
from gateway.services.converse import Converse
from gateway.services.deliver_answer import DeliverAnswer
from gateway.services.guard_calls import GuardCalls
from gateway.services.ports import Clock, Desk, Inbox, Releases
from gateway.services.run_slow_calls import RunSlowCalls
from gateway.wired import BackEnds, FastStores


def back_ends(
    deployment: Deployment,
    *,
    engine: Engine,
    stores: FastStores,
    desk: Desk,
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
    guard = GuardCalls(
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
    converse = Converse(runner=guard, clock=clock, keyring=keyring, slow=slow, zone=settings.zone)
    deliver = DeliverAnswer(
        channels=channels,
        releases=releases,
        calls=slow_calls,
        inbox=inbox,
        jobs=stores.jobs,
        converse=converse,
        clock=clock,
    )
    return BackEnds(
        converse=converse,
        guard=guard,
        slow_calls=slow_calls,
        run_slow_calls=RunSlowCalls(
            calls=slow_calls, runner=guard, bell=stores.bell, deliver=deliver, clock=clock
        ),
        close=runner.close,
    )
