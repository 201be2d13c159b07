"""The supervisor against real child processes: order, restarts, stopping, and no orphans."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.processes.logs import shorten
from gateway.cli.processes.supervisor import restart_delay
from tests.polling import eventually, is_gone
from tests.supervised import Begin, beginner, ended, pids


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a supervisor of these processes."""
    with beginner(tmp_path) as begin:
        yield begin


@pytest.mark.parametrize(
    ("crashes", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (6, 10.0), (5000, 10.0)]
)
def test_each_crash_in_a_row_is_waited_for_longer(crashes: int, seconds: float) -> None:
    assert restart_delay(crashes) == seconds


def test_the_next_is_started_when_the_one_before_is_ready(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        Supervisor([
            python("first", "time.sleep(0.2); Path('ready').touch();" + SLEEP,
                   ready=(here / "ready").exists),
            python("second", "Path('order').write_text(str(Path('ready').exists()));" + SLEEP),
        ]).run()
    """)

    eventually(lambda: (tmp_path / "order").exists() and (tmp_path / "order").read_text("utf-8"))
    supervisor.terminate()

    assert (tmp_path / "order").read_text("utf-8") == "True"
    assert ended(supervisor)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_are_stopped_on_a_signal_and_the_foundation_last(
    begin: Begin, tmp_path: Path, number: signal.Signals
) -> None:
    supervisor = begin("""
        note = "open('stopped', 'a').write('{}\\\\n'), os._exit(0)"
        Supervisor([
            python("base", on_term(note.format("base")), foundation=True,
                   ready=(here / "armed").exists),
            python("slow", on_term("time.sleep(0.3)," + note.format("slow")).replace("armed", "b"),
                   ready=(here / "b").exists),
            python("quick", on_term(note.format("quick")).replace("armed", "c"),
                   ready=(here / "c").exists),
        ]).run()
    """)
    eventually((tmp_path / "c").exists)

    supervisor.send_signal(number)
    status, out, _ = ended(supervisor)

    assert (status, out.splitlines()[-1]) == (0, "left")
    assert (tmp_path / "stopped").read_text("utf-8").split() == ["quick", "slow", "base"]


def test_one_that_shall_outlive_its_terminal_does(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        note = "open('stopped', 'a').write('child'), os._exit(0)"
        Supervisor([python("child", on_term(note), ready=(here / "armed").exists)]).run()
    """)
    eventually((tmp_path / "armed").exists)

    supervisor.send_signal(signal.SIGHUP)
    os.kill(pids(tmp_path, "child")[0], signal.SIGKILL)
    eventually(lambda: len(pids(tmp_path, "child")) == 2)  # it goes on, and keeps it going
    supervisor.terminate()

    assert ended(supervisor)[0] == 0


@pytest.mark.parametrize(
    ("stop_seconds", "signals"), [(0.1, 1), (600.0, 2)], ids=["in time", "at the second signal"]
)
def test_one_that_does_not_stop_is_killed(
    begin: Begin, tmp_path: Path, stop_seconds: float, signals: int
) -> None:
    supervisor = begin(f"""
        Supervisor([python("deaf", on_term("Path('asked').touch()"))],
                   stop_seconds={stop_seconds}).run()
    """)
    eventually((tmp_path / "armed").exists)

    supervisor.terminate()
    eventually((tmp_path / "asked").exists)
    if signals == 2:
        supervisor.terminate()
    status, out, _ = ended(supervisor)

    assert status == 0
    assert ("Deaf does not stop: it is killed." in out) == (signals == 1)
    assert "Stopping …" in out
    assert is_gone(pids(tmp_path, "deaf")[0])


def test_one_that_was_killed_is_started_again(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        Supervisor([python("other", SLEEP),
                    python("web", SLEEP, called="the web server")], logs=here / "logs").run()
    """)
    eventually(lambda: pids(tmp_path, "web") and pids(tmp_path, "other"))

    subprocess.run(["kill", "-9", str(pids(tmp_path, "web")[0])], check=True)
    eventually(lambda: len(pids(tmp_path, "web")) == 2)
    supervisor.terminate()
    _, out, _ = ended(supervisor)

    log = tmp_path / "logs" / "web.log"
    assert (
        f"The web server was killed by signal 9 (SIGKILL). What it said is in {log}. "
        "It is started again in 0.5 s."
    ) in out
    assert len(pids(tmp_path, "other")) == 1
    assert all(is_gone(pid) for pid in pids(tmp_path, "web") + pids(tmp_path, "other"))


def test_one_that_ends_again_and_again_is_started_ever_later(begin: Begin) -> None:
    supervisor = begin("""
        Supervisor([python("web", "sys.exit(3)")]).run()
    """)
    assert supervisor.stdout is not None

    told = [supervisor.stdout.readline() for _ in range(4)]
    supervisor.terminate()

    assert told[1] == (
        "Web ended with status 3. What it said is above. It is started again in 0.5 s.\n"
    )
    assert told[3] == (
        "Web ended with status 3. What it said is above. It is started again in 1 s.\n"
    )
    assert ended(supervisor)[0] == 0


def test_one_that_cannot_be_started_again_is_tried_later(begin: Begin) -> None:
    supervisor = begin("""
        program = here / "program"
        program.write_text("#!/bin/sh\\nrm " + str(program))
        program.chmod(0o700)
        Supervisor([Process(name="web", command=[str(program)])]).run()
    """)
    assert supervisor.stdout is not None

    told = [supervisor.stdout.readline() for _ in range(3)]
    supervisor.terminate()

    assert told[1].startswith("Web ended with status 0.")
    assert "Web cannot be started: No such file or directory" in told[2]
    assert "It is started again in 1 s." in told[2]
    assert ended(supervisor)[0] == 0


def test_a_slow_start_is_waited_for_and_told(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        looks = []
        def ready():
            looks.append(1)
            return len(looks) > 40
        Supervisor([python("web", SLEEP, called="the web server", ready=ready),
                    python("next", SLEEP)], patience_seconds=0.1).run()
    """)

    eventually(lambda: pids(tmp_path, "next"))
    supervisor.terminate()
    status, out, _ = ended(supervisor)

    assert status == 0
    assert out.count("Still waiting for the web server: ") >= 2


def test_it_can_be_stopped_while_it_starts(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        Supervisor([python("base", SLEEP, ready=lambda: False), python("web", SLEEP)]).run()
    """)
    eventually(lambda: pids(tmp_path, "base"))

    supervisor.terminate()
    status, out, _ = ended(supervisor)

    assert (status, out.splitlines()[-1]) == (0, "left")
    assert pids(tmp_path, "web") == []


def test_a_killed_supervisor_leaves_no_orphan(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        Supervisor([python("one", SLEEP), python("two", SLEEP)]).run()
    """)
    eventually(lambda: pids(tmp_path, "one") and pids(tmp_path, "two"))

    supervisor.kill()

    for name in ("one", "two"):
        eventually(lambda name=name: is_gone(pids(tmp_path, name)[0]))


def test_what_a_killed_child_left_behind_is_killed_too(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        fork = "pid = os.fork(); pid and open('left.pids', 'w').write(str(pid));"
        Supervisor([python("web", fork + SLEEP)]).run()
    """)
    eventually(lambda: pids(tmp_path, "left"))
    left = pids(tmp_path, "left")[0]

    subprocess.run(["kill", "-9", str(pids(tmp_path, "web")[0])], check=True)

    eventually(lambda: is_gone(left))
    supervisor.terminate()
    assert ended(supervisor)[0] == 0


@pytest.mark.parametrize(
    ("process", "said"),
    [
        ('python("web", "sys.exit(3)", ready=lambda: False)', "Web ended with status 3 before"),
        ('Process(name="web", command=["/no/such/program"])', "No such file or directory: /no"),
    ],
)
def test_when_one_does_not_start_the_others_are_stopped(
    begin: Begin, tmp_path: Path, process: str, said: str
) -> None:
    supervisor = begin(f"""
        Supervisor([python("base", SLEEP, foundation=True, ready=(here / "base.pids").exists),
                    {process}], logs=here / "logs").run()
    """)

    status, _, error = ended(supervisor)

    assert status == 1
    assert "Refused: " in error
    assert said in error
    assert is_gone(pids(tmp_path, "base")[0])


def test_each_writes_to_a_log_of_its_own(begin: Begin, tmp_path: Path) -> None:
    supervisor = begin("""
        code = "print(os.environ['GREETING'], flush=True); print('trouble', file=sys.stderr);"
        Supervisor([python("web", code + "Path('said').touch();" + SLEEP,
                    environment={"GREETING": "hello"})], logs=here / "logs").run()
    """)
    eventually((tmp_path / "said").exists)

    supervisor.terminate()
    ended(supervisor)

    assert (tmp_path / "logs" / "web.log").read_text("utf-8") == "hello\ntrouble\n"


def test_a_long_log_is_begun_anew_and_who_writes_to_it_goes_on(tmp_path: Path) -> None:
    long, short, gone = (tmp_path / f"{name}.log" for name in ("long", "short", "gone"))
    short.write_text("little\n", "ascii")
    with long.open("ab", buffering=0) as writer:
        for words in (b"first " * 10, b"then " * 10):
            writer.write(words)
            shorten([gone, long, short], most_bytes=20)
        writer.write(b"last")

    assert long.read_text("ascii") == "last"
    assert (tmp_path / "long.log.1").read_text("ascii") == "then " * 10
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "long.log", "long.log.1", "short.log"
    ]  # fmt: skip
