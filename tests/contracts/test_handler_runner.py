"""A handler is given its time and no more, and whatever it does, the turn is answered."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.handler_calls.thread_runner import ThreadRunner
from gateway.domain.faults_and_errors.errors import (
    DeadlineExceeded,
    HandlerFailed,
    Misunderstood,
    OwnStoreAway,
    ServiceFailed,
    StoreUnavailable,
    TooOften,
)
from gateway.domain.handler_contract.service_call import (
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    TextField,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import Handler, Toolkit
from gateway.use_cases.ports.time_left import seconds_left, within
from tests.handlers.desk import DeskInMemory
from tests.polling import PATIENCE_SECONDS, eventually

PRIVATE = "10231456"
CONTRACT = HandlerContract(
    outcomes={
        "found": {"grade": TextField(2), "rows": ListField(2, {"name": TextField(4)})},
        "none": {},
    }
)
ENOUGH = 10.0


def call_of(name: str) -> ServiceCall:
    return ServiceCall(
        handler=name,
        answers={"candidate": PRIVATE},
        language="en",
        subscriber=Msisdn.from_e164("+254700000001"),
        key="k",
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def handler_that_answers(answered: object) -> dict[str, Handler]:
    return {"it": Handler(lambda call, desk: answered, CONTRACT)}  # type: ignore[arg-type,return-value]


def found(**values: object) -> Outcome:
    return Outcome("found", {"grade": "B+", "rows": [], **values})  # type: ignore[arg-type]


class Gate:
    """A handler that waits until it is let go, as many times as it is called."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def run(self, call: ServiceCall, desk: Toolkit) -> Outcome:
        self.open.wait(ENOUGH)
        return Outcome("none")


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


def test_an_outcome_is_handed_on(caplog: pytest.LogCaptureFixture) -> None:
    answered = found(rows=({"name": "a"}, {"name": "abcd"}))

    outcome = ThreadRunner(handler_that_answers(answered), DeskInMemory()).run(
        call_of("it"), ENOUGH
    )

    assert outcome == found(rows=[{"name": "a"}, {"name": "abcd"}])
    assert caplog.messages == []


def test_a_handler_gets_the_call_and_the_desk() -> None:
    desk, given = DeskInMemory(), list[object]()

    def look(call: ServiceCall, desk: Toolkit) -> Outcome:
        given.extend((call, desk))
        return Outcome("none")

    ThreadRunner({"it": Handler(look, CONTRACT)}, desk).run(call_of("it"), ENOUGH)

    assert given == [call_of("it"), desk]


def test_our_stores_give_up_before_the_handler_is_given_up_where_a_turn_waits() -> None:
    left: list[float | None] = []

    def look(call: ServiceCall, desk: Toolkit) -> Outcome:
        left.append(seconds_left())
        return Outcome("none")

    runner = ThreadRunner({"it": Handler(look, CONTRACT)}, DeskInMemory())
    with within(lambda: ENOUGH):
        runner.run(call_of("it"), ENOUGH / 2)
    runner.run(call_of("it"), ENOUGH / 2)  # in a worker

    assert left[0] is not None
    assert ENOUGH / 4 < left[0] <= ENOUGH / 2
    assert left[1] is None


def test_a_slow_handler_is_not_waited_for(gate: Gate) -> None:
    runner = ThreadRunner({"slow": Handler(gate.run, CONTRACT)}, DeskInMemory())

    with pytest.raises(DeadlineExceeded, match="'slow' did not answer in time"):
        runner.run(call_of("slow"), 0.01)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_handler_is_not_begun_when_no_time_is_left(gate: Gate, seconds: float) -> None:
    runner = ThreadRunner({"slow": Handler(gate.run, CONTRACT)}, DeskInMemory())

    before = set(threading.enumerate())

    with pytest.raises(DeadlineExceeded, match="No time is left"):
        runner.run(call_of("slow"), seconds)

    assert set(threading.enumerate()) <= before


def test_when_all_threads_hang_the_next_call_is_refused_at_once(gate: Gate) -> None:
    runner = ThreadRunner({"slow": Handler(gate.run, CONTRACT)}, DeskInMemory(), size=2)
    for _ in range(2):
        with pytest.raises(DeadlineExceeded, match="in time"):
            runner.run(call_of("slow"), 0.01)

    with pytest.raises(DeadlineExceeded, match="thread is taken"):
        runner.run(call_of("slow"), ENOUGH)


def test_a_thread_that_hung_is_used_again_once_it_is_free(gate: Gate) -> None:
    runner = ThreadRunner({"slow": Handler(gate.run, CONTRACT)}, DeskInMemory(), size=1)
    before = set(threading.enumerate())
    with pytest.raises(DeadlineExceeded):
        runner.run(call_of("slow"), 0.01)

    gate.open.set()
    outcomes = [patient(runner), patient(runner), patient(runner)]

    assert outcomes == [Outcome("none")] * 3
    assert len(set(threading.enumerate()) - before) == 1


def test_handlers_that_are_well_go_on_however_many_calls_of_another_hang(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    well = Handler(lambda call, desk: Outcome("none"), CONTRACT)
    handlers = {"hangs": Handler(gate.run, CONTRACT), "well": well}
    runner = ThreadRunner(handlers, DeskInMemory(), size=2)
    for _ in range(5):
        with pytest.raises(DeadlineExceeded):
            runner.run(call_of("hangs"), 0.01)

    assert runner.run(call_of("well"), ENOUGH) == Outcome("none")
    (told,) = (line for line in caplog.messages if "hangs" in line)
    assert told.startswith("Handler 'hangs' hangs: 2 of its calls do not end.")


def test_a_handler_that_hung_is_called_again_once_it_has_ended(gate: Gate) -> None:
    runner = ThreadRunner({"slow": Handler(gate.run, CONTRACT)}, DeskInMemory(), size=2)
    before = set(threading.enumerate())
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            runner.run(call_of("slow"), 0.01)

    gate.open.set()

    assert [patient(runner), patient(runner)] == [Outcome("none")] * 2
    eventually(lambda: len(set(threading.enumerate()) - before) <= 2)


def patient(runner: ThreadRunner) -> Outcome:
    """A thread is free a moment after its outcome was handed over."""
    for _ in range(1_000_000):
        with contextlib.suppress(DeadlineExceeded):
            return runner.run(call_of("slow"), ENOUGH)
    raise AssertionError("The thread did not become free.")


def raising(error: BaseException) -> dict[str, Handler]:
    def fail(call: ServiceCall, desk: Toolkit) -> Outcome:
        raise error

    return {"it": Handler(fail, CONTRACT)}


@pytest.mark.parametrize(
    "error",
    [ValueError(PRIVATE), KeyError(PRIVATE), TimeoutError(PRIVATE), SystemExit(PRIVATE),
     KeyboardInterrupt(PRIVATE), HandlerFailed("Theirs.", "XXXXXXXX")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_a_handler_that_raises_is_told_by_reference_without_its_words(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    reported: list[tuple[str, str]] = []
    runner = ThreadRunner(
        raising(error), DeskInMemory(), report=lambda *report: reported.append(report)
    )

    with pytest.raises(HandlerFailed) as caught:
        runner.run(call_of("it"), ENOUGH)

    reference = caught.value.reference
    assert re.fullmatch("[34679CDFGHJKMNPQRTVWXY]{8}", reference)
    ((reported_reference, trace),) = reported
    assert reported_reference == reference
    assert reference in caplog.text
    for told in (trace, caplog.text):
        assert type(error).__name__ in told
        assert "test_handler_runner.py:" in told
    assert PRIVATE not in trace + caplog.text + str(caught.value)
    assert "+254700000001" not in trace + caplog.text


class _Speechless(ServiceFailed):
    def __str__(self) -> str:
        raise ValueError(PRIVATE)


def test_an_error_that_cannot_say_what_it_is_has_a_reference_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(HandlerFailed) as caught:
        ThreadRunner(raising(_Speechless("It.")), DeskInMemory()).run(call_of("it"), ENOUGH)

    assert caught.value.reference
    assert "_Speechless: what it says could not be told (ValueError)" in caplog.text
    assert PRIVATE not in caplog.text


def test_a_declared_call_that_fails_is_told_in_its_sentence_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever declared it wrote no code, and lines of ours would tell them nothing."""
    (failing,) = raising(HandlerFailed("Nobody answers at the ministry.")).values()
    runner = ThreadRunner({"call:tanks": failing}, DeskInMemory())

    with pytest.raises(HandlerFailed):
        runner.run(call_of("call:tanks"), ENOUGH)

    assert "Nobody answers at the ministry." in caplog.text
    assert ".py:" not in caplog.messages[-1]


def test_what_a_handler_says_on_purpose_reaches_the_engineer_and_its_cause_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(call: ServiceCall, desk: Toolkit) -> Outcome:
        try:
            int(PRIVATE + "x")
        except ValueError as error:
            raise ServiceFailed("The register is empty. Import it.") from error
        return Outcome("none")

    with pytest.raises(HandlerFailed):
        ThreadRunner({"it": Handler(fail, CONTRACT)}, DeskInMemory()).run(call_of("it"), ENOUGH)

    assert "The register is empty. Import it." in caplog.text
    assert "caused by ValueError" in caplog.text
    assert PRIVATE not in caplog.text


def test_a_report_that_is_lost_does_not_change_the_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def lose(reference: str, failure: str) -> None:
        raise OSError(PRIVATE)

    with pytest.raises(HandlerFailed):
        ThreadRunner(raising(ValueError()), DeskInMemory(), report=lose).run(call_of("it"), ENOUGH)

    assert "was lost: OSError" in caplog.text
    assert PRIVATE not in caplog.text


def test_a_handler_that_is_not_there_has_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(HandlerFailed) as caught:
        ThreadRunner({}, DeskInMemory()).run(call_of("it"), ENOUGH)

    assert caught.value.reference
    assert "There is no handler 'it'." in caplog.text


def test_an_answer_that_was_not_declared_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    runner = ThreadRunner(handler_that_answers(Outcome("other")), DeskInMemory())

    with pytest.raises(HandlerFailed) as caught:
        runner.run(call_of("it"), ENOUGH)

    assert caught.value.reference in caplog.text
    assert "It has: found, none." in caplog.text


HANGING = """
import threading
from gateway.adapters.handler_calls.thread_runner import ThreadRunner
from gateway.domain.faults_and_errors.errors import DeadlineExceeded
from gateway.use_cases.ports import Handler
from tests.contracts.test_handler_runner import CONTRACT, call_of

runner = ThreadRunner({"it": Handler(lambda *_: threading.Event().wait(), CONTRACT)}, None)
try:
    runner.run(call_of("it"), 0.01)
except DeadlineExceeded:
    print("left")
"""


def test_a_handler_that_hangs_does_not_keep_the_gateway_from_stopping() -> None:
    child = subprocess.run(
        [sys.executable, "-c", HANGING], cwd=Path(__file__).resolve().parents[2],
        capture_output=True, encoding="utf-8", timeout=PATIENCE_SECONDS, check=True,
    )  # fmt: skip

    assert child.stdout == "left\n"


def test_threads_that_wait_are_let_go_when_the_runner_is_closed() -> None:
    threads = threading.active_count()
    runner = ThreadRunner(handler_that_answers(found()), DeskInMemory())
    for _ in range(3):
        runner.run(call_of("it"), ENOUGH)

    runner.close()

    eventually(lambda: threading.active_count() <= threads)


@pytest.mark.parametrize(
    ("raised", "counts_as"),
    [
        (StoreUnavailable("The database does not answer."), OwnStoreAway),
        (TooOften("Again and again."), TooOften),
        (Misunderstood("Not so."), Misunderstood),
        (ValueError("A mistake."), HandlerFailed),
        (ConnectionError("Their server is away."), HandlerFailed),
    ],
)
def test_a_store_of_our_own_that_is_away_is_not_the_back_ends_fault(
    raised: Exception, counts_as: type[HandlerFailed]
) -> None:
    with pytest.raises(HandlerFailed) as failed:
        ThreadRunner(raising(raised), DeskInMemory()).run(call_of("it"), ENOUGH)

    assert counts_as is type(failed.value)
    assert failed.value.reference
