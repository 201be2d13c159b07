"""An address to listen on, as it is written: a port, or a host and a port."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

#: In the data folder: which process holds it for its gateway, and on which port that listens.
LOCK_FILE = "gateway.lock"

_WRITTEN = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):)?(?P<port>[0-9]{1,5})")
_LAST_PORT = 65535


def listen_address(written: str) -> tuple[str, int]:
    """Returns host and port; without a host, this machine's own. Raises ValueError.

    >>> listen_address("9384"), listen_address("[::1]:9384")
    (('127.0.0.1', 9384), ('::1', 9384))
    """
    found = _WRITTEN.fullmatch(written)
    if found is None or int(found["port"]) > _LAST_PORT:
        raise ValueError("Give a port, or HOST:PORT, such as 0.0.0.0:9384.")
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


def local_url(host: str, port: int) -> str:
    """Returns how what listens there is reached from this machine.

    >>> local_url("0.0.0.0", 9384), local_url("::1", 9384)
    ('http://127.0.0.1:9384', 'http://[::1]:9384')
    """
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    return url_at(here, port)


def url_at(host: str, port: int) -> str:
    """Returns the address of what listens on a host; that of IPv6 stands in brackets (RFC 3986).

    >>> url_at("10.0.0.5", 9384), url_at("fd00::5", 9384)
    ('http://10.0.0.5:9384', 'http://[fd00::5]:9384')
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def port_of_running(data_folder: Path) -> int | None:
    """Returns the port of the gateway that runs on a data folder; None where none does.

    It was perhaps started with another GATEWAY_PORT than this terminal has.
    """
    with suppress(OSError, ValueError):
        process, port = (data_folder / LOCK_FILE).read_text("ascii").split()
        with suppress(PermissionError):  # somebody else's: it is there
            os.kill(int(process), 0)
        return int(port) if 0 < int(port) <= _LAST_PORT else None
    return None
