"""`gateway run`: the whole gateway on this machine, with one command."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path("config") / "sample-data"
