"""Within a conversation a text answers the question that was asked, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import inbound_sms
from gateway.domain.commands.keywords import fold
from gateway.domain.handler_contract.service_call import HandlerContract, Writes
from gateway.domain.menu.side_effects import with_writes
from tests.domain.menus import SAMPLE
from tests.use_cases.rig import CALLER, CHANNEL, Rig

ABOUT_NAMES = "REPORT water North North_1"
DOUBT = ["is your answer Exam results"]


def asks_for_a_name(rig: Rig) -> None:
    """Leads to the question for a name."""
    rig.texts("REPORT water North")
    rig.texts("North 1")
    assert rig.texts("the pump is broken")[0].startswith("Your name?")


def names_given(rig: Rig) -> list[str]:
    """Returns the names that cases were opened with."""
    return [call.answers["name"] for call in rig.calls if call.handler == "open_case"]


# ------------------------------------------------------------------ words left over


@pytest.mark.parametrize(
    ("question", "text", "next_question"),
    [
        ("REPORT", "Water please", "Which region?"),
        ("REPORT", "1. Water", "Which region?"),
        ("REPORT water", "North hospital", "Which district of North?"),
        ("REPORT water", "North North 1", "Which district of North?"),
        ("REPORT water North", "North 1 the pump at the school is broken", "What is wrong?"),
        ("RESULT", "10231456 2025", "Year?"),
        ("RESULT", "10231456 REPORT", "Year?"),
        ("RESULT 10231456", "2025 15042007", "Date of birth?"),
    ],
)
def test_words_left_over_answer_no_later_question(
    rig: Rig, question: str, text: str, next_question: str
) -> None:
    rig.texts(question)

    assert rig.texts(text)[0].startswith(next_question)
    assert "open_case" not in rig.handlers_run


@pytest.mark.parametrize(
    ("text", "next_question"),
    [
        ("REPORT water North", "Which district of North?"),
        ("RESULT 10231456 2025", "Date of birth?"),
        ("41 road South", "Which district of South?"),
    ],
)
def test_words_behind_a_keyword_answer_the_questions_of_its_service(
    rig: Rig, text: str, next_question: str
) -> None:
    assert rig.texts(text)[0].startswith(next_question)


# ------------------------------------------------------------------ a line and a keyword

LINE_AND_KEYWORD = replace(
    SAMPLE, id="r-line", keywords={**SAMPLE.keywords, fold("ROAD"): ("result", "en")}
)


@pytest.mark.parametrize(
    ("question", "text", "reply"),
    [
        ("REPORT", "Road", "Which region?"),
        ("REPORT", "Road in the north has a hole", "Which region?"),
        ("REPORT", "road 10231456", "Which region?"),
        ("REPORT", "ROAD.", "Which region?"),
        ("RESULT", "Road 10231456", "Year?"),
        ("REPORT water", "Road 10231456", "Year?"),
        ("hello", "Road 10231456", "Year?"),
    ],
)
def test_a_line_on_the_screen_wins_over_a_keyword_of_the_same_name(
    rig: Rig, question: str, text: str, reply: str
) -> None:
    rig.releases.replace(LINE_AND_KEYWORD)
    rig.texts(question)

    assert rig.texts(text)[0].startswith(reply)


# ------------------------------------------------------------------ an answer or a service


@pytest.mark.parametrize("text", ["RESULT", "result", "Results please", "ውጤት"])
def test_a_keyword_instead_of_a_name_is_asked_about_where_its_service_takes_the_rest(
    rig: Rig, text: str
) -> None:
    asks_for_a_name(rig)

    takes_the_rest = "please" not in text
    assert (rig.texts(text) == DOUBT) is takes_the_rest
    assert names_given(rig) == ([] if takes_the_rest else [text])


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("RESULT 10231456", True),
        ("RESULT 10231456 2025", True),
        ("result 10231456 2025 15042007", True),
        ("RESULT 10231456 of last year", False),
        ("Results of the water test are bad", False),
        ("REPORT water North North 2 the well is dry", True),
        ("REPORT road South", True),
        ("Report says that the well is dry", False),
        ("RESLUT 10231456", False),
        ("31 10231456", False),
        ("the RESULT 10231456 is wrong", False),
    ],
)
def test_free_text_is_asked_about_only_where_a_service_takes_every_word(
    rig: Rig, text: str, is_asked: bool
) -> None:
    rig.texts("REPORT water North")
    rig.texts("North 1")

    reply = rig.texts(text)[0]

    assert reply.startswith("is your answer") is is_asked
    assert reply.startswith("Your name?") is not is_asked


@pytest.mark.parametrize("yes", ["1", "1.", "y", "Yes!"])
def test_with_a_yes_the_text_is_the_answer(rig: Rig, yes: str) -> None:
    yes_words = frozenset({fold("YES"), fold("y")})
    rig.releases.replace(
        replace(SAMPLE, id="r-yes", reserved=replace(SAMPLE.reserved, yes=yes_words))
    )
    asks_for_a_name(rig)
    rig.texts("RESULT")

    assert rig.texts(yes)[0].startswith("Case ")
    assert names_given(rig) == ["RESULT"]


@pytest.mark.parametrize("two", ["2", "2.", "Exam results", "result"])
def test_with_the_service_its_words_open_it(rig: Rig, two: str) -> None:
    rig.texts("REPORT water North")
    rig.texts("North 1")
    rig.texts("RESULT 10231456")

    assert rig.texts(two)[0].startswith("Year?")
    assert names_given(rig) == []


@pytest.mark.parametrize(("instead", "given"), [("Asha Musa", "Asha Musa"), ("No", "No")])
def test_any_other_text_is_the_answer_to_the_question_before(
    rig: Rig, instead: str, given: str
) -> None:
    asks_for_a_name(rig)
    rig.texts("RESULT")

    assert rig.texts(instead)[0].startswith("Case ")
    assert names_given(rig) == [given]


def test_a_doubt_expires_with_its_conversation(rig: Rig) -> None:
    asks_for_a_name(rig)
    rig.texts("RESULT")
    rig.clock.advance(CHANNEL.conversation_seconds + 1)

    assert rig.texts("1") == ["conversation over"]
    assert names_given(rig) == []


def test_a_stop_is_a_stop_while_a_text_is_doubted(rig: Rig) -> None:
    asks_for_a_name(rig)
    rig.texts("RESULT")

    assert rig.texts("STOP") == ["stopped"]
    assert rig.texts("1") == ["conversation over"]


def test_a_doubted_text_that_may_hold_a_secret_is_forgotten(
    rig: Rig, sqlite_engine: Engine
) -> None:
    asks_for_a_name(rig)
    rig.texts("RESULT")

    with statements(sqlite_engine) as connection:
        kept = list(connection.scalars(select(inbound_sms.c.text_sealed)))
    assert kept[-1] is None
    assert None not in kept[:-1]


def test_whether_a_service_takes_the_words_is_found_without_writing_anything(rig: Rig) -> None:
    report = HandlerContract(outcomes={}, writes=Writes.REPORT)
    rig.releases.replace(with_writes(replace(SAMPLE, id="r-w"), {"open_case": report}))
    asks_for_a_name(rig)

    rig.texts("REPORT")
    rig.texts("REPORT water")

    assert "open_case" not in rig.handlers_run
    assert rig.inbox.conversation(CHANNEL.name, CALLER, rig.clock.now()).suggested == "REPORT water"
