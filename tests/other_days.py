"""Runs the tests that read the machine's clock on two other machines, on two other days.

`make check` runs it. Python's clock is moved in every process (moved_clock/sitecustomize.py): each
run begins shortly before its day ends, and goes on into the next. The environment holds nothing but
what is said here, and an encoding that is left to the machine is a fault.

Each file of tests goes to one of the two machines, by turns: on a third, today's, `make test` runs
it anyhow.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

HOME = Path(__file__).parent.parent
#: What starts processes or commands, and what asks a library that has a clock of its own.
TESTS = (
    "tests/cli",
    "tests/processes",
    "tests/promises",
    "tests/menus/test_menus_publish.py",
    "tests/contracts/test_http_exchange_tls.py",
    "tests/contracts/test_rq_worker.py",
    "tests/contracts/test_slow_call_worker.py",
    "tests/handlers/test_docs_handlers.py",
    "tests/test_docs_newcomer.py",
    "tests/test_dialogues.py",
)
#: What says nothing of another day, but much of memory, of files, of modules and of crowds.
NOT_THERE = (
    "tests/cli/test_closed_streams.py",
    "tests/processes/test_inherited_modules.py",
    "tests/processes/test_private_files.py",
    "tests/processes/test_shadowing_files.py",
    "tests/promises/test_concurrent_sessions.py",
    "tests/promises/test_memory_stays.py",
    "tests/promises/test_under_fire.py",
)
#: Its processes would be measured with the library that moves their clocks.
NO_TEST_THERE = "tests/promises/test_run.py::test_the_whole_of_it_is_small"
#: Usually it takes four minutes.
MOST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class OtherMachine:
    """A machine on a day; `moment` is when the tests begin there."""

    moment: datetime
    suite_day: date
    environ: Mapping[str, str]


MACHINES = (
    # The leap day ends in the reference deployment's country; here it is another hour and minute.
    OtherMachine(
        datetime(2028, 2, 29, 20, 59, 20, tzinfo=UTC),
        date(2028, 2, 29),
        {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "HOME": "/nonexistent"},
    ),
    # The year ends, in a language that has another i.
    OtherMachine(
        datetime(2026, 12, 31, 23, 59, 20, tzinfo=UTC),
        date(2027, 3, 28),
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    ),
)


def files() -> list[str]:
    """Returns the files of tests that are run on other days, in order."""
    found = {
        path.relative_to(HOME).as_posix()
        for each in TESTS
        for path in ([HOME / each] if each.endswith(".py") else (HOME / each).rglob("test_*.py"))
    }
    for each in NOT_THERE:
        found.remove(each)
    return sorted(found)


def run(machine: OtherMachine, tests: Sequence[str]) -> int:
    """Runs tests there; returns the exit code."""
    moved_by = machine.moment.timestamp() - time.time()  # noqa: TID251 - it is moved from here
    environ = {
        **{name: os.environ[name] for name in ("PATH", "TEST_DATABASE_URL") if name in os.environ},
        **machine.environ,
        "CLOCK_MOVED_BY": str(moved_by),
        "PYTHONPATH": str(HOME / "tests" / "moved_clock"),
        "PYTHONWARNDEFAULTENCODING": "1",
        "SUITE_DAY": machine.suite_day.isoformat(),
    }
    told = " ".join(f"{name}={value}" for name, value in machine.environ.items())
    print(f"On {machine.moment:%Y-%m-%d, %H:%M} UTC with {told}:", flush=True)  # noqa: T201
    # time_machine is there before pytest, which has something to say about that.
    quiet = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", "-W", quiet]
    ran = subprocess.run(
        [*command, "--deselect", NO_TEST_THERE, *tests], cwd=HOME, env=environ, timeout=MOST_SECONDS
    )
    return ran.returncode


def run_all() -> int:
    """Runs every file on one of the machines; returns the worst exit code."""
    every = files()
    shares = [every[number :: len(MACHINES)] for number in range(len(MACHINES))]
    return max([run(each, share) for each, share in zip(MACHINES, shares, strict=True)])


if __name__ == "__main__":
    sys.exit(run_all())
