"""The deployment's own gateway, open for as long as one command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.composition.build import build
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load


@contextmanager
def own_gateway() -> Iterator[Gateway]:
    """Yields the gateway on its real stores; raises Refused, SettingsInvalid or MenuInvalid."""
    gateway = build(load())
    try:
        yield gateway
    finally:
        gateway.close()
