"""`gateway run`: the whole gateway on this machine, with one command."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import urllib3

from gateway.adapters.releases import last_good as last_good_menu
from gateway.adapters.sql.migrate import migrate
from gateway.cli.processes.banner import banner
from gateway.cli.processes.log_format import log_to_stderr
from gateway.cli.processes.serve_and_work import WORK
from gateway.cli.processes.startup_checks import check_port_free, hold_folder
from gateway.cli.processes.supervisor import Process, Supervisor
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files
from gateway.deployment.load import DEVELOPMENT, Deployment, load
from gateway.domain.menu.release import Release

#: How often the menu's folder is looked at; the answer to a save comes within twice that.
_LOOK_SECONDS = 0.5


@click.command(
    epilog="""\b
Examples:
  gateway run
  GATEWAY_PORT=9000 gateway run
  GATEWAY_DATA=/tmp/trial gateway run --verbose
"""
)
@click.option("--verbose", is_flag=True, help="Show what every process logs, here.")
def run(verbose: bool) -> None:
    """Run the whole gateway on this machine, for development.

    Starts an embedded Valkey, brings the database up to date, loads the sample data where none is,
    and keeps web server, workers, ticker and a stand-in provider going. Ctrl-C stops everything;
    what is in hand is finished first.
    """
    deployment = load()
    release = deployment.load_release()
    settings = deployment.settings
    logs = None if verbose else settings.data_folder / "logs"
    log_to_stderr("info" if verbose else "warning")
    with hold_folder(settings.data_folder):
        check_port_free(settings.server.host, settings.server.port, "GATEWAY_PORT or server.port")
        check_port_free("127.0.0.1", settings.standin.port, "standin.port")
        click.echo("Starting …", err=True)
        processes = _processes(deployment, lambda: click.echo(banner(deployment, release, logs)))
        with own_gateway(deployment) as gateway:
            _prepare_database(gateway)
            with _telling_of_edits(gateway, release):
                Supervisor(processes, logs=logs).run()
    click.echo("Everything has stopped.")


@contextmanager
def _telling_of_edits(gateway: Gateway, release: Release) -> Iterator[None]:
    """Says on this console what became of each save; the web server takes menus up by itself.

    Each menu without faults is kept for a process that has to be started again amid faults.
    """
    deployment = gateway.deployment
    data_folder = deployment.settings.data_folder
    last_good_menu.keep(data_folder, release)
    watched = from_files(
        deployment, gateway.clock, tell=lambda sentence: click.echo(sentence, err=True)
    )
    stopped = threading.Event()

    def watch() -> None:
        kept = release.id
        while not stopped.wait(_LOOK_SECONDS):
            current = watched.current()
            if current.id != kept:
                last_good_menu.keep(data_folder, current)
                kept = current.id

    threading.Thread(target=watch, name="edits", daemon=True).start()
    try:
        yield
    finally:
        stopped.set()


def _prepare_database(gateway: Gateway) -> None:
    migrate(gateway.engine)
    loaded = gateway.datasets.load_samples(gateway.datasets.missing())
    for name, rows in loaded.items():
        click.echo(f"  {name}: {counted(rows, 'sample row')}", err=True)
    gateway.engine.dispose()


def _processes(deployment: Deployment, when_up: Callable[[], None]) -> list[Process]:
    """Returns what to keep going, in the order of starting; `when_up` is called once all answer."""
    gateway = (sys.executable, "-m", "gateway.cli")
    environment = {DEVELOPMENT: "1", "GATEWAY_HOME": str(deployment.settings.home)}
    processes = []
    if not deployment.settings.redis_url:
        valkey = deployment.valkey
        valkey.prepare()
        environment["GATEWAY_REDIS_URL"] = valkey.url
        processes.append(
            Process(name="valkey", command=valkey.command, ready=valkey.is_ready, foundation=True)
        )
    standin = (sys.executable, "-m", "gateway.standin")
    processes.append(Process(name="standin", command=standin, environment=environment))
    for queue in WORK:
        command = (*gateway, "work", queue)
        processes.append(Process(name=queue, command=command, environment=environment))
    ready = _once(_answers(f"{_local(deployment)}/health/ready"), when_up)
    web = Process(name="web", command=(*gateway, "serve"), environment=environment, ready=ready)
    return [*processes, web]


def _answers(url: str) -> Callable[[], bool]:
    pool = urllib3.PoolManager(timeout=2, retries=False)

    def ready() -> bool:
        try:
            return pool.request("GET", url).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    return ready


def _once(ready: Callable[[], bool], then: Callable[[], None]) -> Callable[[], bool]:
    def ready_then() -> bool:
        answered = ready()
        if answered:
            then()
        return answered

    return ready_then


def _local(deployment: Deployment) -> str:
    server = deployment.settings.server
    host = "127.0.0.1" if server.host in ("0.0.0.0", "::") else server.host  # noqa: S104 - compared only
    return f"http://{host}:{server.port}"
