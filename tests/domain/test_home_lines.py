"""A line of the home screen, or the name of a language, texted by itself."""

from __future__ import annotations

import pytest

from gateway.domain.commands.openings import Opening
from gateway.domain.inbound.home_lines import line_of_home
from tests.domain.menus import SAMPLE


@pytest.mark.parametrize(
    ("text", "words", "language"),
    [
        ("Language", ("8",), "en"),
        ("language.", ("8",), "en"),
        ("  LANGUAGE ", ("8",), "en"),
        ("ቋንቋ", ("8",), "am"),
        ("English", ("8", "1"), ""),
        ("አማርኛ", ("8", "2"), ""),
    ],
)
def test_a_line_of_the_home_screen_is_found_by_its_name(
    text: str, words: tuple[str, ...], language: str
) -> None:
    found = line_of_home(SAMPLE, text, "en")

    assert found is not None
    assert (Opening.MENU, words, language) == (found.opening, found.words, found.language)


@pytest.mark.parametrize(
    "text",
    ["", " ", "?", "8", "my language", "Language school", "English teacher", "Languages of " * 9],
)
def test_a_word_more_makes_a_sentence_of_it(text: str) -> None:
    assert line_of_home(SAMPLE, text, "en") is None
