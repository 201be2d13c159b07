"""Wake-ups are few, carry nothing private, and a lost one is made up for."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.rq_jobs import QUEUES, SEND_OUTBOUND, RqJobs
from gateway.domain.telecom.sms import Lane
from tests.noted_work import Work, run_queue


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


def waiting(link: RedisLink, queue: str) -> int:
    count: int = link.call("LLEN", f"rq:queue:{queue}")
    return count


def test_a_wake_up_makes_a_worker_of_its_queue_do_the_work(
    jobs: RqJobs, asked: Work, run: Callable[[str], None]
) -> None:
    jobs.wake_inbound()
    jobs.wake_outbound("sms", Lane.URGENT)
    jobs.wake_outbound("sms", Lane.BULK)

    run("urgent")
    run("inbound")

    assert asked.done == [("sms", "urgent"), ("route",)]


def test_many_wake_ups_for_the_same_work_become_one_job(jobs: RqJobs, link: RedisLink) -> None:
    for _ in range(50):
        jobs.wake_outbound("sms", Lane.REPLY)
        jobs.wake_outbound("other", Lane.REPLY)
        jobs.wake_inbound()

    assert (waiting(link, "reply"), waiting(link, "inbound")) == (2, 1)


def test_work_that_comes_while_a_job_runs_gets_a_job_of_its_own(
    jobs: RqJobs, asked: Work, run: Callable[[str], None]
) -> None:
    asked.first = lambda: jobs.wake_outbound("sms", Lane.BULK)
    jobs.wake_outbound("sms", Lane.BULK)

    run("bulk")

    assert asked.done == [("sms", "bulk"), ("sms", "bulk")]


def test_a_job_lost_with_its_worker_is_made_up_for_by_the_next_wake_up(
    jobs: RqJobs, link: RedisLink, asked: Work, run: Callable[[str], None]
) -> None:
    jobs.wake_outbound("sms", Lane.REPLY)
    # A worker that was killed right after it popped leaves exactly this behind.
    link.call("LMOVE", "rq:queue:reply", "rq:queue:reply:intermediate", "RIGHT", "LEFT")
    left = link.call("PTTL", "wake:reply:sms")
    link.call("DEL", "wake:reply:sms")  # as if its time were over

    jobs.wake_outbound("sms", Lane.REPLY)
    run("reply")

    assert 0 < left <= 5000
    assert asked.done == [("sms", "reply")]


def test_a_finished_job_leaves_nothing_behind(
    jobs: RqJobs, link: RedisLink, run: Callable[[str], None]
) -> None:
    jobs.wake_inbound()

    run("inbound")

    assert [key for key in link.call("KEYS", "*") if b":job:" in key or b"wake" in key] == []


def test_without_redis_a_wake_up_is_lost_and_told(caplog: pytest.LogCaptureFixture) -> None:
    url = "unix:///tmp/no-such-gateway.sock"
    jobs = RqJobs(RedisLink(url), url)

    with caplog.at_level(logging.WARNING):
        jobs.wake_inbound()
        jobs.wake_outbound("sms", Lane.BULK)

    assert [record.args for record in caplog.records] == [
        ("StoreUnavailable", "inbound", 1),
        ("StoreUnavailable", "bulk", 2),
    ]


def test_a_queue_that_redis_refuses_to_fill_is_told(
    jobs: RqJobs, link: RedisLink, caplog: pytest.LogCaptureFixture
) -> None:
    link.call("SET", "rq:queue:inbound", "in the way")

    jobs.wake_inbound()

    assert "ResponseError queue=inbound lost=1" in caplog.text


def test_what_waits_in_redis_names_our_function_and_no_more(jobs: RqJobs, link: RedisLink) -> None:
    jobs.wake_outbound("sms", Lane.BULK)

    (key,) = link.call("KEYS", "rq:job:*")
    flat = link.call("HGETALL", key)
    stored = dict(zip(flat[::2], flat[1::2], strict=True))
    assert stored[b"description"] == SEND_OUTBOUND.encode()
    assert (stored[b"timeout"], stored[b"result_ttl"], stored[b"retries_left"]) == (
        b"60", b"0", b"2")  # fmt: skip
    assert int(stored[b"failure_ttl"]) <= 3600


def test_there_is_a_queue_for_each_lane() -> None:
    assert set(QUEUES) == {"inbound", "calls"} | {lane.value for lane in Lane}
