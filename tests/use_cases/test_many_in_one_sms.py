"""Several values of one question in one SMS: each is answered by itself, in one reply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.menu.screens import EndScreen, InputScreen
from tests.domain.menus import SAMPLE, choice, option, text
from tests.use_cases.rig import Rig

_CANDIDATE = SAMPLE.screens["result.candidate"]
assert isinstance(_CANDIDATE, InputScreen)
#: Results without a proof, of up to three candidates in one SMS. The sample's handler knows none
#: who sat elsewhere than at the main sitting.
MANY = replace(
    SAMPLE,
    id="r-many",
    screens={
        **SAMPLE.screens,
        "result.candidate": replace(_CANDIDATE, many=3),
        "result.birth_date": choice(
            "result.birth_date",
            text("Which sitting?"),
            option("1", text("main"), "result.fetch", "2007-04-15"),
            option("2", text("second"), "result.fetch", "2007-04-16"),
        ),
        "result.found": EndScreen(id="result.found", text=text("{candidate} {grade}")),
    },
)
NEITHER = """\
Nothing for 10231456 in 2025.
Nothing for 10231457 in 2025.
many alone RESULT 10231456"""
BOTH = "10231456 B+\n10231457 B+"


#: Results that a date of birth proves, of up to three candidates in one SMS.
PROVEN = replace(
    SAMPLE,
    id="r-proven",
    screens={
        **SAMPLE.screens,
        "result.candidate": replace(_CANDIDATE, many=3),
        "result.found": EndScreen(id="result.found", text=text("{candidate} {grade}")),
    },
)
NOT_BOTH = "10231456 B+\nNothing for 10231457 in 2025.\nmany alone RESULT 10231457"
LACKS_ONE = "10231456: Date of birth?\n10231457 B+\nmany alone RESULT 10231456"


@pytest.mark.parametrize(
    ("sent", "reply", "born"),
    [
        ("RESULT 10231456 15042007 10231457 15042007 2025", BOTH, ["2007-04-15"] * 2),
        ("RESULT 2025 10231456 15.4.2007, 10231457 15/4/2007", BOTH, ["2007-04-15"] * 2),
        (
            "RESULT 10231456 15 4 2007\n10231457 16 4 2007\n2025",
            NOT_BOTH,
            ["2007-04-15", "2007-04-16"],
        ),
        ("RESULT 10231456 10231457 15042007 2025", LACKS_ONE, ["2007-04-15"]),
        ("RESULT 10231456 15042007 2025", "10231456 B+", ["2007-04-15"]),
        ("RESULT 10231456 2025 15042007", "10231456 B+", ["2007-04-15"]),
        (
            "RESULT 10231456 10231457 2025",
            "10231456, 10231457: Date of birth?\nmany alone RESULT 10231456",
            [],
        ),
    ],
)
def test_each_value_is_proven_by_the_day_behind_it(
    rig: Rig, sent: str, reply: str, born: list[str]
) -> None:
    rig.releases.replace(PROVEN)

    (said,) = rig.texts(sent)

    assert said.split("\n0 Back")[0] == reply
    assert [call.answers["birth_date"] for call in rig.calls] == born


@pytest.fixture
def many(rig: Rig) -> Rig:
    """The rig, with a menu that takes several candidates."""
    rig.releases.replace(MANY)
    return rig


@pytest.mark.parametrize(
    ("sent", "reply", "asked_of"),
    [
        ("RESULT 10231456 10231457 2025 main", BOTH, 2),
        ("RESULT 10231456,10231457,2025,main", BOTH, 2),
        ("RESULT 10231456\n10231457\n2025 main", BOTH, 2),
        ("result 10231456 and 10231457, 2025 main please", BOTH, 2),
        ("31 10231456 10231457 2 1", BOTH, 2),
        ("RESULT 2025 main ١٠٢٣١٤٥٦ 10231457", BOTH, 2),
        ("RESULT 10231456 10231457 10231456 2025 main", BOTH, 2),
        ("RESULT 10231456 10231456 2025 main", "10231456 B+", 1),
        ("RESULT 10231456 1023145 2025 main", "10231456 B+\n1023145: digits wrong 8", 1),
        ("RESULT 102314567 10231456 2025 main", "102314567: digits wrong 8\n10231456 B+", 1),
        ("RESULT 10231456 2024 2025 main", "10231456 B+", 1),
        ("RESULT 1023145 1023146 2025", "digits wrong 8\nCandidate number?", 0),
        ("RESULT 1 2 3 4 10231456 10231457 10231458 10231459", "many over 4 3", 0),
        (
            "RESULT 10231456 10231457",
            "10231456, 10231457: Year?\n1. 2024\n2. 2025\nmany together",
            0,
        ),
        (
            "RESULT 10231456 10231457 2031",
            "10231456, 10231457: choice wrong\nYear?\n1. 2024\n2. 2025\nmany together",
            0,
        ),
        (
            "RESULT 10231456 10231457 2025 second 2",
            NEITHER,
            2,
        ),
    ],
)
def test_each_value_of_a_text_is_answered(many: Rig, sent: str, reply: str, asked_of: int) -> None:
    (said,) = many.texts(sent)

    assert said.split("\n0 Back")[0] == reply
    assert len({call.answers["candidate"] for call in many.calls}) == asked_of
    assert len({call.key for call in many.calls}) == asked_of


def test_a_question_takes_one_value_where_the_menu_says_nothing(rig: Rig) -> None:
    (said,) = rig.texts("RESULT 10231456 10231457 2025")

    assert said.startswith("date wrong 15042007\nDate of birth?")


def test_several_values_answer_the_question_of_a_conversation_and_end_it(many: Rig) -> None:
    many.texts("RESULT")

    (asked,) = many.texts("10231456 and 10231457")
    (after,) = many.texts("2025")

    assert asked.startswith("10231456, 10231457: Year?")
    assert after == "conversation over"


def test_a_sentence_within_a_conversation_is_no_list(many: Rig) -> None:
    many.texts("RESULT")

    (said,) = many.texts("10231456 was ill so take 10231457")

    assert said.startswith("Year?")


def test_a_failing_back_end_is_told_of_each_value(many: Rig) -> None:
    many.failure = RuntimeError("no room")

    (said,) = many.texts("RESULT 10231456 10231457 2025 main")

    first, second = said.splitlines()
    assert first.startswith("10231456: unavailable")
    assert second.startswith("10231457: unavailable")
