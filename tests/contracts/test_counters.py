"""Counts add up over all processes on a data folder, whatever becomes of any of them."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.metrics import process_counters, slot_file
from gateway.adapters.metrics.process_counters import ProcessCounters
from gateway.use_cases.ports import Count, KeptCounters
from gateway.use_cases.ports.metrics import BOUNDS

AT_KE = Count("turns", (("channel", "at-ke"),))

#: Counts what it is told, says so, and lives on until it is killed.
PROCESS = """
import sys, time
from pathlib import Path
from gateway.adapters.metrics.process_counters import ProcessCounters
counters = ProcessCounters(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    counters.add("turns", channel="at-ke")
    counters.observe("answer_seconds", 0.2, channel="at-ke")
print("counted", flush=True)
sys.stdin.read()
"""

#: The same, and leaves a child behind that has counted nothing.
FORKING = PROCESS.replace(
    "sys.stdin.read()",
    """
import os
if os.fork() == 0:
    print(os.getpid(), flush=True)
sys.stdin.read()
""",
)


@pytest.fixture(params=["files", "memory"])
def counters(request: pytest.FixtureRequest, tmp_path: Path) -> KeptCounters:
    return ProcessCounters(tmp_path) if request.param == "files" else MemoryCounters()


def process(folder: Path, times: int, program: str = PROCESS) -> subprocess.Popen[str]:
    """Returns a process that has counted so often, and still lives."""
    started = subprocess.Popen(
        [sys.executable, "-c", program, str(folder), str(times)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert started.stdout is not None
    assert "counted\n" == started.stdout.readline()
    return started


def kill(*processes: subprocess.Popen[str]) -> None:
    for each in processes:
        each.send_signal(signal.SIGKILL)
        each.communicate()


def test_nothing_was_counted_at_first(counters: KeptCounters) -> None:
    assert {} == counters.counted().numbers
    assert {} == counters.counted().times


def test_labels_are_counted_apart_in_whatever_order_they_come(counters: KeptCounters) -> None:
    counters.add("sent", channel="a", lane="bulk")
    counters.add("sent", lane="bulk", channel="a")
    counters.add("sent", channel="a", lane="reply")
    counters.add("sent")
    counters.add("sent", 41)

    assert counters.counted().numbers == {
        Count("sent", (("channel", "a"), ("lane", "bulk"))): 2,
        Count("sent", (("channel", "a"), ("lane", "reply"))): 1,
        Count("sent"): 42,
    }


@pytest.mark.parametrize("value", ["", " ", '"', "ሰላም", "a\nb", "]]", "x" * 500])
def test_any_text_can_be_a_label(counters: KeptCounters, value: str) -> None:
    counters.add("turns", channel=value)
    counters.add("turns", channel="next")

    assert 1 == counters.counted().numbers[Count("turns", (("channel", value),))]
    assert 1 == counters.counted().numbers[Count("turns", (("channel", "next"),))]


def test_a_time_falls_into_the_bucket_whose_bound_it_does_not_exceed(
    counters: KeptCounters,
) -> None:
    for seconds in (0.0, BOUNDS[0], BOUNDS[0] + 0.001, BOUNDS[-1], BOUNDS[-1] + 1):
        counters.observe("answer_seconds", seconds)

    timed = counters.counted().times[Count("answer_seconds")]
    assert (2, 1, *(0,) * (len(BOUNDS) - 3), 1, 1) == timed.buckets
    assert 5 == timed.count
    assert timed.seconds == pytest.approx(sum(BOUNDS[:1] * 2) + 0.001 + 2 * BOUNDS[-1] + 1)


def test_threads_lose_no_count(tmp_path: Path) -> None:
    counters = ProcessCounters(tmp_path)

    def count() -> None:
        for _ in range(2000):
            counters.add("turns", channel="at-ke")
            counters.observe("answer_seconds", 0.2)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 16_000 == counters.counted().numbers[AT_KE]
    assert 16_000 == counters.counted().times[Count("answer_seconds")].count


def test_two_processes_and_we_are_counted_together_while_they_live(tmp_path: Path) -> None:
    here = ProcessCounters(tmp_path)
    here.add("turns", channel="at-ke")
    first, second = process(tmp_path, 20), process(tmp_path, 300)
    try:
        assert 321 == here.counted().numbers[AT_KE]
        assert 3 == len(list(tmp_path.iterdir()))
    finally:
        kill(first, second)


def test_what_a_killed_process_has_counted_is_neither_lost_nor_doubled(tmp_path: Path) -> None:
    for number in range(1, 5):
        kill(process(tmp_path, 10), process(tmp_path, 1))

        counted = ProcessCounters(tmp_path).counted()
        assert number * 11 == counted.numbers[AT_KE]
        timed = counted.times[Count("answer_seconds", (("channel", "at-ke"),))]
        assert number * 11 == timed.count
        assert timed.seconds == pytest.approx(number * 11 * 0.2)
    assert 2 == len(list(tmp_path.iterdir()))  # no more than lived at once


def test_a_forked_process_counts_in_a_slot_of_its_own(tmp_path: Path) -> None:
    counters = ProcessCounters(tmp_path)
    counters.add("turns", channel="at-ke")

    child = os.fork()
    if child == 0:
        for _ in range(5):
            counters.add("turns", channel="at-ke")
        os._exit(0)
    counters.add("turns", channel="at-ke")
    os.waitpid(child, 0)

    assert 7 == counters.counted().numbers[AT_KE]
    assert 2 == len(list(tmp_path.iterdir()))


def test_a_child_that_outlives_its_parent_does_not_keep_the_parents_slot(tmp_path: Path) -> None:
    counting = process(tmp_path, 3, FORKING)
    assert counting.stdout is not None
    child = int(counting.stdout.readline())
    try:
        os.kill(counting.pid, signal.SIGKILL)
        counting.wait()
        counters = ProcessCounters(tmp_path)
        counters.add("turns", channel="at-ke")

        assert 4 == counters.counted().numbers[AT_KE]
        assert 1 == len(list(tmp_path.iterdir()))
    finally:
        os.kill(child, signal.SIGKILL)
        counting.communicate()


def test_who_closed_counts_on_when_asked_again(tmp_path: Path) -> None:
    counters = ProcessCounters(tmp_path)
    counters.add("turns", channel="at-ke")
    counters.close()
    counters.add("turns", channel="at-ke")

    assert 2 == counters.counted().numbers[AT_KE]


def test_where_nothing_can_be_written_a_process_counts_for_itself_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "a file"
    folder.write_text("in the way", encoding="utf-8")
    counters = ProcessCounters(folder)
    with caplog.at_level(logging.WARNING):
        counters.add("turns", channel="at-ke")
        counters.add("turns", channel="at-ke")
        counters.observe("answer_seconds", 1)

    assert {AT_KE: 2} == counters.counted().numbers
    assert 1 == counters.counted().times[Count("answer_seconds")].count
    assert [record.message for record in caplog.records] == [
        f"Counts stay in this process: {folder} cannot be written to (FileExistsError)."
    ]


def nothing(content: bytes) -> bytes:
    return b""


def cut(content: bytes) -> bytes:
    return content[:50]


def zeros(content: bytes) -> bytes:
    return bytes(len(content))


def foreign(content: bytes) -> bytes:
    return b"x" * len(content)


def beyond(content: bytes) -> bytes:
    return content[:8] + b"\xff" * 8 + content[16:]


def unreadable(content: bytes) -> bytes:
    return content[:16] + b"{" * 20 + content[36:]


@pytest.mark.parametrize("spoil", [nothing, cut, zeros, foreign, beyond, unreadable])
def test_a_file_that_a_power_cut_has_spoilt_is_begun_anew(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    before = ProcessCounters(tmp_path)
    before.add("turns", channel="at-ke")
    before.close()
    (file,) = tmp_path.iterdir()
    file.write_bytes(spoil(file.read_bytes()))

    counters = ProcessCounters(tmp_path)
    assert {} == counters.counted().numbers
    counters.add("turns", channel="at-ke")

    assert 1 == counters.counted().numbers[AT_KE]
    assert 1 == len(list(tmp_path.iterdir()))


def test_labels_without_end_are_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_counters, "MOST_SERIES", 10)
    counters = ProcessCounters(tmp_path)
    for number in range(1000):
        counters.add("turns", channel=f"c{number}")
    counters.add("turns", channel="c3")

    found = counters.counted().numbers
    assert 11 == len(found)
    assert 990 == found[Count("turns", (("channel", "other"),))]
    assert 2 == found[Count("turns", (("channel", "c3"),))]


def test_a_full_file_costs_the_new_labels_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(slot_file, "SIZE", 4096)
    counters = ProcessCounters(tmp_path)
    with caplog.at_level(logging.ERROR):
        for number in range(200):
            counters.add("turns", channel=f"c{number}")
        counters.add("turns", channel="c1")

    assert 2 == counters.counted().numbers[Count("turns", (("channel", "c1"),))]
    assert ["No more is counted under new labels: the file of counts is full."] == [
        record.message for record in caplog.records
    ]


def test_buckets_of_another_version_are_not_mixed_with_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ProcessCounters(tmp_path)
    before.observe("answer_seconds", 1)
    before.close()
    monkeypatch.setattr(process_counters, "BOUNDS", (1.0, *BOUNDS[1:]))

    after = ProcessCounters(tmp_path)
    assert {} == after.counted().times
    after.observe("answer_seconds", 1)

    assert 1 == after.counted().times[Count("answer_seconds")].count
