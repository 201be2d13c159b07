"""By which name the lines of one request, or of one job, are found in the log."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from gateway.domain.inbound.ip_addresses import address_of

#: Set around each request; `working_on` is for what is less often done.
CURRENT: ContextVar[str] = ContextVar("request", default="")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: 32 digits of hex, or a UUID: what proxies make. No phone number and no text has this form.
_WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def current_request() -> str:
    """Returns the id of what is being worked on here; empty when there is none."""
    return CURRENT.get()


@contextmanager
def working_on(request_id: str) -> Iterator[None]:
    """Lets every log line from here on carry the id."""
    token = CURRENT.set(request_id)
    try:
        yield
    finally:
        CURRENT.reset(token)


def request_id(given: str, from_address: str, trusted: Sequence[Network] = ()) -> str:
    """Returns the id that a proxy of ours has given to a request, or a new one.

    A proxy stands on this machine, or in a network that is trusted; what strangers send is no id.

    >>> request_id("4bf92f3577b34da6a3ce929d0e0e4736", "127.0.0.1")
    '4bf92f3577b34da6a3ce929d0e0e4736'
    >>> request_id("4bf92f3577b34da6a3ce929d0e0e4736", "::ffff:127.0.0.1")
    '4bf92f3577b34da6a3ce929d0e0e4736'
    >>> request_id("4bf92f3577b34da6a3ce929d0e0e4736", "102.220.1.9").isalnum()
    True
    """
    given = given.lower()
    if given and _WELL_FORMED.fullmatch(given) and _is_ours(from_address, trusted):
        return given
    return os.urandom(16).hex()


def _is_ours(address: str, trusted: Sequence[Network]) -> bool:
    peer = address_of(address)
    if peer is None:  # a unix socket: of this machine
        return True
    return peer.is_loopback or any(peer in network for network in trusted)
