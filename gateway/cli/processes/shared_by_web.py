"""What web workers begin with: loaded before they are forked, so that they share its memory."""

from __future__ import annotations

import importlib
import multiprocessing

from gateway.adapters.system.processes.forks import settle_memory
from gateway.composition.gateway import Gateway
from gateway.deployment.load import Deployment

#: What a web worker loads only when it needs it, and every one does with its first turns.
MODULES = (
    "gateway.adapters.handler_calls.declared_look_ups",
    "gateway.adapters.metrics.process_counters",
    "gateway.adapters.redis.breakers",
    "gateway.adapters.redis.call_cache_and_signal",
    "gateway.adapters.redis.dropped_sessions",
    "gateway.adapters.redis.flows.flow_words",
    "gateway.adapters.redis.rate_counter",
    "gateway.adapters.redis.rq_jobs",
    "gateway.adapters.redis.screens",
    "gateway.adapters.redis.sessions",
    "gateway.adapters.redis.throughput",
    "gateway.adapters.redis.waiting_spools",
    "gateway.adapters.spool.spool_file",
    "gateway.adapters.sql.handler_toolkit.toolkit",
    "gateway.adapters.sql.shared_clock",
    "gateway.adapters.sql.ussd.turn_statistics",
    "gateway.composition.handler_calls",
    "gateway.composition.inbound",
    "gateway.composition.outbound",
    "gateway.composition.stores",
    "gateway.composition.ussd",
    "gateway.web.rsgi",
    "granian.server",
    "multiprocessing.popen_fork",
)


def share_with_web_workers(deployment: Deployment) -> None:
    """Loads what web workers need, once for all. No connection is opened, no thread begun."""
    for module in MODULES:
        importlib.import_module(module)
    # Each provider, and the database's driver, has a library that is loaded when it is built.
    made = Gateway(deployment)
    _ = made.providers, made.engine
    fork_as_we_do()
    settle_memory()


def fork_as_we_do() -> None:
    """Lets Granian fork its workers from this process on every version of Python."""
    multiprocessing.set_start_method("fork", force=True)
