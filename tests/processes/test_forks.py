"""Forks: they work with what is loaded, and inherit nothing that they must not have."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gateway.cli.processes.startup_checks import hold_folder
from tests.polling import eventually, is_gone
from tests.supervised import Begin, beginner, ended, pids

FORKED = """
import gateway.adapters.system.forks

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
