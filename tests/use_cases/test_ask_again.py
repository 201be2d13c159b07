"""Tell me when it is out: a look-up without an answer is kept, asked again, and told once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.ussd import kept_questions
from gateway.domain.faults_and_errors.errors import HandlerFailed
from gateway.domain.handler_contract.service_call import Breaker, HandlerContract, Outcome
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.use_cases.handler_calls import ask_again
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls
from gateway.use_cases.ports import Handler
from gateway.use_cases.ports.calls import KeptAnswer
from tests.clock import FixedClock
from tests.waiting_menu import ASHA, CHANNEL, EXAM, FILES, JUMA, WaitingRig

NOT_OUT = "1023: no result yet."
OFFER = f"{NOT_OUT}\n1. Tell me by SMS\n0 Back 00 Home"


@pytest.fixture
def rig(database: Engine, clock: FixedClock, tmp_path: Path) -> Iterator[WaitingRig]:
    with_rig = WaitingRig(database, clock, tmp_path / "menu")
    yield with_rig
    with_rig.gateway.close()


def later(rig: WaitingRig, clock: FixedClock, days: float) -> list[str]:
    """Lets days pass, a tick each hour, and returns the SMS that came meanwhile."""
    before = len(rig.sms())
    for _ in range(int(days * 24)):
        clock.advance(hours=1)
        rig.ticks()
    return rig.sms()[before:]


def test_an_answer_is_told_once_in_the_words_of_its_screen(
    rig: WaitingRig, clock: FixedClock
) -> None:
    assert rig.dials("1023").text == OFFER
    rig.waits()
    assert later(rig, clock, 2) == []

    rig.out["1023"] = "B+"

    assert later(rig, clock, 2) == ["1023: grade B+"]
    assert later(rig, clock, 30) == []
    assert rig.came_to().count("answered") == 1
    assert "ke bulk" in rig.jobs.wakes


def test_whoever_did_not_choose_the_line_is_told_nothing(
    rig: WaitingRig, clock: FixedClock
) -> None:
    rig.dials("1023")
    rig.dials("1023", ahead="31*1023*1")  # dialled ahead: nobody has seen the line
    rig.texts("RESULT 1023 1", caller=JUMA)
    rig.out["1023"] = "B+"

    assert later(rig, clock, 2) == []
    assert len(rig.sms(JUMA)) == 1  # the reply, with the line


@pytest.mark.parametrize("words", ["1", "1.", "yes", "one", "Tell me by SMS"])
def test_over_sms_the_line_is_chosen_as_any_other(
    rig: WaitingRig, clock: FixedClock, words: str
) -> None:
    (offer,) = rig.texts("RESULT 1023")
    assert offer == OFFER
    (kept,) = rig.texts(words)
    assert kept.startswith("We will send you an SMS when there is news, until ")

    rig.out["1023"] = "A"

    assert later(rig, clock, 1) == ["1023: grade A"]


def test_it_is_told_in_the_language_that_was_chosen_since(
    rig: WaitingRig, clock: FixedClock
) -> None:
    rig.waits()
    rig.gateway.choose_language(ASHA, "sw")
    rig.out["1023"] = "A"

    assert later(rig, clock, 1) == ["1023: daraja A"]


def test_the_same_question_twice_is_one_and_another_is_another(
    rig: WaitingRig, clock: FixedClock
) -> None:
    rig.waits()
    clock.advance(days=20)
    rig.waits()
    rig.waits("2048")
    assert [each.number for each in rig.questions.by_screen(clock.now())] == [2]

    clock.advance(days=20)  # the first wish alone would be over
    rig.out |= {"1023": "B", "2048": "C"}

    assert sorted(later(rig, clock, 2)) == ["1023: grade B", "2048: grade C"]


def test_no_more_than_a_few_are_kept_for_a_subscriber(
    rig: WaitingRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_questions, "MOST_OF_A_SUBSCRIBER", 2)
    rig.waits("1001")
    rig.waits("1002")

    assert rig.dials("1003", "1").text.startswith("We can keep no more questions for now.")
    rig.waits("1002")  # the same is no more
    rig.waits("1003", caller=JUMA)


def test_no_more_than_so_many_are_kept_of_a_service(
    rig: WaitingRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_questions, "MOST_OF_A_SERVICE", 1)
    rig.waits("1001")

    refused = rig.dials("1001", "1", caller=JUMA).text

    assert refused.startswith("We can keep no more questions for now.")


def test_whom_no_sms_can_reach_is_told_so_and_offered_nothing(
    rig: WaitingRig, clock: FixedClock
) -> None:
    token = ProviderToken(CHANNEL.provider, "", "4bd1aa30c2f94e07")

    reply = rig.dials("1023", caller=token)

    assert reply.ends
    assert reply.text == (
        f"{NOT_OUT}\nNo SMS from us can reach you on this network. Please ask again later."
    )


def test_where_no_channel_sends_nothing_is_offered(
    database: Engine, clock: FixedClock, tmp_path: Path
) -> None:
    silent = Channel(name="ke", provider="simulator", service_code="*384*2026#")
    rig = WaitingRig(database, clock, tmp_path / "menu", channel=silent)

    reply = rig.dials("1023")

    assert reply.ends
    assert "1. " not in reply.text


@pytest.mark.parametrize(
    ("word", "stops"),
    [
        ("STOP", True),
        ("STOP result", True),
        ("STOP results", True),
        ("STOP exam results", True),
        ("Stop the corruption at the school", False),
        ("STOP prices", False),
    ],
)
def test_stop_ends_it_and_only_stop(
    rig: WaitingRig, clock: FixedClock, word: str, stops: bool
) -> None:
    rig.waits()
    rig.texts(word)
    said = rig.sms()
    rig.out["1023"] = "A"

    later(rig, clock, 2)

    assert (rig.sms() == said) == stops
    assert ("stopped" in rig.came_to()) == stops


def test_who_asks_again_after_stop_is_told(rig: WaitingRig, clock: FixedClock) -> None:
    rig.texts("STOP")
    clock.advance(60)
    rig.waits()
    rig.out["1023"] = "A"

    assert later(rig, clock, 1) == ["1023: grade A"]


def test_nothing_is_told_in_quiet_hours(rig: WaitingRig, clock: FixedClock) -> None:
    rig.waits()
    rig.out["1023"] = "A"
    now = clock.now()
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=5)
    rig.quiet = QuietHours.parse(f"{begins:%H:%M}-{ends:%H:%M}", UTC)

    clock.advance(hours=4)
    assert rig.ticks() == 0
    assert rig.asked == ["1023"]
    clock.advance(hours=2)

    assert rig.ticks() == 1


def test_it_is_asked_ever_more_seldom_and_at_once_when_its_data_were_loaded(
    rig: WaitingRig, clock: FixedClock
) -> None:
    rig.waits()
    later(rig, clock, 1)
    of_first_day = len(rig.asked)
    later(rig, clock, 10)
    rig.asked.clear()
    later(rig, clock, 3)
    assert len(rig.asked) <= 3 < of_first_day

    rig.out["1023"] = "A"
    rig.loaded = {"results": clock.now(), "others": clock.now()}

    assert rig.ticks() == 1
    assert rig.sms()[-1] == "1023: grade A"


def test_data_that_were_loaded_before_wake_nobody_twice(rig: WaitingRig, clock: FixedClock) -> None:
    rig.waits()
    clock.advance(60)
    rig.loaded = {"results": clock.now()}
    clock.advance(60)
    for _ in range(3):
        rig.ticks()
        clock.advance(60)

    assert rig.asked == ["1023", "1023"]  # when it was kept, and once after the import


def test_what_fails_is_asked_again_later_each_time(rig: WaitingRig, clock: FixedClock) -> None:
    rig.waits()
    rig.asked.clear()
    rig.failure = HandlerFailed("down")
    clock.advance(hours=2)
    for _ in range(24 * 6):
        rig.ticks()
        clock.advance(600)
    assert 5 <= len(rig.asked) <= 9
    assert set(rig.came_to()) == {"failed"}

    rig.failure = None
    rig.out["1023"] = "A"

    assert later(rig, clock, 1) == ["1023: grade A"]


class _Open:
    """Breakers that are open."""

    def admits(self, back_end: str, breaker: Breaker) -> bool:
        return False

    def refuses(self, back_ends: Sequence[str]) -> bool:
        return False

    def note(self, back_end: str, breaker: Breaker, *, well: bool | None) -> None:
        raise AssertionError("It was asked.")


class _Earlier:
    """A kept answer that stands in: an earlier one, of when it was not out, or of last week."""

    def __init__(self, clock: FixedClock, outcome: Outcome | None) -> None:
        self._clock, self._outcome = clock, outcome

    def find(self, key: bytes) -> KeptAnswer | None:
        return self._outcome and KeptAnswer(self._outcome, self._clock.now() - timedelta(days=1))

    def keep(self, key: bytes, answer: KeptAnswer, seconds: float) -> None:
        pass


@pytest.mark.parametrize("stands_in", [None, Outcome("not_out"), Outcome("found", {"grade": "E"})])
def test_what_is_left_alone_is_not_asked_and_an_earlier_answer_is_none(
    rig: WaitingRig,
    database: Engine,
    clock: FixedClock,
    tmp_path: Path,
    stands_in: Outcome | None,
) -> None:
    rig.waits()
    down = WaitingRig(
        database,
        clock,
        tmp_path / "menu",
        breakers=_Open(),
        answers=_Earlier(clock, stands_in),
    )
    clock.advance(hours=2)

    assert down.ticks() == 0

    assert down.asked == []
    assert down.came_to() == ["failed"]
    assert rig.sms() == []


def test_without_an_answer_in_its_days_that_is_told_once(
    rig: WaitingRig, clock: FixedClock
) -> None:
    rig.waits()

    over = "Nothing has changed so far, and we ask no longer. You can ask again at any time."
    assert later(rig, clock, 31) == [f"{NOT_OUT}\n{over}"]
    assert rig.questions.by_screen(clock.now()) == []


def test_that_it_fails_to_the_last_is_told_in_the_same_words(
    rig: WaitingRig, clock: FixedClock
) -> None:
    rig.waits()
    rig.failure = HandlerFailed("down")

    (told,) = later(rig, clock, 31)

    assert told.startswith(f"{NOT_OUT}\nNothing has changed so far")


GONE = (
    f"{NOT_OUT}\nWe can no longer look this up for you. Please ask again, or at the nearest office."
)


#: Changes of the menu between the wish and the answer, by what is told then.
CHANGES = {
    "the same menu": ([], "1023: grade A"),
    "other words": ([("grade {grade}", "{grade}!")], "1023: A!"),
    "no such screen": (
        [("not_out: not_out", "not_out: nothing"), ("  not_out:\n", "  nothing:\n")],
        GONE,
    ),
    "nothing is told": ([("    tell_me: {days: 30}\n", "")], GONE),
    "another answer is needed": (
        [
            ("candidate", "number"),
            ("handler: exam_results", "handler: exam_results\n    with: {candidate: number}"),
        ],
        GONE,
    ),
    "no such service": ([("service: exam", "service: tests"), ("open: exam", "open: tests")], GONE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_menu_that_is_live_then_is_asked(
    rig: WaitingRig, clock: FixedClock, change: str
) -> None:
    pairs, told = CHANGES[change]
    rig.waits()
    rig.out["1023"] = "A"
    files = dict(FILES)
    for old, new in pairs:
        files = {name: text.replace(old, new) for name, text in files.items()}
    release = rig.compiled(files)
    served = replace(rig.gateway.upkeep.ask_again, releases=ServedReleases(release))
    clock.advance(hours=2)

    served()

    assert rig.sms() == [told]


class OneFaulty(SettleCalls):
    """Has a fault of ours with one question, and none with the others."""

    def settle(
        self, release: Release, progress: DialogueProgress, party: Party, *others: Any
    ) -> DialogueProgress:
        if party.subscriber == ASHA:
            raise KeyError("1023")
        return super().settle(release, progress, party, *others)


def test_one_that_a_fault_of_ours_meets_keeps_nobody_waiting_and_is_told_at_last(
    rig: WaitingRig, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    rig.waits("1023")
    rig.waits("1024", caller=JUMA)
    rig.out["1023"] = rig.out["1024"] = "A"
    asks = rig.gateway.upkeep.ask_again
    settles = asks.settle_calls
    faulty = OneFaulty(**{each.name: getattr(settles, each.name) for each in fields(settles)})
    served = replace(asks, settle_calls=faulty)
    clock.advance(hours=2)

    assert served() == 1

    assert (rig.sms(), rig.sms(JUMA)) == ([], ["1024: grade A"])
    assert ["answered", "failed"] == rig.came_to()
    assert "1023" not in caplog.text
    clock.advance(days=31)
    assert served() == 1
    (told,) = rig.sms()
    assert told.startswith(f"{NOT_OUT}\nNothing has changed so far")


def test_another_system_is_asked_a_few_times_in_a_step(
    rig: WaitingRig, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask_again, "OWN_DATA", 2)
    for number in range(1001, 1006):
        rig.waits(str(number))
    rig.asked.clear()
    clock.advance(hours=2)

    steps = []
    for _ in range(4):
        before = len(rig.asked)
        rig.ticks()
        steps.append(len(rig.asked) - before)

    assert steps == [2, 2, 1, 0]
    assert sorted(rig.asked) == [str(number) for number in range(1001, 1006)]


def test_a_step_that_takes_long_leaves_the_rest_to_the_next(
    database: Engine, clock: FixedClock, tmp_path: Path
) -> None:
    rig = WaitingRig(database, clock, tmp_path / "menu")
    for number in range(1001, 1006):
        rig.waits(str(number))
    clock.advance(hours=2)
    answered: list[str] = []

    def slowly(*told: object) -> Outcome:
        clock.advance(2)
        answered.append("one")
        return Outcome("not_out")

    contract = HandlerContract(
        needs=("candidate",), outcomes={"found": {}, "not_out": {}}, reads=("results",)
    )
    slow = WaitingRig(
        database,
        clock,
        tmp_path / "menu",
        others={"exam_results": Handler(slowly, contract)},
        files={
            **FILES,
            "exam.yaml": EXAM.replace(": grade {grade}", "").replace(": daraja {grade}", ""),
        },
    )

    slow.ticks()
    assert len(answered) == 2
    slow.ticks()
    slow.ticks()

    assert len(answered) == 5


DIES = """
import os, signal, sys
from pathlib import Path
from gateway.adapters.sql import engine as database
from tests.clock import FixedClock
from datetime import datetime
from tests.waiting_menu import WaitingRig
from gateway.use_cases.handler_calls import ask_again
url, folder, at, where = sys.argv[1:]
rig = WaitingRig(database.create(url), FixedClock(datetime.fromisoformat(at)), Path(folder))
rig.out["1023"] = "A"
def die(*told, **more):
    os.kill(os.getpid(), signal.SIGKILL)
if where == "while it asks":
    rig.failure = None
    rig.out = type("Out", (dict,), {"__contains__": die})()
elif where == "before it is stored":
    type(rig.questions).tell = die
else:
    rig.jobs.wake_outbound = die
rig.ticks()
"""


@pytest.mark.parametrize("where", ["while it asks", "before it is stored", "after it is stored"])
def test_whoever_dies_on_the_way_it_is_told_once(
    rig: WaitingRig, database: Engine, clock: FixedClock, tmp_path: Path, where: str
) -> None:
    rig.waits()
    clock.advance(hours=2)
    url = database.url.render_as_string(hide_password=False)
    at = clock.now().isoformat()

    died = subprocess.run(
        [sys.executable, "-c", DIES, url, str(tmp_path / "other"), at, where],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
    )
    assert died.returncode == -9, died.stderr

    rig.out["1023"] = "A"
    clock.advance(600)
    for _ in range(3):
        rig.ticks()

    assert rig.sms() == ["1023: grade A"]
