"""The floors of the house: each imports only downwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parent.parent


def test_every_import_contract_holds() -> None:
    tool = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run([tool, "--no-cache"], cwd=HOME, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout
