"""Whether a request means us: a name in its Host header that we know.

A page of somebody else can have its own name lead to 127.0.0.1 (DNS rebinding). A browser then
takes what answers there for that page's own, and only the Host header tells.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

#: What is told to whom asks by another name.
STRANGER = (
    "This page answers to names that it knows, such as localhost. Write the name you use into "
    "server.known_hosts."
)


def is_known_host(asked: str, known: Collection[str] = ()) -> bool:
    """Returns whether a Host header names this machine itself, or one of the `known` names.

    >>> is_known_host("localhost:8384"), is_known_host("[::1]:8384"), is_known_host("evil.example")
    (True, True, False)
    """
    try:
        name = (urlsplit(f"//{asked}").hostname or "").removesuffix(".")
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name) or name in {each.lower() for each in known}


def host_of(url: str) -> str:
    """Returns the name in an address, such as `public_url`; empty where there is none."""
    return urlsplit(url).hostname or ""


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
