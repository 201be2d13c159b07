"""What a page has asked a worker for has its turn behind citizens, and ends in time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gateway.cli.processes import long_work

#: Ends well as soon as it has its turn later than who began it, and badly when it never does.
WAITS = """
import os, sys
for _ in range(5_000_000):
    if os.getpriority(os.PRIO_PROCESS, 0) == int(sys.argv[1]):
        sys.exit(0)
sys.exit(1)
"""


def test_it_gives_way_and_who_began_it_does_not() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    later = min(own + 10, 19)

    assert 0 == long_work.run_later([sys.executable, "-c", WAITS, str(later)])
    assert own == os.getpriority(os.PRIO_PROCESS, 0)


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_work, "_SECONDS", 0.01)

    with pytest.raises(subprocess.TimeoutExpired):
        long_work.run_later([sys.executable, "-c", "import threading; threading.Event().wait()"])
