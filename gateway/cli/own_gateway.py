"""The deployment's own gateway, open for as long as one command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.bootstrap import build
from gateway.loaded import load
from gateway.wired import Gateway


@contextmanager
def own_gateway() -> Iterator[Gateway]:
    """Yields the gateway on its real stores; raises Refused, SettingsInvalid or MenuInvalid."""
    gateway = build(load())
    try:
        yield gateway
    finally:
        gateway.close()
