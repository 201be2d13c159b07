"""Answers given at once: which words are one answer, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.dialogue.answer_splitting import split_typed, take_words
from tests.domain.menus import SAMPLE
from tests.domain.talks import Talk

TO_THE_REGION = ("1", "1")
TO_THE_DISTRICT = ("1", "1", "3")
TO_THE_DESCRIPTION = (*TO_THE_DISTRICT, "3")
TO_THE_NAME = (*TO_THE_DESCRIPTION, "The pump is broken")
TO_THE_CANDIDATE = ("2",)
TO_THE_YEAR = ("2", "10231456")
TO_THE_BIRTH_DATE = ("2", "10231456", "1")


def standing(*answers: str, language: str = "en") -> Talk:
    """Returns a dialogue after these answers."""
    talk = Talk(language=language)
    talk.types(*answers)
    return talk


@pytest.mark.parametrize(
    ("answers", "words", "answer", "left"),
    [
        ((), "1 1 2", "1", "1 2"),
        ((), "Report a problem water", "Report a problem", "water"),
        ((), "report A problem. 2", "report A problem.", "2"),
        ((), "Report the problem", "Report", "the problem"),
        (("1",), "water point North", "water point", "North"),
        (("1",), "water North 1", "water", "North 1"),
        (("1",), "WATER pointless", "WATER", "pointless"),
        (TO_THE_REGION, "upper river upper river 7", "upper river", "upper river 7"),
        (TO_THE_REGION, "Upper Volta", "Upper", "Volta"),
        (TO_THE_DISTRICT, "Upper River 1 no water", "Upper River 1", "no water"),
        (TO_THE_DISTRICT, "Upper River 12 no water", "Upper River 12", "no water"),
        (TO_THE_DISTRICT, "12 no water", "12", "no water"),
        (TO_THE_DESCRIPTION, "the pump is broken", "the pump is broken", ""),
        (TO_THE_DESCRIPTION, "5 * 3 pumps", "5 * 3 pumps", ""),
        (TO_THE_NAME, "Asha binti Musa", "Asha binti Musa", ""),
        (TO_THE_CANDIDATE, "10231456 2025", "10231456", "2025"),
        (TO_THE_CANDIDATE, "1023 1456 2025", "1023 1456", "2025"),
        (TO_THE_CANDIDATE, "10 23 14 56 2025", "10 23 14 56", "2025"),
        (TO_THE_CANDIDATE, "1023145 2025", "1023145", "2025"),
        (TO_THE_CANDIDATE, "1 0 2 3 1 4 5 6", "1", "0 2 3 1 4 5 6"),
        (TO_THE_CANDIDATE, "10231456, 2025", "10231456,", "2025"),
        (TO_THE_CANDIDATE, "(10231456) 2025", "(10231456)", "2025"),
        (TO_THE_CANDIDATE, "10231456/2025", "10231456", "2025"),
        (TO_THE_CANDIDATE, "1023-1456-2025 x", "1023 1456", "2025 x"),
        (TO_THE_CANDIDATE, "1023145/2025", "1023145/2025", ""),
        (TO_THE_YEAR, "2025/15042007", "2025", "15042007"),
        (TO_THE_YEAR, "2025 15 04 2007", "2025", "15 04 2007"),
        (TO_THE_YEAR, "2026 15 04 2007", "2026", "15 04 2007"),
        (TO_THE_BIRTH_DATE, "15 04 2007", "15 04 2007", ""),
        (TO_THE_BIRTH_DATE, "15042007 again", "15042007", "again"),
        (TO_THE_BIRTH_DATE, "15.04.2007 again", "15.04.2007", "again"),
        (TO_THE_BIRTH_DATE, "2007 04 15 again", "2007 04 15", "again"),
        (TO_THE_BIRTH_DATE, "«15042007»; again", "15042007", "again"),
        (TO_THE_BIRTH_DATE, "31 02 2007", "31", "02 2007"),
        (TO_THE_BIRTH_DATE, "31/02/2007", "31/02/2007", ""),
        (TO_THE_BIRTH_DATE, "tomorrow", "tomorrow", ""),
    ],
)
def test_words_are_cut_where_the_screen_can_take_them(
    answers: tuple[str, ...], words: str, answer: str, left: str
) -> None:
    talk = standing(*answers)

    taken = take_words(SAMPLE, talk.session, words.split())

    assert (answer, left.split()) == (taken[0], list(taken[1]))


def test_labels_are_those_of_the_language_spoken() -> None:
    talk = standing("1", language="am")

    assert ("የውሃ ቦታ", ("North",)) == take_words(SAMPLE, talk.session, ("የውሃ", "ቦታ", "North"))
    assert "water" == take_words(SAMPLE, talk.session, ("water", "point"))[0]


def test_one_sms_leads_through_choices_lists_and_free_text() -> None:
    talk = standing("1")

    words: Sequence[str] = ["water", "South", "South", "11", "the", "pump", "is", "broken"]
    while words:
        answer, words = take_words(SAMPLE, talk.session, words)
        talk.types(answer)

    assert "report.name" == talk.at
    assert "the pump is broken" == talk.session.answers["report.description"]


@given(
    answers=st.sampled_from(
        [(), ("1",), TO_THE_REGION, TO_THE_DESCRIPTION, TO_THE_NAME, TO_THE_BIRTH_DATE, ("9",)]
    ),
    words=st.lists(st.text(min_size=1), min_size=1, max_size=12),
)
def test_no_word_is_lost_or_invented(answers: tuple[str, ...], words: list[str]) -> None:
    """Signs around and within the first word may be read as spaces; nothing else goes or comes."""
    talk = standing(*answers)

    answer, left = take_words(SAMPLE, talk.session, words)

    assert len("".join(left)) < len("".join(words))
    assert without_signs(words) == without_signs([answer, *left])
    if words[0].isalnum():
        assert " ".join(words) == " ".join([answer, *left])


def without_signs(words: Sequence[str]) -> str:
    return "".join(char for char in "".join(words) if char.isalnum())


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (["1:0"], ("1", ("0",))),
        (["1/"], ("1", ())),
        (["1."], ("1.", ())),  # what stands there is read as the line that it is
        (["(1)", "2"], ("(1)", ("2",))),
        (["10231456/2025"], ("10231456/2025", [])),
    ],
)
def test_signs_at_the_first_word_are_spaces_where_an_answer_stands_between(
    words: list[str], taken: tuple[str, Sequence[str]]
) -> None:
    answer, left = take_words(SAMPLE, standing().session, words)

    assert (taken[0], tuple(taken[1])) == (answer, tuple(left))


@pytest.mark.parametrize(
    ("answers", "typed", "parts"),
    [
        ((), "31*10231456*2025", ["31", "10231456", "2025"]),
        ((), "", [""]),
        ((), "1*", ["1", ""]),
        ((), "*", ["", ""]),
        (TO_THE_CANDIDATE, "10231456*1", ["10231456", "1"]),
        (TO_THE_DESCRIPTION, "5*3 pumps * broken", ["5*3 pumps * broken"]),
        (TO_THE_NAME, "Asha*1", ["Asha", "1"]),
    ],
)
def test_a_star_parts_answers_except_in_free_text(
    answers: tuple[str, ...], typed: str, parts: list[str]
) -> None:
    assert parts == split_typed(SAMPLE, standing(*answers).session, typed)
