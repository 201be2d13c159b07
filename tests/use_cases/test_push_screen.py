"""Screens that are handed over in calls of their own: once, in order, in time, or a civil end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.adapters.memory.screens import MemoryScreens
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
)
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from gateway.use_cases.ussd.push_screen import PushScreen
from tests.fakes import Failing, ScriptedProvider
from tests.polling import PATIENCE_SECONDS
from tests.use_cases.rig import CALLER, CHANNEL, CODE, Rig

PUSHED = replace(CHANNEL, pushes_screens=True)
HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"
CIVIL_END = UssdReply(text="try again", ends=True)


class PushedProvider(ScriptedProvider):
    """Takes screens, unless `outcomes` says otherwise of the next ones; `shown` are those taken."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: list[Exception | None] = []
        self.tried: list[UssdReply] = []
        self.seconds: list[float] = []
        self.in_call: Callable[[], object] = lambda: None

    def push_ussd(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        self.tried.append(reply)
        self.seconds.append(seconds)
        self.in_call()
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome


class Line:
    """A network that takes its screens in calls of their own; `shown` are their texts."""

    def __init__(self, rig: Rig) -> None:
        self._rig, self.provider = rig, PushedProvider()
        self.screens = MemoryScreens(rig.clock)
        self.push: PushScreen = replace(
            rig.gateway.ussd.push,
            screens=self.screens,
            providers={PUSHED.name: self.provider},
        )
        self._turns = 0

    def dials(self, **told: str) -> None:
        self.says("", begins=True, **told)

    def says(self, text: str, *, begins: bool = False, turn: str = "") -> None:
        self._turns += 1
        said = UssdTurn(
            session_id="s-1",
            subscriber=CALLER,
            service_code=CODE,
            text=text,
            alone=AnswerAlone(begins, turn or f"t{self._turns}"),
        )
        push = replace(self.push, answer=self._rig.answer_ussd)
        push(PUSHED, said, self._rig.clock.monotonic())

    @property
    def shown(self) -> list[str]:
        return [reply.text for reply in self.provider.tried]

    @property
    def last(self) -> UssdReply:
        return self.provider.tried[-1]


@pytest.fixture
def line(rig: Rig) -> Line:
    return Line(rig)


def test_a_dialogue_is_shown_screen_by_screen(rig: Rig, line: Line) -> None:
    line.dials()
    for answer in ("1", "1", "2", "3", "The pump is broken", "Asha Musa"):
        line.says(answer)

    assert HOME_PAGE == line.shown[0]
    assert UssdReply(text="Case 100 000 is open.", ends=True) == line.last
    assert [False] * 6 + [True] == [reply.ends for reply in line.provider.tried]
    assert 7 == rig.count("ussd_screens", outcome="taken")


def test_a_turn_that_comes_again_is_shown_once_and_counted_once(rig: Rig, line: Line) -> None:
    line.dials(turn="first")
    line.says("1", turn="second")
    for turn, text in (("first", ""), ("second", "1"), ("second", "2")):
        line.says(text, begins=not text, turn=turn)

    assert 2 == len(line.shown)
    assert 3 == rig.count("ussd_screens_spared")


def test_nothing_is_shown_after_the_end(line: Line) -> None:
    line.dials()
    for answer in ("1", "1", "2", "3", "The pump is broken", "Asha Musa"):
        line.says(answer)

    line.says("1")

    assert 7 == len(line.shown)


def test_a_screen_may_take_what_is_left_but_the_time_for_a_civil_end(line: Line) -> None:
    line.dials()

    assert [PUSHED.deadline_seconds - 0.75] == line.provider.seconds


def test_a_handler_leaves_time_to_hand_its_screen_over(rig: Rig, line: Line) -> None:
    line.dials()
    for answer in ("1", "1", "2", "3", "The pump is broken"):
        line.says(answer)
    rig.takes_seconds = 4.1

    line.says("Asha Musa")

    assert line.provider.seconds[-1] == pytest.approx(1.9)


def test_no_screen_is_handed_over_after_the_deadline(rig: Rig, line: Line) -> None:
    line.dials()
    line.says("1")
    rig.takes_seconds = 7.0

    line.says("1")  # the list of regions

    assert 2 == len(line.shown)
    assert rig.count("ussd_screens", outcome="late")


@pytest.mark.parametrize(
    ("failure", "counted"),
    [
        (OutcomeUnknown("answer_timeout"), "unknown"),
        (ValueError("a fault of ours"), "unknown"),
        (SendRejected("message_refused"), "refused"),
        (ProviderUnavailable("connection_refused"), "refused"),
        (ChannelMisconfigured("credentials_refused"), "refused"),
    ],
)
def test_a_screen_that_was_not_taken_is_never_shown_again_and_the_session_ends_civilly(
    rig: Rig, line: Line, failure: Exception, counted: str
) -> None:
    line.dials()
    line.provider.outcomes = [failure]

    line.says("1", turn="t")
    line.says("1", turn="t")
    line.says("1")

    assert 3 == len(line.shown)
    assert CIVIL_END == line.last
    assert 1 == rig.count("ussd_screens", outcome=counted)


def test_a_civil_end_that_was_not_taken_is_tried_with_the_next_turn(line: Line) -> None:
    line.dials()
    line.provider.outcomes = [OutcomeUnknown("lost"), OutcomeUnknown("lost")]

    line.says("1")
    line.says("1")
    line.says("1")

    assert [HOME_PAGE, line.shown[1], "try again", "try again"] == line.shown


@pytest.mark.parametrize("failure", [OutcomeUnknown("lost"), SendRejected("refused")])
def test_an_end_of_which_nobody_knows_is_not_contradicted(line: Line, failure: SendFailed) -> None:
    line.dials()
    for answer in ("1", "1", "2", "3", "The pump is broken"):
        line.says(answer)
    line.provider.outcomes = [failure]

    line.says("Asha Musa")
    line.says("1")

    assert "Case 100 000 is open." == line.shown[-1]


class Killed(BaseException):
    """What a kill of the process looks like from inside."""


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("again", ["t", "another"])
def test_a_crash_while_a_screen_is_handed_over_ends_the_session_civilly(
    rig: Rig, line: Line, again: str
) -> None:
    line.dials()
    line.provider.in_call = kill
    with pytest.raises(Killed):
        line.says("1", turn="t")
    line.provider.in_call = lambda: None
    rig.clock.advance(PUSHED.deadline_seconds + 2.5)

    line.says("1", turn=again)
    line.says("1", turn=again)

    assert 3 == len(line.shown)
    assert CIVIL_END == line.last


def test_a_turn_that_comes_again_while_the_first_is_in_hand_ends_nothing(
    rig: Rig, line: Line
) -> None:
    line.dials()
    line.provider.in_call = kill
    with pytest.raises(Killed):
        line.says("1", turn="t")

    line.says("1", turn="t")

    assert 2 == len(line.shown)


def test_an_answer_that_overtakes_the_provider_waits_and_keeps_the_order(
    rig: Rig, line: Line
) -> None:
    line.dials()
    answered = threading.Thread(target=lambda: line.says("1"))
    slept, sleep = threading.Event(), rig.clock.sleep

    def waits(seconds: float) -> None:
        slept.set()
        settled.wait(PATIENCE_SECONDS)
        sleep(seconds)

    settled = threading.Event()
    rig.clock.sleep = waits  # type: ignore[method-assign] # the test is about that wait

    def answers_early() -> None:
        line.provider.in_call = lambda: None
        answered.start()
        slept.wait(PATIENCE_SECONDS)

    line.provider.in_call = answers_early
    line.says("1")
    settled.set()
    answered.join(PATIENCE_SECONDS)

    assert 3 == len(line.shown)
    assert line.shown[-1].startswith("Which region?")


def test_an_answer_to_a_page_that_was_not_handed_over_moves_nothing(rig: Rig, line: Line) -> None:
    line.dials()
    line.says("1")
    rig.before_call = lambda: line.says("2")

    line.says("1")  # the list of regions

    assert 3 == len(line.shown)
    assert line.shown[-1].startswith("Which region?")


def test_an_answer_that_raises_ends_the_session_civilly_and_is_told(rig: Rig, line: Line) -> None:
    line.dials()
    rig.answer_ussd = replace(rig.answer_ussd, dialogue=None)  # type: ignore[arg-type] # a fault

    with pytest.raises(AttributeError):
        line.says("1")

    assert CIVIL_END == line.last


def test_without_redis_each_session_ends_civilly(rig: Rig, line: Line) -> None:
    line.dials()
    line.push = replace(line.push, screens=Failing(line.screens, "enter", "hand_over", "settle"))
    rig.loses_redis()

    line.says("1")

    assert CIVIL_END == line.last


def test_redis_that_is_lost_within_a_turn_costs_no_second_screen(rig: Rig, line: Line) -> None:
    line.dials()
    line.push = replace(line.push, screens=Failing(line.screens, "hand_over", "settle"))
    line.says("1", turn="t")
    line.push = replace(line.push, screens=line.screens)

    line.says("1", turn="t")

    assert 2 == len(line.shown)
