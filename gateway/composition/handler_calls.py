"""Handlers and back ends: called in the turn, later, or not now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Semaphore

from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
from gateway.adapters.handler_calls.declared_calls import DeclaredCalls
from gateway.adapters.handler_calls.declared_look_ups import DeclaredLookUps
from gateway.adapters.handler_calls.thread_runner import ThreadRunner
from gateway.composition.sql import SqlStores
from gateway.composition.stores import FastStores
from gateway.deployment.live_forms import LiveForms
from gateway.deployment.load import Deployment
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.handler_calls.await_slow_call import AwaitSlowCall
from gateway.use_cases.handler_calls.guard_with_breaker import GuardWithBreaker
from gateway.use_cases.handler_calls.keep_call import KeepCall
from gateway.use_cases.handler_calls.keep_question import KeepQuestion
from gateway.use_cases.handler_calls.post_rows import PostRows
from gateway.use_cases.handler_calls.run_slow_calls import RunSlowCalls
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.deliver_late_answer import DeliverLateAnswer
from gateway.use_cases.ports import Clock, Releases, Toolkit
from gateway.use_cases.ports.spool import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerCalls:
    """What a gateway needs to talk to back ends, now or later."""

    settle: SettleCalls
    guard: GuardWithBreaker
    run_slow: RunSlowCalls
    post_rows: PostRows
    close: Callable[[], None]


def handler_calls(
    deployment: Deployment,
    live_forms: LiveForms,
    sql: SqlStores,
    stores: FastStores,
    *,
    toolkit: Toolkit,
    releases: Releases,
    channels: Mapping[str, Channel],
    clock: Clock,
    heard: HeardCalls | None,
    spool: Spool,
) -> HandlerCalls:
    """Returns them wired. `heard` listens to what declared calls come to.

    Where no worker could run a call later, as in a trial, none is kept in the spool.
    """
    keyring = deployment.keyring.not_waiting()  # a back end is asked without a database, too
    find = DeclaredCalls(releases=releases, secret=deployment.secret).find
    of_calls = heard.around(find) if heard else find
    of_look_ups = DeclaredLookUps(releases).find
    runner = ThreadRunner(
        live_forms.handlers,
        toolkit,
        declared=lambda call: of_look_ups(call) or of_calls(call),
    )
    guard = GuardWithBreaker(
        runner=runner,
        contracts=runner,
        breakers=stores.breakers,
        kept=stores.answers,
        keyring=keyring,
        counters=stores.counters,
        clock=clock,
    )
    keep = KeepCall(
        spool=spool,
        contracts=runner,
        channels=channels,
        counters=stores.counters,
        clock=clock,
    )
    keep_question = KeepQuestion(
        questions=sql.kept_questions,
        channels=channels,
        counters=stores.counters,
        clock=clock,
    )
    settle = SettleCalls(
        runner=guard,
        clock=clock,
        keyring=keyring,
        keep=keep if stores.bell is not None else None,
        keep_question=keep_question,
        refuses=guard.refuses,
        slow=_await_slow(sql, stores, guard, clock, deployment.settings.server.threads),
        zone=deployment.settings.zone,
    )
    deliver = DeliverLateAnswer(
        channels=channels,
        releases=releases,
        calls=sql.slow_calls,
        inbox=sql.inbox,
        jobs=stores.jobs,
        settle_calls=settle,
        clock=clock,
    )
    run_slow = RunSlowCalls(
        calls=sql.slow_calls,
        runner=guard,
        contracts=runner,
        bell=stores.bell,
        deliver=deliver,
        clock=clock,
    )
    post_rows = PostRows(
        postings=sql.postings,
        forms=live_forms.forms,
        runner=guard,
        contracts=runner,
        clock=clock,
        counters=stores.counters,
    )
    return HandlerCalls(
        settle=settle, guard=guard, run_slow=run_slow, post_rows=post_rows, close=runner.close
    )


def _await_slow(
    sql: SqlStores, stores: FastStores, guard: GuardWithBreaker, clock: Clock, threads: int
) -> AwaitSlowCall | None:
    """Returns how slow calls are waited for: not at all where no worker could ring."""
    if stores.bell is None:
        return None
    return AwaitSlowCall(
        calls=sql.slow_calls,
        bell=stores.bell,
        jobs=stores.jobs,
        guard=guard,
        clock=clock,
        places=Semaphore(max(1, threads // 2)),
    )
