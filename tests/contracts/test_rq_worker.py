"""A worker runs our own functions and no others, says nothing private, and stops when told."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rq import Queue
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.webhook import Webhook

from gateway.adapters.redis.link import RedisLink, queue_client
from gateway.adapters.redis.rq_jobs import QUEUES, SEND_OUTBOUND, RqJobs
from gateway.adapters.redis.rq_worker import work
from gateway.adapters.system.processes.told_to_stop import ToldToStop
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.sms import Lane
from tests.noted_work import Work, run_queue
from tests.polling import PATIENCE_SECONDS

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def asked() -> Work:
    return Work()


@pytest.fixture
def link(valkey: str) -> RedisLink:
    return RedisLink(valkey)


@pytest.fixture
def jobs(valkey: str, link: RedisLink) -> RqJobs:
    return RqJobs(link, valkey)


@pytest.fixture
def run(valkey: str, asked: Work) -> Callable[[str], None]:
    """Runs what waits in a queue, as a worker would."""
    return lambda queue: run_queue(queue, valkey, asked)


def enqueue(url: str, function: str, *arguments: object, **options: object) -> Job:
    serializer = options.pop("serializer", "json")
    named = options.pop("queue", "reply")
    queue = Queue(str(named), connection=queue_client(url), serializer=serializer)
    return queue.enqueue_call(function, args=list(arguments), failure_ttl=60, **options)


@pytest.mark.parametrize(
    ("function", "serializer"),
    [
        ("os.mkdir", "json"),
        ("os.mkdir", "pickle"),
        ("gateway.jobs.os.mkdir", "json"),
        ("gateway.adapters.redis.rq_worker.work", "json"),
        ("builtins.exec", "json"),
        ("", "json"),
        (SEND_OUTBOUND, "pickle"),
    ],
)
def test_a_job_that_is_not_ours_is_not_run(
    valkey: str, asked: Work, run: Callable[[str], None], tmp_path: Path,
    function: str, serializer: str,
) -> None:  # fmt: skip
    mark = tmp_path / "mark"
    enqueue(valkey, function, str(mark), serializer=serializer)

    run("reply")

    assert not mark.exists()
    assert asked.done == []


@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created_at", "yesterday"),
        ("status", "rotten"),
        ("timeout", "soon"),
        ("result_ttl", "x"),
        ("retries_left", "many"),
        ("origin", b"\xff"),
        ("data", b"\xff\xfe garbage"),
        ("data", b'["another.shape"]'),
    ],
)
def test_a_job_that_cannot_be_read_is_told_and_the_next_one_is_run(
    valkey: str, link: RedisLink, asked: Work, run: Callable[[str], None],
    caplog: pytest.LogCaptureFixture, queue: str, name: str, value: str | bytes,
) -> None:  # fmt: skip
    rotten = enqueue(valkey, SEND_OUTBOUND, "rotten", "reply", queue=queue)
    link.call("HSET", rotten.key, name, value)
    enqueue(valkey, SEND_OUTBOUND, "good", "reply", queue=queue)

    run(queue)

    assert [("good", "reply")] == asked.done
    [told] = [each.getMessage() for each in caplog.records if rotten.id in each.getMessage()]
    assert "cannot be read" in told or "A job failed" in told


def test_a_job_cannot_name_what_is_called_after_it(
    valkey: str, link: RedisLink, asked: Work, run: Callable[[str], None], tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    for function in (SEND_OUTBOUND, "unknown"):
        job = enqueue(valkey, function, str(mark), "reply")
        for name in ("success_callback_name", "failure_callback_name", "stopped_callback_name"):
            link.call("HSET", job.key, name, "tests.contracts.test_rq_worker.leave_a_mark")

    run("reply")

    assert asked.done == [(str(mark), "reply")]
    assert not mark.exists()


def test_a_job_cannot_make_a_worker_call_an_address(
    valkey: str, asked: Work, run: Callable[[str], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for status, function in (("finished", SEND_OUTBOUND), ("failed", "unknown")):
            webhook = Webhook(address, status, timeout=1)
            enqueue(valkey, function, "sms", "reply", webhooks=[webhook])

        run("reply")

        assert asked.done == [("sms", "reply")]
        with pytest.raises(BlockingIOError):
            listener.accept()


def leave_a_mark(job: Job, *_: object) -> None:
    Path(str(job.args[0])).touch()


def test_the_mark_would_be_left_by_a_job_that_is_not_ours(valkey: str, tmp_path: Path) -> None:
    job = enqueue(valkey, "os.mkdir", str(tmp_path / "mark"))

    Job.fetch(job.id, connection=job.connection, serializer=job.serializer).perform()

    assert (tmp_path / "mark").is_dir()


def test_a_failing_job_is_tried_again_and_nothing_of_it_is_told(
    valkey: str, jobs: RqJobs, link: RedisLink, asked: Work, run: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def fail() -> None:
        asked.first = fail
        raise ValueError("+254700000001 typed 1234")

    asked.first = fail
    jobs.wake_outbound("a-channel", Lane.REPLY)

    with caplog.at_level(logging.DEBUG, "gateway"):
        run("reply")

    assert asked.done == [("a-channel", "reply")] * 3  # once, and two retries
    assert "ValueError" in caplog.text
    assert "noted_work.py:" in caplog.text
    kept = "".join(repr(vars(record)) for record in caplog.records)
    (result,) = link.call("KEYS", "rq:results:*")
    failed = Job.fetch(result.decode().rpartition(":")[2], queue_client(valkey), "json")
    kept += str(failed.latest_result().exc_string)
    for private in ("254700000001", "1234", "a-channel'"):
        assert private not in kept


def test_a_queue_that_does_not_exist_is_refused(valkey: str) -> None:
    with pytest.raises(Refused, match="The queues are: inbound, calls, urgent, reply, bulk"):
        work("default", valkey, {}, ToldToStop())


def test_a_job_that_runs_out_of_time_cannot_take_it_for_a_fault_of_its_work(
    jobs: RqJobs, asked: Work, run: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    swallowed: list[Exception] = []

    def bears_everything() -> None:
        try:
            signal.raise_signal(signal.SIGALRM)
        except Exception as error:
            swallowed.append(error)

    asked.first = bears_everything
    jobs.wake_inbound()

    run("inbound")

    assert [] == swallowed
    assert [("route",)] * 2 == asked.done  # cut off, and tried again
    assert "JobOutOfTime" in caplog.text


WORKER = """
    import sys
    from gateway.adapters.redis.rq_worker import work
    from gateway.adapters.system.processes.hangup import end_on_hangup
    from gateway.adapters.system.processes.told_to_stop import noted

    end_on_hangup()

    def send_outbound(channel, lane):
        print("begun", flush=True)
        sys.stdin.readline()
        print("ended", flush=True)

    print("ready", flush=True)
    again = lambda: print("again", flush=True)
    with noted(again) as told:
        work("bulk", sys.argv[1], {"gateway.jobs.send_outbound": send_outbound}, told)
    print("left", flush=True)
"""


@pytest.fixture
def worker(valkey: str) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WORKER), valkey],
        cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as child:  # fmt: skip
        yield child
        child.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["told", "hung up"])
def test_a_worker_told_to_stop_finishes_the_job_at_hand(
    jobs: RqJobs, worker: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert worker.stdout is not None
    jobs.wake_outbound("sms", Lane.BULK)
    assert [worker.stdout.readline(), worker.stdout.readline()] == ["ready\n", "begun\n"]

    worker.send_signal(number)
    rest, _ = worker.communicate("end\n", timeout=PATIENCE_SECONDS)

    assert rest == "ended\nleft\n"
    assert worker.returncode == 0


def test_a_worker_told_twice_to_stop_leaves_nothing_half_done(
    jobs: RqJobs, worker: subprocess.Popen[str]
) -> None:
    assert worker.stdout is not None
    jobs.wake_outbound("sms", Lane.BULK)
    assert [worker.stdout.readline(), worker.stdout.readline()] == ["ready\n", "begun\n"]

    worker.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGINT)  # RQ would raise SystemExit, in mid-send
    assert "again\n" == worker.stdout.readline()
    rest, _ = worker.communicate("end\n", timeout=PATIENCE_SECONDS)

    assert ("ended\nleft\n", 0) == (rest, worker.returncode)


def test_a_worker_told_to_stop_before_it_begins_takes_nothing(
    valkey: str, jobs: RqJobs, asked: Work
) -> None:
    jobs.wake_outbound("sms", Lane.REPLY)
    told = ToldToStop()
    told.tell()

    work("reply", valkey, asked.functions, told)

    assert asked.done == []
    run_queue("reply", valkey, asked)
    assert asked.done == [("sms", "reply")]


def test_a_worker_stops_though_the_first_word_of_it_was_swallowed(
    valkey: str, asked: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that goes on after every error, an end of life called by the garbage collector."""
    told, waits = ToldToStop(), []

    def wait(*_: object) -> None:
        waits.append(told)
        with contextlib.suppress(Exception):
            told.tell()
        raise DequeueTimeout

    monkeypatch.setattr(Queue, "lmove", wait)
    monkeypatch.setattr(Queue, "lpop", wait)

    work("reply", valkey, asked.functions, told)

    assert [told] == waits


def test_an_idle_worker_told_to_stop_leaves_at_once(
    jobs: RqJobs, link: RedisLink, worker: subprocess.Popen[str]
) -> None:
    assert worker.stdout is not None
    worker.stdout.readline()
    while "cmd=blmove" not in (clients := link.call("CLIENT", "LIST").decode()):
        assert worker.poll() is None
    assert "subscribe" not in clients

    worker.send_signal(signal.SIGTERM)
    rest, _ = worker.communicate(timeout=4)

    assert (rest, worker.returncode) == ("left\n", 0)
