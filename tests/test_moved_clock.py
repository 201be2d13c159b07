"""The clock that is moved for the other days goes on in every process, forks that come late too."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.gateways import HOME

#: Nobody looks at the clock before the child does, and it is looked at again by a second fork.
FORKS = """
import os, threading, time
began = time.monotonic()
def child():
    told, tell = os.pipe()
    if not os.fork():
        os.write(tell, repr(time.time()).encode())
        os._exit(0)
    os.wait()
    return float(os.read(told, 64))
first = child()
threading.Event().wait(0.5)
second = child()
print(0.45 < second - first < 30, second > 2_000_000_000)
"""


def test_a_fork_that_comes_later_does_not_begin_again_at_the_same_moment() -> None:
    environ = {"CLOCK_MOVED_BY": "900000000", "PYTHONPATH": str(HOME / "tests" / "moved_clock")}

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS], capture_output=True, encoding="utf-8",
        env={"PATH": os.environ["PATH"], **environ}, check=False,
    )  # fmt: skip

    assert "True True\n" == done.stdout, done.stderr
