"""Jasmin, as its documentation sets it up: one process, RabbitMQ and Redis, a user, one connector.

RabbitMQ is a node of its own with nothing in it. What Jasmin writes lies in the bench's folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.servers import START_SECONDS, Failed, free_port, running, wait_for

VERSION = "0.11.0"
REQUIREMENTS = (f"jasmin=={VERSION}",)
#: RabbitMQ's node takes its time, the more so on a busy machine.
BROKER_SECONDS = 120.0
#: Where Debian keeps its programs. What it puts into /usr/sbin runs as another user.
DEBIAN = "/usr/lib/rabbitmq/bin"
USER, PASSWORD = "jcliadmin", "jclipwd"  # noqa: S105 - Jasmin's own, of its documentation


@dataclass(frozen=True, slots=True)
class Running:
    """A Jasmin that is bound to its SMS centre."""

    jasmin: psutil.Process
    broker: psutil.Process
    http_port: int


def install_sources(python: Path, folder: Path) -> Path:
    """Returns the description of AMQP that Jasmin reads, of its own sources; raises Failed."""
    folder.mkdir(exist_ok=True)
    command = [
        str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
        "--dest", str(folder), REQUIREMENTS[0],
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"The sources of Jasmin cannot be had: {done.stderr.strip()[-400:]}")
    (archive,) = folder.glob("jasmin-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (spec,) = folder.rglob("amqp0-9-1.xml")
    return spec


@contextlib.contextmanager
def bound(
    python: Path, spec: Path, folder: Path, redis_port: int, centre_port: int
) -> Iterator[Running]:
    """Yields a Jasmin that sends to the SMS centre on a port of this machine; raises Failed."""
    ports = {name: free_port() for name in PORTS}
    home = folder / "jasmin"
    for each in ("store", "log"):
        (home / each).mkdir(parents=True)
    config = home / "jasmin.cfg"
    config.write_text(_config(home, spec, ports, redis_port), "utf-8")
    environ = {
        "PATH": os.environ["PATH"], "ROOT_PATH": str(home), "CONFIG_PATH": str(home),
        "LOG_PATH": str(home / "log"), "RESOURCE_PATH": str(spec.parent),
    }  # fmt: skip
    command = [
        str(python), str(python.parent / "jasmind.py"), "-c", str(config),
        "--username", USER, "--password", PASSWORD, "--enable-dlr-thrower", "--enable-dlr-lookup",
    ]  # fmt: skip
    with _broker(folder, ports["amqp"]) as broker, running(command, home, environ) as process:
        wait_for(ports["jcli"], process)
        _told(ports["jcli"], _set_up(centre_port))
        yield Running(process, broker, ports["http-api"])


PORTS = (
    "amqp", "smpp-server", "smpp-server-pb", "client-management", "http-api", "router", "jcli",
)  # fmt: skip


def _config(home: Path, spec: Path, ports: dict[str, int], redis_port: int) -> str:
    listening = {
        name: f"bind = 127.0.0.1\nport = {port}\n" for name, port in ports.items() if name != "amqp"
    }
    stored = f"store_path = {home / 'store'}\n"
    sections = {
        **listening,
        "client-management": listening["client-management"] + stored,
        "router": listening["router"] + stored,
        "http-api": listening["http-api"] + f"access_log = {home / 'log' / 'access.log'}\n",
        "amqp-broker": f"host = 127.0.0.1\nport = {ports['amqp']}\nspec = {spec}\n",
        "redis-client": f"host = 127.0.0.1\nport = {redis_port}\n",
        **dict.fromkeys(
            ("service-smppclient", "sm-listener", "dlr", "deliversm-thrower", "dlr-thrower"), ""
        ),
    }
    return "".join(
        f"[{name}]\n{lines}log_level = WARNING\nlog_file = {home / 'log' / name}.log\n"
        for name, lines in sections.items()
    )


@contextlib.contextmanager
def _broker(folder: Path, port: int) -> Iterator[psutil.Process]:
    """Yields a RabbitMQ of its own; raises Failed."""
    command = shutil.which("rabbitmq-server", path=f"{DEBIAN}:{os.environ['PATH']}")
    if command is None:
        raise Failed(
            "Jasmin needs RabbitMQ, which is not installed. On Debian: apt install rabbitmq-server"
        )
    home = folder / "rabbitmq"
    home.mkdir()
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(home), "RABBITMQ_MNESIA_BASE": str(home),
        "RABBITMQ_LOG_BASE": str(home), "RABBITMQ_NODENAME": f"bench{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()), "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
    }  # fmt: skip
    with running([command], folder, environ) as process:
        give_up_at = time.monotonic() + BROKER_SECONDS
        while time.monotonic() < give_up_at and process.is_running():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        else:
            raise Failed("RabbitMQ did not start. Its log is on stderr.")
        yield process


def _set_up(centre_port: int) -> Sequence[str]:
    """Returns what an administrator types: one connector, one user, one route."""
    return (
        "smppccm -a", "cid centre", "host 127.0.0.1", f"port {centre_port}", "username u",
        "password p", "submit_throughput 0", "bind transceiver", "ok", "smppccm -1 centre",
        "group -a", "gid bench", "ok",
        "user -a", "username bench", "password bench", "gid bench", "uid bench", "ok",
        "mtrouter -a", "type DefaultRoute", "connector smppc(centre)", "rate 0.0", "ok",
    )  # fmt: skip


def _told(port: int, lines: Sequence[str]) -> None:
    """Types lines into Jasmin's console, each once the one before has been answered."""
    with socket.create_connection(("127.0.0.1", port), START_SECONDS) as connection:
        connection.settimeout(START_SECONDS)
        for line in (USER, PASSWORD, *lines):
            _answer(connection)
            connection.sendall(f"{line}\r\n".encode())
        _answer(connection)
        connection.sendall(b"quit\r\n")


def _answer(connection: socket.socket) -> bytes:
    """Returns what the console says, to the place where it waits for a line; raises Failed."""
    said = b""
    try:
        while not said.rstrip().endswith((b"required.", b":", b">")):
            more = connection.recv(4096)
            if not more:
                break
            said += more
    except TimeoutError as error:
        raise Failed(f"Jasmin's console does not answer: {said[-200:]!r}") from error
    return said
