"""`gateway run`: the whole gateway on this machine, with one command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import click
import urllib3

from gateway.adapters.releases import last_good as last_good_menu
from gateway.adapters.system.private_files import keep_new_files
from gateway.adapters.system.processes.forks import aside
from gateway.cli.processes.banner import banner
from gateway.cli.processes.lines import LISTEN, lines_of
from gateway.cli.processes.log_format import log_to_stderr
from gateway.cli.processes.run_forked import Inheritance, life
from gateway.cli.processes.serve_and_work import WORK
from gateway.cli.processes.startup_checks import check_port_free, hold_folder
from gateway.cli.processes.supervisor import Process, Supervisor
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files
from gateway.deployment.listen_address import local_url
from gateway.deployment.load import DEVELOPMENT, Deployment, load
from gateway.deployment.settings_tree import is_loopback
from gateway.domain.faults_and_errors.errors import Refused

#: How long one question is waited for; it is asked again until there is an answer.
_ANSWER_SECONDS = 5.0

_STANDIN_PORT = "standin.port, or another GATEWAY_PORT: the stand-in takes the one after it"


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
    keep_new_files()
    deployment = replace(load(), development=True)
    log_to_stderr("info" if verbose else "warning")
    settings = deployment.settings
    logs = None if verbose else settings.data_folder / "logs"
    with own_gateway(deployment) as gateway:
        read = from_files(deployment, gateway.clock)
        with hold_folder(settings.data_folder, settings.server.port):
            _check_ports(deployment)
            _say("Starting …")
            warn_of_strange_standins(deployment)
            last_good_menu.keep(settings.data_folder, read.latest)
            way_in = aside(lambda: _prepare_database(gateway))
            inheritance = Inheritance(deployment=deployment, clock=gateway.clock, read=read)
            up = banner(deployment, read.latest, logs, way_in)
            processes = _processes(inheritance, lambda: click.echo(up))
            inheritance.share()
            Supervisor(processes, logs=logs, tell=_say).run()
    click.echo("Everything has stopped.")


def _check_ports(deployment: Deployment) -> None:
    settings = deployment.settings
    server = settings.server
    if not server.port:
        raise Refused(
            "`gateway run` must know its port. Set GATEWAY_PORT or server.port to one above 1023."
        )
    check_port_free(server.host, server.port, "GATEWAY_PORT or server.port")
    if server.metrics_address is not None:
        check_port_free(*server.metrics_address, "GATEWAY_METRICS or server.metrics")
    if settings.console.address is not None and deployment.has_console:
        check_port_free(*settings.console.address, "console.listen")
    check_port_free("127.0.0.1", settings.standin.port, _STANDIN_PORT)
    if lines_of(deployment):
        check_port_free(*LISTEN, "the other program: the lines of `provider: smpp` need this port")


def warn_of_strange_standins(deployment: Deployment) -> None:
    """Says which channels send to this machine, and yet not to our own stand-in."""
    own = f":{deployment.settings.standin.port}/{deployment.settings.standin_path}"
    for name, channel in deployment.channels.items():
        url = channel.api_url or ""
        if is_loopback(url) and not url.endswith(own):
            _say(
                f"  Channel '{name}' sends to {url}, which is not this gateway's stand-in. "
                "If that is not meant, write `api_url: standin`."
            )


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _prepare_database(gateway: Gateway) -> str:
    """Makes the database ready; returns a link for the first administrator, if there is none."""
    from gateway.adapters.sql.migrate import migrate  # ten megabytes, needed here alone
    from gateway.adapters.sql.migrations.fill_institutions import fill_institutions

    migrate(gateway.engine)
    gateway.keys.settle()
    fill_institutions(gateway.engine, gateway.deployment.settings.institution)
    loaded = gateway.datasets.load_samples(gateway.datasets.missing())
    for name, rows in loaded.items():
        click.echo(f"  {name}: {counted(rows, 'sample row')}", err=True)
    way_in = _way_in(gateway)
    gateway.engine.dispose()
    return way_in


def _way_in(gateway: Gateway) -> str:
    if not gateway.deployment.has_console or gateway.institutions.people.anybody():
        return ""
    return gateway.deployment.way_in_url(gateway.sign_in.let_in.first_link().token)


def _processes(inheritance: Inheritance, when_up: Callable[[], None]) -> list[Process]:
    """Returns what to keep going, in the order of starting; `when_up` is called once all answer."""
    deployment = inheritance.deployment
    settings = deployment.settings
    environment = {DEVELOPMENT: "1", "GATEWAY_HOME": str(settings.home)}

    def forked(
        name: str, called: str, work: Callable[[], None], *words: str, on_console: bool = False
    ) -> Process:
        return Process(
            name=name,
            called=called,
            command=("gateway", *words),
            inside=life(work, "warning" if on_console else settings.log_level),
            environment=environment,
            on_console=on_console,
        )

    processes = []
    if not settings.redis_url:
        processes.append(_valkey(deployment))
    processes.append(forked("standin", "the stand-in", inheritance.standin, "standin"))
    for queue in WORK:
        called = "the ticker" if queue == "ticker" else f"the worker for '{queue}'"
        processes.append(forked(queue, called, inheritance.worker(queue), "work", queue))
    if lines_of(deployment):
        called = "the process that holds the lines"
        processes.append(forked("lines", called, inheritance.lines, "lines"))
    called = "the process that tells of edits"
    processes.append(forked("edits", called, inheritance.edits, "edits", on_console=True))
    web = forked("web", "the web server", inheritance.web, "serve")
    server = settings.server
    health = local_url(*(server.metrics_address or (server.host, server.port)))
    ready = _once(_answers(f"{health}/health/ready"), when_up)
    return [*processes, replace(web, ready=ready)]


def _valkey(deployment: Deployment) -> Process:
    valkey = deployment.valkey
    valkey.prepare()
    return Process(
        name="valkey",
        called="the embedded Valkey",
        command=valkey.command,
        ready=valkey.is_ready,
        foundation=True,
    )


def _answers(url: str) -> Callable[[], bool]:
    def ready() -> bool:
        # A pool that is closed again: forks that come later must not find a connection of ours.
        with urllib3.PoolManager(timeout=_ANSWER_SECONDS, retries=False) as pool:
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
