"""A worker of slow calls: side by side, none left over, and a fault costs no thread."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from gateway.adapters.handler_calls.slow_call_worker import CallsWorker
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.calls import SlowCall
from tests.polling import PATIENCE_SECONDS, eventually


class Calls:
    """Stands where `RunSlowCalls` stands: hands out calls, and notes how many run at a time."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.done: list[int] = []
        self.most = 0
        self.running = 0
        self.released = threading.Event()
        self.failure: Exception | None = None
        self._lock = threading.Lock()

    def send_late(self) -> None:
        pass

    def next(self) -> SlowCall | None:
        with self._lock:
            if not self.waiting:
                return None
            self.waiting -= 1
            return SlowCall(id=self.waiting, call=CALL, attempt=1)

    def run(self, slow: SlowCall) -> None:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.released.wait(PATIENCE_SECONDS)
        with self._lock:
            self.running -= 1
            self.done.append(slow.id)
        if self.failure is not None:
            raise self.failure


CALL = ServiceCall(
    handler="slow",
    answers={},
    language="en",
    subscriber=Msisdn("+999700000123"),
    key="k",
    at=datetime(2026, 11, 23, tzinfo=UTC),
)


def test_calls_run_side_by_side_and_none_is_left_over() -> None:
    calls = Calls(waiting=7)
    worker = CallsWorker(calls, side_by_side=3)  # type: ignore[arg-type]

    worker()
    eventually(lambda: calls.running == 3)
    worker()  # a second job finds every thread busy, and returns
    calls.released.set()
    worker.close()

    assert sorted(calls.done) == list(range(7))
    assert 3 == calls.most


@pytest.mark.parametrize("failure", [StoreUnavailable("It is gone."), RuntimeError("A fault.")])
def test_a_call_that_cannot_be_finished_costs_no_thread(failure: Exception) -> None:
    calls = Calls(waiting=1)
    calls.released.set()
    calls.failure = failure
    worker = CallsWorker(calls, side_by_side=1)  # type: ignore[arg-type]
    worker()
    eventually(lambda: calls.done)

    calls.failure, calls.waiting = None, 2
    eventually(lambda: worker() or len(calls.done) == 3)
    worker.close()

    assert 3 == len(calls.done)


def test_a_store_that_is_down_is_told_to_the_job_and_costs_no_thread() -> None:
    calls = Calls(waiting=1)
    calls.released.set()
    whole, calls.next = calls.next, _unavailable  # type: ignore[method-assign]
    worker = CallsWorker(calls, side_by_side=1)  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        worker()

    calls.next = whole  # type: ignore[method-assign]
    worker()
    worker.close()

    assert [0] == calls.done


def _unavailable() -> SlowCall | None:
    raise StoreUnavailable("The store does not answer.")
