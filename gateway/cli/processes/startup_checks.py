"""What is checked before a gateway starts: that its data is its own, and that its port is free."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from gateway.adapters.system.private_files import make_folder
from gateway.deployment.listen_address import LOCK_FILE
from gateway.deployment.load import Deployment, refuse_console_in_the_clear
from gateway.deployment.settings_sections import ServerSettings
from gateway.domain.faults_and_errors.errors import Refused


@contextlib.contextmanager
def hold_folder(folder: Path, port: int = 0) -> Iterator[None]:
    """Holds the data folder for this gateway alone; raises Refused when another has it.

    Commands beside it read there on which `port` it listens. The kernel gives the lock up with the
    gateway that held it, however it ended.
    """
    make_folder(folder)
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode("ascii", "replace").partition("\n")[0]
            raise Refused(
                f"A gateway already runs on {folder} (process {holder or 'unknown'}). "
                "Stop it first, or choose another data folder."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n{port}\n".encode("ascii"), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def hold_port(host: str, port: int, setting: str) -> Iterator[None]:
    """Holds a port for this server alone; raises Refused when another listens or is about to.

    A server whose processes share a port lets the kernel split the callers between two that were
    started by mistake. Two that start at the same moment both find the port free, so the name of
    the port is taken as well: of an abstract socket (unix(7)), which goes with its holder. Where
    the kernel has none, only who listens already is seen.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as name:
        if port and sys.platform == "linux":
            try:
                name.bind(f"\0citizen-gateway {host} {port}")
            except OSError as error:
                raise Refused(
                    f"Cannot listen on {host}, port {port}: {_reason(error, setting)}"
                ) from error
        if port:
            check_port_free(host, port, setting)
        yield


@contextlib.contextmanager
def hold_metrics_port(server: ServerSettings) -> Iterator[None]:
    """Holds the address of /metrics, where there is one; raises Refused like `hold_port`."""
    if server.metrics_address is None:
        yield
        return
    with hold_port(*server.metrics_address, "GATEWAY_METRICS or server.metrics"):
        yield


@contextlib.contextmanager
def hold_console_port(deployment: Deployment) -> Iterator[None]:
    """Holds the address of the console, where it has its own; raises Refused like `hold_port`.

    Raises Refused for a console in the clear, too.
    """
    refuse_console_in_the_clear(deployment)
    address = deployment.settings.console.address
    if address is None or not deployment.has_console:
        yield
        return
    with hold_port(*address, "console.listen"):
        yield


def check_port_free(host: str, port: int, setting: str) -> None:
    """Returns when we may listen there; raises Refused, saying what to do, when not.

    `setting` is where the port was chosen.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            # Connections of a gateway that has just ended do not count as taken.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise Refused(f"Cannot listen on {host}, port {port}: {_reason(error, setting)}") from error


def _reason(error: OSError, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"the port is taken. Stop what listens there, or choose another in {setting}."
    if error.errno == errno.EACCES:
        return f"ports below 1024 are for root. Choose one above in {setting}."
    return f"{error.strerror}. Is this an address of this machine?"
