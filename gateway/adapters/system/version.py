"""The version of the gateway that runs here."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Returns the version of the installed package; `unknown` where it runs without one."""
    try:
        return metadata.version("citizen-gateway")
    except metadata.PackageNotFoundError:
        return "unknown"
