"""`gateway serve` and `gateway work`: the processes of a production deployment."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from gateway.adapters.system.private_files import keep_new_files
from gateway.adapters.system.processes.hangup import end_on_hangup, is_ignored
from gateway.adapters.threads.standstill import end_at_standstill, ended_at_standstill
from gateway.cli.processes.log_format import log_to_stderr
from gateway.cli.processes.startup_checks import hold_console_port, hold_metrics_port, hold_port
from gateway.cli.processes.told import live_id, told, web_of
from gateway.deployment.listen_address import listen_address
from gateway.deployment.load import Deployment, load
from gateway.domain.faults_and_errors.errors import StoreUnavailable

log = logging.getLogger("gateway.process")

if TYPE_CHECKING:
    from granian.server import MPServer, MTServer

    from gateway.composition.gateway import Gateway

#: How many callers may be connected to one web process. By itself granian takes 1,024 in all, and
#: so many idle ones would keep everybody out until their time is up.
LINES = 4096

#: How long the head of a request may take, and a connection may stay idle.
HEADER_MILLISECONDS = 15_000

#: The queues of `gateway.adapters.redis.rq_jobs`, which is not imported just to show a help text.
WORK = ("inbound", "calls", "urgent", "reply", "bulk", "ticker")


@click.command(
    epilog="""\b
Examples:
  gateway serve
  GATEWAY_HOST=0.0.0.0 GATEWAY_PORT=80 gateway serve
  GATEWAY_METRICS=127.0.0.1:9384 gateway serve
"""
)
def serve() -> None:
    """Serve the webhooks (and in development the phone) until told to stop.

    Any number of these may run, on any number of machines. The application is a plain WSGI factory:
    `gunicorn 'gateway.web.wsgi:create()'` serves it, too, behind a proxy that buffers requests.
    Start gunicorn elsewhere, with GATEWAY_HOME: it takes what it imports from the working directory
    first.
    """
    keep_new_files()
    end_on_hangup()
    deployment = load(strict=True)
    log_to_stderr(deployment.settings.log_level)
    _check_keys(deployment)
    _check_spool(deployment)
    live = _check_menu(deployment)
    from gateway.cli.processes.shared_by_web import share_with_web_workers

    share_with_web_workers(deployment)
    server = deployment.settings.server
    with (
        hold_port(server.host, server.port, "GATEWAY_PORT or server.port"),
        hold_metrics_port(server),
        hold_console_port(deployment),
        told(deployment, web_of(deployment), live),
    ):
        # Granian itself would look for the application in the working directory first.
        web_server(deployment).serve(target_loader=_application, wrap_loader=False)


def _application() -> Any:  # a front: granian takes whatever has __rsgi__
    """Returns what a web process serves; called in that process."""
    from gateway.web.rsgi import create

    end_at_standstill()
    return create()


def web_server(deployment: Deployment) -> MPServer | MTServer:
    """Returns the server that a deployment asks for."""
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.server import Server

    server = deployment.settings.server
    made = Server(
        "gateway.web.rsgi:create",
        factory=True,
        address=server.host,
        port=server.port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        workers=server.workers,
        backpressure=LINES,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    # Granian would start its workers anew, from what was loaded before: nothing of that changes.
    end = _nothing if is_ignored() else made.signal_handler_interrupt
    made.signal_handler_reload = end  # type: ignore[method-assign] # looked up as it starts
    return made


def _nothing(*_: object) -> None:
    """Goes on: who started us has asked for no end when the terminal goes."""


def _address(
    context: click.Context, option: click.Parameter, given: str | None
) -> tuple[str, int] | None:
    """Returns host and port; without a host, this machine's own."""
    if given is None:
        return None
    try:
        return listen_address(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    epilog="""\b
Examples:
  gateway work inbound
  gateway work ticker
  gateway work reply --metrics 0.0.0.0:9384
"""
)
@click.argument("queue", type=click.Choice(WORK))
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    callback=_address,
    help="Show /metrics and health there, for a worker in a container of its own.",
)
def work(queue: str, metrics: tuple[str, int] | None) -> None:
    """Work on one QUEUE until told to stop; what is in hand is finished first.

    `inbound` routes the SMS that came in; `calls` asks slow back ends; `urgent`, `reply` and `bulk`
    send. `ticker` mends what crashes left behind and wakes the others. Run at least one of each;
    several are safe.
    """
    keep_new_files()
    end_on_hangup()
    deployment = load(strict=True)
    log_to_stderr(deployment.settings.log_level)
    _check_keys(deployment)
    from gateway.composition.gateway import Gateway

    gateway = Gateway(deployment).share_time()
    with ended_at_standstill(), _metrics_shown(gateway, metrics):
        work_on(queue, gateway)


def work_on(queue: str, gateway: Gateway) -> None:
    """Does the work of a queue, or the ticker's, until told to stop; then lets go of the rest."""
    from gateway.adapters.handler_calls.slow_call_worker import CallsWorker
    from gateway.adapters.redis import rq_jobs, rq_worker
    from gateway.adapters.system.processes.told_to_stop import noted
    from gateway.cli.processes.long_work import check_broadcast, try_draft
    from gateway.cli.processes.ticker import tick
    from gateway.domain.telecom.sms import Lane

    what = "the ticker" if queue == "ticker" else f"a worker of the queue '{queue}'"
    with noted(_say_it_takes_seconds) as stop, told(gateway.deployment, what, live_id(gateway)):
        if queue == "ticker":
            tick(gateway, stop)
            gateway.close()
            return
        run_calls = CallsWorker(gateway.handler_calls.run_slow, gateway.handler_calls.post_rows)
        rq_worker.work(
            queue,
            gateway.deployment.redis_url,
            {
                # Built at the first job: a worker of another queue has no need of its memory.
                rq_jobs.ROUTE_INBOUND: lambda: gateway.inbound.work(),
                rq_jobs.RUN_CALLS: run_calls,
                rq_jobs.SEND_OUTBOUND: lambda channel, lane: gateway.outbound.work(
                    channel, Lane(lane)
                ),
                rq_jobs.TRY_DRAFT: try_draft,
                rq_jobs.CHECK_BROADCAST: check_broadcast,
            },
            stop,
        )
        run_calls.close()
        gateway.close()


def _say_it_takes_seconds() -> None:
    log.warning("What is in hand is finished first; it takes seconds.")


@contextmanager
def _metrics_shown(gateway: Gateway, address: tuple[str, int] | None) -> Iterator[None]:
    if address is None:
        yield
        return
    from gateway.web.vital_signs.metrics_server import shown

    with shown(gateway, *address) as port:
        log.info("The metrics are on http://%s:%d/metrics.", address[0], port)
        yield


def _check_spool(deployment: Deployment) -> None:
    """Refuses to start where nothing could be kept while the database is away."""
    from gateway.composition.gateway import Gateway

    Gateway(deployment).spool.prove()


def _check_keys(deployment: Deployment) -> None:
    """Refuses to start on a database that was sealed with other keys.

    Where no database answers there is nothing to compare: `/health/ready` does it later.
    """
    from gateway.composition.gateway import Gateway

    gateway = Gateway(deployment)
    try:
        with suppress(StoreUnavailable):
            if not gateway.keys.pending():
                gateway.keys.settle()
    finally:
        gateway.close()


def _check_menu(deployment: Deployment) -> str | None:
    """Loads the files where they will be served: faults shall be told once, not by every worker.

    Returns the release that is live; empty when nothing is, None when the database does not answer:
    the web server starts without it, too, and then serves the files.
    """
    from gateway.composition.gateway import Gateway
    from gateway.composition.menus import last_good

    if deployment.development:
        last_good(deployment)
        return ""
    gateway = Gateway(deployment)
    live = live_id(gateway)
    gateway.close()
    if not live:
        deployment.load_release()
    return live
