"""A keyword that is not the first word, answers in any order, and prose that is no command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.commands.answers_within import answer_within
from gateway.domain.commands.evidence import Taken, is_meant
from gateway.domain.commands.keywords_within import keywords_within
from gateway.domain.reading.signatures import without_signature
from tests.domain.menus import SAMPLE
from tests.domain.talks import Talk

CANDIDATE, YEAR = ("2",), ("2", "10231456")
BIRTH_DATE, REGION = ("2", "10231456", "1"), ("1", "1")
CATEGORY, NAME = ("1",), ("1", "1", "3", "3", "The pump is broken")


def standing(*answers: str) -> Talk:
    """Returns a dialogue after these answers."""
    talk = Talk()
    talk.types(*answers)
    return talk


@pytest.mark.parametrize(
    ("text", "before", "words"),
    [
        ("Hello RESULT 10231456", [], ["10231456"]),
        (
            "please send me my result 10231456 2025",
            [],
            ["10231456", "2025"],
        ),
        ("Fwd: RESULT 10231456", [], ["10231456"]),
        ("Fwd:RESULT,10231456", [], ["10231456"]),
        ("10231456 RESULT 2025", ["10231456"], ["10231456", "2025"]),
        ("Juma's result 10231456", ["Juma's"], ["Juma's", "10231456"]),
        ("hello, the résults pls", [], ["pls"]),
    ],
)
def test_a_keyword_is_found_behind_other_words(
    text: str, before: list[str], words: list[str]
) -> None:
    found = next(keywords_within(SAMPLE, text))

    assert ("result", before, words) == (
        found.read.service, list(found.before), list(found.read.words)
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "RESULT 10231456", "hello", "the resultant force", "a b c d e f g h i result", "outcome"],
)
def test_there_is_no_keyword_behind_the_first_words(text: str) -> None:
    assert [] == list(keywords_within(SAMPLE, text))


@pytest.mark.parametrize(
    ("answers", "words", "answer", "left", "sure"),
    [
        (CANDIDATE, "no 10231456 2025", "10231456", "no 2025", True),
        (CANDIDATE, "of Juma <10231456>", "<10231456>", "of Juma", True),
        (CANDIDATE, "1023 1456 2025", "1023 1456", "2025", True),
        (CANDIDATE, "2025/10231456", "10231456", "2025", True),
        (YEAR, "15042007 2025", "2025", "15042007", False),
        (YEAR, "of 2025", "2025", "of", False),
        (YEAR, "2 15042007", "2", "15042007", False),
        (BIRTH_DATE, "Juma 15 April 2007", "15 April 2007", "Juma", True),
        (BIRTH_DATE, "the 3rd of May 2007 please", "the 3rd of May 2007", "please", True),
        (REGION, "foo upper river bar", "upper river", "foo bar", False),
        (REGION, "upp bar", "upp", "bar", False),
        (CATEGORY, "the water point is dry", "water point", "the is dry", False),
        (CATEGORY, "dirty water at home", "water", "dirty at home", False),
        (NAME, "15042007 Asha Otieno please", "Asha Otieno", "15042007 please", False),
    ],
)  # fmt: skip
def test_an_answer_is_found_wherever_it_stands(
    answers: tuple[str, ...], words: str, answer: str, left: str, sure: bool
) -> None:
    found = answer_within(SAMPLE, standing(*answers).session, words.split(), date(2026, 11, 20))

    assert found is not None
    assert (answer, left.split(), sure) == (found.answer, list(found.left), found.sure)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (CANDIDATE, "my son has no number"),
        (CANDIDATE, "1023145 2025"),
        (YEAR, "which year"),
        (YEAR, "2019"),
        (BIRTH_DATE, "31/02/2007"),
        (REGION, "foo up"),
        (CATEGORY, "the bridge near the school has no water"),
        (NAME, "1234 567"),
    ],
)
def test_where_no_word_is_an_answer_none_is_found(answers: tuple[str, ...], words: str) -> None:
    assert answer_within(SAMPLE, standing(*answers).session, words.split()) is None


def taken(answers: int = 0, left: str = "", *, sure: bool = False) -> Taken:
    """Returns what became of some words."""
    return Taken(found=answers, left=tuple(left.split()), sure=sure)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (None, taken()),
        (None, taken(1, "please")),
        (None, taken(1, "Juma Otieno Primary", sure=True)),
        (None, taken(0, "2019")),
        (None, taken(0, "Juma")),
        ((), taken()),
        ((), taken(1, "of my daughter")),
        ((), taken(0, "please now")),
        (("10231456",), taken(1, "of my daughter Amina", sure=True)),
        (("Mbale",), taken(1, "")),
    ],
)
def test_a_text_is_meant_for_the_service_it_names(
    before: Sequence[str] | None, found: Taken
) -> None:
    assert is_meant(SAMPLE, "result", found.left, found, before)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (None, taken(0, "is out since Monday")),
        (None, taken(0, "of the meeting was good")),
        (None, taken(1, "has no desks for the children")),
        ((), taken(0, "was good")),
        ((), taken(0, "of the football match")),
        ((), taken(1, "is never there for the poor people")),
        (("husband",), taken(0, "")),
        (("husband",), taken(1, "is sick")),
        (("rain",), taken(1, "very heavy")),
    ],
)
def test_a_sentence_with_the_word_in_it_is_not_meant_for_the_service(
    before: Sequence[str] | None, found: Taken
) -> None:
    assert not is_meant(SAMPLE, "result", found.left, found, before)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("RESULT 10231456\n--\nJuma Musa", "RESULT 10231456"),
        ("RESULT 10231456\n\nRegards,\nJuma", "RESULT 10231456"),
        ("RESULT\n10231456\nSent from my phone", "RESULT\n10231456"),
        ("MATOKEO 10231456\nImetumwa kutoka simu yangu", "MATOKEO 10231456"),
        ("RESULTAT 10231456\nCordialement\nJean", "RESULTAT 10231456"),
        ("ውጤት 10231456\nከሰላምታ ጋር", "ውጤት 10231456"),
        ("Regards", "Regards"),
        ("--", "--"),
        ("RESULT\n- 10231456", "RESULT\n- 10231456"),
        ("the pump\nis broken", "the pump\nis broken"),
        ("", ""),
    ],
)
def test_a_signature_is_none_of_the_text(text: str, kept: str) -> None:
    assert kept == without_signature(text)


@given(
    answers=st.sampled_from([(), CATEGORY, CANDIDATE, YEAR, BIRTH_DATE, REGION, NAME]),
    words=st.lists(st.text("ab1 .é*/'", min_size=1), min_size=1, max_size=20),
)
def test_no_letter_of_a_text_is_invented(answers: tuple[str, ...], words: list[str]) -> None:
    found = answer_within(SAMPLE, standing(*answers).session, words)

    if found is not None:
        before = sorted("".join(words).replace(" ", ""))
        after = sorted("".join([found.answer, *found.left]).replace(" ", ""))
        assert all(before.count(char) >= after.count(char) for char in set(after))
