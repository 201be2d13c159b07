"""What the log says of a process's life: that it starts, with what, and that it has stopped."""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.adapters.system.version import version
from gateway.composition.gateway import Gateway
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import GatewayError

log = logging.getLogger("gateway.process")


@contextmanager
def told(deployment: Deployment, what: str, live: str | None) -> Iterator[None]:
    """Tells in the log that a process starts and that it has stopped, however it stops."""
    channels = ", ".join(deployment.channels)
    log.info(
        "Gateway %s on Python %s starts: %s. Channels: %s. %s",
        version(),
        platform.python_version(),
        what,
        channels,
        about_release(deployment, live),
    )
    try:
        yield
    except BaseException as error:
        if not isinstance(error, (SystemExit, KeyboardInterrupt)):
            log.error("Stopped by %s: %s.", type(error).__name__, what)
            raise
        log.info("Stopped: %s.", what)
        raise
    log.info("Stopped: %s.", what)


def live_id(gateway: Gateway) -> str | None:
    """Returns the release that is live; empty when nothing is, None when nobody can say."""
    try:
        return gateway.menus.live_id()
    except GatewayError:
        return None


def about_release(deployment: Deployment, live: str | None) -> str:
    """Returns a sentence about the menu that is served, as far as it is known at the start."""
    if deployment.development:
        return "The menu files are served as they are saved."
    if live is None:
        return "Which release is live is not known yet: the database does not answer."
    return f"Release {live} is live." if live else "Nothing is published: the files are served."


def web_of(deployment: Deployment) -> str:
    """Returns what the web server of a deployment is."""
    server = deployment.settings.server
    apart = f", its metrics on {server.metrics}" if server.metrics else ""
    return (
        f"the web server on {server.host}, port {server.port}{apart}; "
        f"processes: {server.workers}, threads of each: {server.threads}"
    )
