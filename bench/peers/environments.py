"""Virtual environments for peers: each needs companions of its own, so it cannot share ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.figures import say
from bench.servers import Failed

INSTALL_SECONDS = 600


def install(folder: Path, name: str, requirements: Sequence[str]) -> Path:
    """Returns the interpreter of a new environment with the peer in it; raises Failed."""
    say(f"installing {name} into an environment of its own")
    python = folder / name / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", str(folder / name)],
        [str(python), "-m", "pip", "install", "--quiet", *requirements],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        if done.returncode:
            raise Failed(f"{name} cannot be installed: {done.stderr.strip()[-400:]}")
    return python
