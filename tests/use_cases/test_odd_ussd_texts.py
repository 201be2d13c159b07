"""USSD of aggregators that change what was typed before, or send the newest answer alone."""

from __future__ import annotations

import logging

import pytest

from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.ussd.odd_text import MOST_ODD
from tests.domain.talks import SECRET
from tests.use_cases.rig import CODE, Rig

HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


def test_newest_answers_alone_lead_through_a_service(rig: Rig) -> None:
    pages = [rig.turn(text).text for text in ("", "2", "10231456", "1")]

    assert ["Services", "Candidate number?", "Year?", "Date of birth?"] == [
        page.splitlines()[0] for page in pages
    ]
    assert 2 == rig.count("ussd_odd_texts", way="newest")


def test_spaces_that_are_folded_on_the_way_lose_no_answer(rig: Rig) -> None:
    rig.turns("1", "1", "2", "3", "The pump  by the school  is broken ")

    reply = rig.turn("1*1*2*3*The pump by the school is broken*Asha Musa")

    assert UssdReply(text="Case 100 000 is open.", ends=True) == reply
    assert "The pump by the school is broken" == rig.calls[-1].answers["description"]
    assert 1 == rig.count("ussd_odd_texts", way="spaces")


def test_a_text_cut_at_its_front_loses_no_answer(rig: Rig) -> None:
    rig.turns("2", "10231456", "1")

    assert "Date of birth?" == rig.turn("10231456*1").text.splitlines()[0]
    assert rig.turn("1*99").text.startswith("date wrong")
    assert 1 == rig.count("ussd_odd_texts", way="trimmed")


@pytest.mark.parametrize("first", [CODE, "384*2026#", "*384*2026"])
def test_the_dialled_code_as_the_first_text_is_a_first_turn(rig: Rig, first: str) -> None:
    assert UssdReply(text=HOME_PAGE, ends=False) == rig.turn(first)
    assert rig.turn("2").text.startswith("Candidate number?")
    assert 0 == rig.count("ussd_odd_texts")


@pytest.mark.parametrize("text", ["*384*2026*31#", "31"])
def test_answers_dialled_behind_the_code_are_answers_wherever_they_stand(
    rig: Rig, text: str
) -> None:
    assert rig.turn(text).text.startswith("Candidate number?")


def test_a_text_that_nobody_understands_shows_the_page_and_ends_civilly_after_a_few(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    page = rig.turns("2", "10231456")

    with caplog.at_level(logging.WARNING):
        replies = [rig.turn(f"2*99999999*{number}") for number in range(MOST_ODD)]

    assert [page] * (MOST_ODD - 1) + [UssdReply(text="try again", ends=True)] == replies
    assert replies[-1] == rig.turn("2*10231456*1")
    assert MOST_ODD == rig.count("ussd_odd_texts", way="unknown")
    assert MOST_ODD == caplog.text.count("does not go on from those before")
    assert "99999999" not in caplog.text


def test_an_answer_that_is_understood_in_between_begins_the_count_anew(rig: Rig) -> None:
    rig.turns("2", "10231456")
    for text in ("2*99999999*7", "2*10231456*1", "2*99999999*7", "2*99999999*8"):
        reply = rig.turn(text)

    assert not reply.ends
    assert rig.turn(f"2*10231456*1*{SECRET}").text.startswith("10231456 B+")


def test_without_redis_the_newest_answer_alone_is_understood_too(rig: Rig) -> None:
    rig.loses_redis()
    rig.turns("2", "10231456")

    assert rig.turn("1").text.startswith("Date of birth?")
    assert 1 == rig.count("ussd_odd_texts", way="newest")
