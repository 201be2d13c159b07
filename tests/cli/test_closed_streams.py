"""A command of a timer or an init script may have no input, no output, or none of the three."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateways import HOME, environment

#: Closes some of the three, as `<&-` does, and then is the command.
_BEGIN = """
import os, sys
for each in sys.argv[1]:
    os.close(int(each))
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.mark.parametrize("closed", ["0", "12", "012"])
def test_a_command_runs_whatever_was_closed(closed: str, tmp_path: Path) -> None:
    answers = ["*384*2026#"] if "0" in closed else ["*384*2026#", "1"]
    command = [sys.executable, "-m", "gateway.cli", "dial", *answers]

    done = subprocess.run(
        [sys.executable, "-c", _BEGIN, closed, *command],
        cwd=HOME, env={**os.environ, **environment(tmp_path, f"unix://{tmp_path}/none.sock")},
        stdin=subprocess.PIPE, capture_output=True, encoding="utf-8",
    )  # fmt: skip

    assert 0 == done.returncode
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("CON ") is (closed == "0")
