"""The processes of `gateway run` that are forks of it: what each does, and what all share.

A process of its own for each queue, for the web and for the stand-in, so that any may be killed;
but what they are made of is loaded once.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from gateway.adapters.releases.in_development import FilesOrPublished
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.adapters.system.processes.forks import settle_memory
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.adapters.threads.standstill import end_at_standstill, ended_at_standstill
from gateway.cli.processes.edits import tell_of_edits
from gateway.cli.processes.lines import LISTEN, hold_all
from gateway.cli.processes.log_format import log_to_stderr
from gateway.cli.processes.serve_and_work import web_server, work_on
from gateway.cli.processes.shared_by_web import MODULES, fork_as_we_do
from gateway.cli.processes.told import told, web_of
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files, release_store
from gateway.composition.parts import Parts
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import GatewayError
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.releases import ReleaseStore

log = logging.getLogger(__name__)

#: What processes load only when they need it, and nearly all of them do.
_SHARED = (
    *MODULES,
    "gateway.adapters.dataset_files.recipient_list",
    "gateway.adapters.handler_calls.slow_call_worker",
    "gateway.adapters.redis.rq_worker",
    "gateway.adapters.sql.alerts.alerts",
    "gateway.adapters.sql.broadcast.audiences",
    "gateway.adapters.sql.broadcast.broadcasts",
    "gateway.adapters.sql.broadcast.recipient_lists",
    "gateway.adapters.sql.retention.expired_rows",
    "gateway.adapters.sql.retention.walk",
    "gateway.cli.processes.ticker",
    "gateway.composition.datasets",
    "gateway.composition.office.alerts",
    "gateway.composition.office.broadcast",
    "gateway.composition.office.casework",
    "gateway.composition.upkeep",
    "gateway.composition.upkeep.tasks",
    "gateway.composition.upkeep.vital_signs",
    "gateway.standin.app",
    "gateway.standin.of_deployment",
    "gateway.use_cases.handler_calls.ask_again",
    "gateway.use_cases.outbound.send_reminders",
    "gateway.use_cases.retention.purge",
    "gateway.use_cases.ussd.store_turn_statistics",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inheritance:
    """What the forks begin with: the deployment, and its menu as it was read before the first."""

    deployment: Deployment
    clock: Clock
    read: WatchedReleases

    def share(self) -> None:
        """Loads what the forks need, once for all. No connection is opened, no thread begun."""
        for module in _SHARED:
            importlib.import_module(module)
        # Each provider, and the database's driver, has a library that is loaded when it is built.
        made = Gateway(self.deployment)
        _ = made.providers, made.engine
        settle_memory()

    def web(self) -> None:
        """Serves the webhooks and the phone."""
        fork_as_we_do()
        files = self._files()  # read once, if at all, and not by each web worker

        def application() -> Any:  # a front: granian takes whatever has __rsgi__
            from gateway.web.rsgi import front_of

            end_at_standstill()
            return front_of(self._serving(files))

        with told(self.deployment, web_of(self.deployment), ""):
            web_server(self.deployment).serve(target_loader=application, wrap_loader=False)

    def standin(self) -> None:
        """Plays the providers."""
        from gateway.standin.of_deployment import serve_for

        fork_as_we_do()
        serve_for(self.deployment, for_it_alone=True)

    def worker(self, queue: str) -> Callable[[], None]:
        """Returns what works on a queue."""

        def work() -> None:
            with ended_at_standstill():
                work_on(queue, self._gateway())

        return work

    def lines(self) -> None:
        """Holds the lines to operators."""
        hold_all(self.deployment, LISTEN)

    def edits(self) -> None:
        """Says what became of each save."""
        tell_of_edits(self.deployment, self.clock, self.read)

    def _gateway(self) -> Gateway:
        return self._serving(self._files())

    def _files(self) -> WatchedReleases:
        # The menu may have been edited since, with faults: who comes back must serve all the same.
        return from_files(self.deployment, self.clock, amid_faults=True, read=self.read)

    def _serving(self, files: WatchedReleases) -> Gateway:
        def store() -> ReleaseStore:  # alone: who works here is no question of a turn
            return release_store(self.deployment, gateway.engine)

        releases = FilesOrPublished(files, store, self.clock)
        gateway = Gateway(self.deployment, clock=self.clock, parts=Parts(releases=releases))
        return gateway.share_time(at_once=False)


def life(work: Callable[[], None], log_level: str) -> Callable[[], int]:
    """Returns the whole life of a fork: it works, and ends with a status and a word on why."""

    def inside() -> int:
        log_to_stderr(log_level)
        try:
            work()
        except GatewayError as error:
            click.echo(f"Error: {error}", err=True)
            return 1
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException as error:  # a traceback of Python's own could quote what is private
            log.error("It ended with %s", trace(error))
            return 1
        return 0

    return inside
