"""The words that readers know, in whatever form they stand, and where a sentence ends."""

from __future__ import annotations

import pytest

from gateway.adapters.shipped_languages.languages import common_words, shipped_language
from gateway.domain.text.common_words import WORD, sentences, uncommon
from gateway.domain.text.localised_text import Template

KNOWN = frozenset(
    {"the", "child", "carry", "stop", "big", "remind", "use", "go"}
    | {"happy", "lie", "tie", "glass", "box", "we", "do"}
)


@pytest.mark.parametrize(
    "text",
    [
        "The child's",
        "carried, carries, Carrying",
        "stopped stopping stops",
        "bigger, biggest",
        "reminders' reminder reminded",
        "used using user",
        "goes",
        "happily happier",
        "glasses boxes",
        "we'll don't",
        "USSD",
        "1234 *384# {}",
    ],
)
def test_a_known_word_is_known_in_other_forms(text: str) -> None:
    assert [] == uncommon(text, "en", KNOWN)


@pytest.mark.parametrize(
    ("text", "language", "strange"),
    [
        ("the consultation", "en", ["consultation"]),
        ("Children the child", "en", ["Children"]),
        ("us go", "en", ["us"]),
        ("l’école the", "fr", ["l’école"]),
        ("stopped", "sw", ["stopped"]),
        ("relevant relevant", "en", ["relevant"]),
    ],
)
def test_what_is_no_form_of_a_known_word_is_not(
    text: str, language: str, strange: list[str]
) -> None:
    assert strange == uncommon(text, language, KNOWN)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two? Three", ["One", "Two", "Three"]),
        ("9.30 is no end", ["9.30 is no end"]),
        ("ወረዳ፦ ዝናብ። ይራቁ", ["ወረዳ", "ዝናብ", "ይራቁ"]),
        ("a\nb", ["a", "b"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_a_reader_stops(text: str, parts: list[str]) -> None:
    assert parts == list(sentences(text))


def test_the_list_of_english_is_about_a_thousand_words_and_no_officials_word() -> None:
    words = common_words("en")

    assert 1000 <= len(words) <= 1250
    assert words == frozenset(map(str.lower, words))
    assert words.isdisjoint(
        {"consultation", "relevant", "schedule", "oblige", "undone", "registry"}
    )
    assert frozenset() == common_words("sw")


def test_what_the_gateway_says_itself_in_english_is_in_these_words() -> None:
    english = shipped_language("en")
    assert english is not None
    for name, phrase in english.phrases.items():
        written = Template.parse(phrase).pieces[::2]
        if name != "language_title":
            assert [] == uncommon(" ".join(written), "en", common_words("en")), name
            for said in sentences("x".join(written)):
                assert len(WORD.findall(said)) <= 15, said
