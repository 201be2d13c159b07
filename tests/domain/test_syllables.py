"""Words of the Ethiopic script, by what their syllables carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text.syllables import distance, places, spelt

SYLLABLES = st.text(st.characters(min_codepoint=0x1200, max_codepoint=0x1357), max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [
        ("ውጤት", "ውጤት", 0),
        ("ውጤት", "ውጤቴ", 1),
        ("ውጤት", "ውጤን", 2),
        ("ውጤት", "ውጤትን", 2),
        ("ሪፖርትን", "ሪፖርንት", 2),
        ("ዋጋ", "ዋና", 2),
        ("ምክር", "ምግብ", 4),
    ],
)
def test_a_vowel_counts_once_and_a_syllable_twice(one: str, other: str, letters: int) -> None:
    assert letters == distance(spelt(one), spelt(other))


@pytest.mark.parametrize(
    ("one", "other", "most"),
    [("ጤና", "ጤነ", 1), ("ጤና", "ጠና", 0), ("ውጤት", "ውጤን", 1), ("ውጤት", "ውጤትን", 2), ("ክሊኒክ", "ክልኒክ", 2)],
)
def test_short_words_are_forgiven_less(one: str, other: str, most: int) -> None:
    assert most == places(spelt(one), spelt(other))


@given(SYLLABLES)
def test_a_syllable_is_as_long_as_two_letters(word: str) -> None:
    assert 2 * len(word) == len(spelt(word))


@pytest.mark.parametrize("word", ["result", "résultat", "نتيجة", "10231456", "፣", ""])
def test_other_scripts_stay_as_they_are(word: str) -> None:
    assert word == spelt(word)


@given(SYLLABLES, SYLLABLES)
def test_a_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance(spelt(one), spelt(other)) == distance(spelt(other), spelt(one))
