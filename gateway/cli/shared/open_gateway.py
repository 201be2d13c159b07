"""The deployment's own gateway, open for as long as one command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from gateway.composition.gateway import Gateway
from gateway.composition.parts import THE_OWN, Parts
from gateway.deployment.load import Deployment, load
from gateway.use_cases.ports import Clock


@contextmanager
def own_gateway(deployment: Deployment | None = None, parts: Parts = THE_OWN) -> Iterator[Gateway]:
    """Yields the gateway of the deployment in the working folder, or of the one that is given.

    A command enters the rooms that it needs: only then is a store connected or a menu read. Raises
    Refused and SettingsInvalid.
    """
    gateway = Gateway(deployment or load(), clock=given_clock(), parts=parts)
    try:
        yield gateway
    finally:
        gateway.close()


def given_clock() -> Clock | None:
    """Returns the clock that whoever invoked the command gave to it; None for the machine's."""
    context = click.get_current_context(silent=True)
    clock: Clock | None = context.find_root().obj if context else None
    return clock
