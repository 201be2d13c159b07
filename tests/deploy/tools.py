"""The tools that check what stands in deploy/, where they are on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

#: By program, the package of Debian that brings it.
PACKAGES: Mapping[str, str] = {
    "promtool": "prometheus",
    "caddy": "caddy",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "systemd-analyze": "systemd",
}


def tool(name: str) -> str:
    """Returns the path of a program; skips the test where it is missing, saying what brings it.

    `make deploy-check` installs all of them, and then none may be missing.
    """
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found:
        return found
    sentence = f"{name} is missing. On Debian: apt install {PACKAGES[name]}, or make deploy-check."
    if os.environ.get("EVERY_TOOL_IS_HERE"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def said_by(folder: Path, *command: str | Path) -> str:
    """Returns what a program says; fails when it finds something."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    said = done.stdout + done.stderr
    assert 0 == done.returncode, said
    return said
