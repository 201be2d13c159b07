"""Workers outlive Redis: killed in their idleness or in mid-job, and started again with nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from rq import Worker

from gateway.adapters.redis.link import RedisLink, queue_client
from gateway.adapters.redis.rq_jobs import RqJobs
from gateway.domain.telecom.sms import Lane
from tests import servers
from tests.gateways import HOME
from tests.polling import PATIENCE_SECONDS, eventually

WORKER = """
    import logging
    import sys
    from gateway.adapters.redis.rq_worker import work
    from gateway.adapters.system.processes.told_to_stop import noted

    logging.basicConfig(level=logging.WARNING)

    def send_outbound(channel, lane):
        print(channel, flush=True)
        sys.stdin.readline()

    with noted() as told:
        work("bulk", sys.argv[1], {"gateway.jobs.send_outbound": send_outbound}, told)
    print("left", flush=True)
"""


class Mortal:
    """A Valkey that can be killed and started again, empty."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.start()

    def start(self) -> None:
        self._life = self._stack.enter_context(ExitStack())
        self.url = self._life.enter_context(servers.valkey_in(self._folder, signal.SIGKILL))

    def kill(self) -> None:
        self._life.close()


@pytest.fixture
def redis() -> Iterator[Mortal]:
    with ExitStack() as stack:
        yield Mortal(stack.enter_context(servers.valkey_folder()), stack)


@pytest.fixture
def worker(redis: Mortal, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with (tmp_path / "log").open("w", encoding="utf-8") as log, subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WORKER), redis.url],
        cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(HOME)},
    ) as child:  # fmt: skip
        yield child
        child.kill()


def listens(url: str) -> bool:
    with queue_client(url) as client:
        return "bulk" in {
            name for each in Worker.all(connection=client) for name in each.queue_names()
        }


def wake(url: str, channel: str) -> None:
    RqJobs(RedisLink(url), url).wake_outbound(channel, Lane.BULK)


def leaves(worker: subprocess.Popen[str]) -> tuple[str, int]:
    worker.send_signal(signal.SIGTERM)
    rest, _ = worker.communicate("\n", timeout=PATIENCE_SECONDS)
    return rest, worker.returncode


def test_an_idle_worker_goes_on_and_is_seen_to_listen(
    redis: Mortal, worker: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert worker.stdout is not None
    eventually(lambda: listens(redis.url))

    redis.kill()
    redis.start()

    eventually(lambda: listens(redis.url))
    wake(redis.url, "after")
    assert "after\n" == worker.stdout.readline()
    assert ("left\n", 0) == leaves(worker)
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def test_a_worker_in_mid_job_ends_it_and_goes_on(
    redis: Mortal, worker: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert worker.stdout is not None
    assert worker.stdin is not None
    wake(redis.url, "before")
    assert "before\n" == worker.stdout.readline()

    redis.kill()
    worker.stdin.write("\n")
    worker.stdin.flush()
    eventually(lambda: "Redis went away" in (tmp_path / "log").read_text("utf-8"))
    redis.start()

    eventually(lambda: listens(redis.url))
    wake(redis.url, "after")
    assert "after\n" == worker.stdout.readline()
    assert ("left\n", 0) == leaves(worker)
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def test_a_worker_that_waits_for_redis_leaves_when_told_to(
    redis: Mortal, worker: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert worker.stdin is not None
    wake(redis.url, "before")
    eventually(lambda: listens(redis.url))
    assert worker.stdout is not None
    worker.stdout.readline()
    redis.kill()
    worker.stdin.write("\n")
    worker.stdin.flush()
    eventually(lambda: "Redis went away" in (tmp_path / "log").read_text("utf-8"))

    assert ("left\n", 0) == leaves(worker)


def test_a_worker_waits_for_a_redis_that_is_full_and_says_so_once(
    redis: Mortal, worker: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert worker.stdout is not None
    link = RedisLink(redis.url)
    eventually(lambda: listens(redis.url))

    link.call("CONFIG", "SET", "maxmemory", "1")
    link.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")  # else it waits for a job
    log = tmp_path / "log"
    eventually(lambda: "OOM. Its memory is full" in log.read_text("utf-8"))
    link.call("CONFIG", "SET", "maxmemory", "0")

    wake(redis.url, "after")
    assert "after\n" == worker.stdout.readline()
    assert ("left\n", 0) == leaves(worker)
    assert log.read_text("utf-8").count("Redis went away") == 1
