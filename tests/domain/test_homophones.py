"""Letters that are said alike are one letter where words are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening
from gateway.domain.reading.folding import fold
from gateway.domain.text.homophones import FOR_EACH_OTHER, said_alike
from gateway.domain.text.transliteration import transliterated
from tests.domain.menus import SAMPLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ሰላም", "ሠላም"),
        ("ህዳር", "ኅዳር"),
        ("ታህሳስ", "ታኅሣሥ"),
        ("ሀምሌ", "ሐምሌ"),
        ("ሃምሌ", "ሐምሌ"),
        ("አቁም", "ዐቁም"),
        ("አቁም", "ኣቁም"),
        ("ዓመት", "አመት"),
        ("ጸሐይ", "ፀሀይ"),
        ("እርዳታ", "ዕርዳታ"),
        ("ውጤት", "ዉጤት"),
        ("ጎንደር", "ጐንደር"),
        ("ቁጥር", "ቊጥር"),
        ("ሁኔታ", "ኹኔታ"),
    ],
)
def test_two_spellings_of_a_word_are_one_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ሰላም", "ሰሎም"), ("ህዳር", "ሁዳር"), ("አቁም", "እቁም"), ("ሰላም", "ሸላም")]
)
def test_other_sounds_stay_other_words(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["ዐቁም", "ኣቁም", "ዓቁም!"])
def test_a_stop_in_another_spelling_is_a_stop(text: str) -> None:
    assert Opening.STOP == read(SAMPLE, text).opening


@given(st.characters(min_codepoint=0x1200, max_codepoint=0x135A, categories=["Lo"]))
def test_letters_are_alike_only_where_they_are_said_alike(char: str) -> None:
    if char not in FOR_EACH_OTHER:
        assert transliterated(char) == transliterated(said_alike(char))


@given(st.text())
def test_once_is_enough_and_the_length_stays(text: str) -> None:
    once = said_alike(text)

    assert once == said_alike(once)
    assert len(text) == len(once)
