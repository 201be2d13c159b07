"""Forks: they work with what is loaded, and inherit nothing that they must not have."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import psutil
import pytest

from gateway.adapters.system.processes.forks import aside
from gateway.cli.processes.startup_checks import hold_folder
from gateway.domain.faults_and_errors.errors import (
    DataInvalid,
    InvalidAddress,
    Refused,
    StoreUnavailable,
)
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from tests.polling import eventually, is_gone
from tests.supervised import Begin, beginner, ended, pids

FORKED = """
import gateway.adapters.system.processes.forks

def forked(name, live, **more):
    def inside():
        with open(name + ".pids", "a") as noted:
            noted.write(str(os.getpid()) + "\\n")
        return live()
    return Process(name=name, command=("gateway", "work", name), inside=inside, **more)

def sleep():
    import time
    time.sleep(600)
"""


UNTIL_TOLD = """
def until_told():
    import threading
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    Path("armed").touch()
    told.wait()
    Path("finished").touch()
    return 0

Supervisor([forked("reply", until_told)]).run()
"""


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a supervisor of forks."""
    with beginner(tmp_path) as begin:
        yield lambda body: begin(FORKED + body)


def test_a_fork_is_shown_as_the_command_that_it_stands_for(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("Supervisor([forked('reply', sleep)]).run()")
    eventually(lambda: pids(tmp_path, "reply"))
    child = psutil.Process(pids(tmp_path, "reply")[0])

    eventually(lambda: child.cmdline()[:3] == ["gateway", "work", "reply"])

    assert "PYTHONPATH" not in " ".join(child.cmdline())
    supervisor.terminate()
    assert ended(supervisor)[0] == 0


def test_a_fork_that_was_killed_is_forked_again(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("Supervisor([forked('reply', sleep), forked('bulk', sleep)]).run()")
    eventually(lambda: pids(tmp_path, "reply") and pids(tmp_path, "bulk"))

    subprocess.run(["kill", "-9", str(pids(tmp_path, "reply")[0])], check=True)
    eventually(lambda: len(pids(tmp_path, "reply")) == 2)
    supervisor.terminate()
    status, out, _ = ended(supervisor)

    assert status == 0
    assert "Reply was killed by signal 9 (SIGKILL)." in out
    assert all(is_gone(pid) for pid in pids(tmp_path, "reply") + pids(tmp_path, "bulk"))


def test_the_status_of_a_fork_is_what_its_life_returns(begin: Begin) -> None:
    supervisor = begin("Supervisor([forked('reply', lambda: 7, ready=lambda: False)]).run()")

    status, _, error = ended(supervisor)

    assert status == 1
    assert "Reply ended with status 7 before it was ready." in error


def test_a_fork_has_a_log_and_an_environment_of_its_own(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
def speak():
    print(os.environ["GREETING"])
    os.system("echo trouble >&2")
    return 0

Supervisor([forked("reply", speak, environment={"GREETING": "hello"})], logs=here / "logs").run()
""")
    log = tmp_path / "logs" / "reply.log"

    eventually(lambda: log.exists() and "hello" in log.read_text("utf-8"))
    supervisor.terminate()

    assert {"hello", "trouble"} == set(log.read_text("utf-8").split())
    assert "hello" not in ended(supervisor)[1]


def test_a_fork_keeps_no_file_of_its_parent_so_the_folder_is_free_when_that_is_killed(
    begin: Begin, tmp_path: Path
) -> None:
    supervisor = begin("""
from gateway.cli.processes.startup_checks import hold_folder

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path("armed").touch()
    sleep()

with hold_folder(here / "data"):
    Supervisor([forked("reply", deaf)]).run()
""")
    eventually((tmp_path / "armed").exists)
    child = pids(tmp_path, "reply")[0]

    supervisor.kill()
    supervisor.wait()

    with hold_folder(tmp_path / "data"):
        assert not is_gone(child)  # it is deaf, and yet it holds nothing
    subprocess.run(["kill", "-9", str(child)], check=True)


def test_a_killed_supervisor_leaves_no_fork_behind(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("Supervisor([forked('reply', sleep), forked('bulk', sleep)]).run()")
    eventually(lambda: pids(tmp_path, "reply") and pids(tmp_path, "bulk"))

    supervisor.kill()

    for name in ("reply", "bulk"):
        eventually(lambda name=name: is_gone(pids(tmp_path, name)[0]))


def test_what_is_done_aside_leaves_nothing_behind(capfd: pytest.CaptureFixture[str]) -> None:
    held: list[str] = []

    aside(lambda: (held.append("this"), click.echo("done")))

    assert ([], "done\n") == (held, capfd.readouterr().out)


@pytest.mark.parametrize(
    "error",
    [
        Refused("The database is at a step that is not known."),
        StoreUnavailable("The database does not answer."),
        InvalidAddress("too_short", Sentence("It has too few digits.")),
        DataInvalid([Fault("rows.csv", 2, 1, "D001", "It is empty.")]),
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_goes_wrong_aside_is_raised_here(error: BaseException) -> None:
    def fails() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        aside(fails)

    assert (str(error), vars(error)) == (str(raised.value), vars(raised.value))


def test_work_aside_that_is_killed_is_not_taken_for_done() -> None:
    with pytest.raises(ChildProcessError, match="was killed"):
        aside(lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_a_fork_whose_connection_is_gone_ends_as_one_that_is_told_to(
    begin: Begin, tmp_path: Path
) -> None:
    supervisor = begin(UNTIL_TOLD)
    eventually((tmp_path / "armed").exists)

    os.kill(pids(tmp_path, "reply")[0], signal.SIGHUP)

    eventually((tmp_path / "finished").exists)
    supervisor.terminate()
    assert ended(supervisor)[0] == 0
