"""Misspelled keywords: the one nearest word, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text.misspellings import Meaning, nearest, vocabulary


def meaning(word: str, service: str, language: str = "en") -> tuple[str, Meaning]:
    """Returns an entry of a vocabulary."""
    return word, Meaning("service", service, language, word.upper())


WORDS = vocabulary(
    [
        meaning("result", "exam"),
        meaning("results", "exam"),
        meaning("resultat", "exam", "fr"),
        meaning("report", "works"),
        meaning("repost", "post"),
        meaning("case", "case"),
        meaning("cash", "pay"),
        meaning("price", "market"),
        meaning("prix", "market", "fr"),
        meaning("tax", "tax"),
        meaning("problem", "works"),
        meaning("probleme", "works", "fr"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("resul", "RESULT"),
        ("reslt", "RESULT"),
        ("resutl", "RESULT"),
        ("ressullt", "RESULT"),
        ("rezultat", "RESULTAT"),
        ("prce", "PRICE"),
        ("pirce", "PRICE"),
        ("repor", "REPORT"),
        ("prise", "PRICE"),
        ("probelm", "PROBLEM"),
    ],
)
def test_a_slip_leads_to_the_nearest_word(typed: str, written: str) -> None:
    found = nearest(WORDS, typed)

    assert found is not None
    assert written == found.written


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("repoxt", "REPORT and REPOST are equally near"),
        ("cass", "CASE and CASH are equally near"),
        ("tex", "three letters are too few"),
        ("taxi", "TAX is too short to be guessed"),
        ("pryse", "two places in five letters"),
        ("rslt", "two places, and only four letters"),
        ("rexxxts", "three places"),
        ("12345678", "a number"),
        ("", "nothing"),
    ],
)
def test_a_doubtful_word_leads_nowhere(typed: str, why: str) -> None:
    found = nearest(WORDS, typed)

    assert found is None, why


def test_of_one_service_in_two_languages_the_subscribers_own_is_taken() -> None:
    english = nearest(WORDS, "problems", "en")
    french = nearest(WORDS, "problems", "fr")

    assert ("en", "fr") == (english and english.language, french and french.language)


@given(st.text(max_size=30))
def test_any_word_can_be_looked_up(word: str) -> None:
    found = nearest(WORDS, word)

    assert found is None or found in WORDS.meanings


@given(st.sampled_from(WORDS.known), st.integers(0, 20), st.characters(codec="ascii"))
def test_one_letter_too_many_never_leads_to_a_word_that_is_further(
    word: str, place: int, letter: str
) -> None:
    found = nearest(WORDS, word[:place] + letter + word[place:])

    assert found is None or abs(len(found.written) - len(word)) <= 2
