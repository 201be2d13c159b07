"""The alphabet agrees with two other implementations, and downgrades are honest."""

from __future__ import annotations

import unicodedata

import gsm0338
import gsmcodecs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text import gsm7

_CODEC = gsm0338.Codec()
_CODEC_38 = gsmcodecs.Codec()
_ALPHABET = gsm7.BASIC + gsm7.EXTENSION
#: Texts near the border: of the alphabet, with the characters that phones and editors put in.
BORDER_TEXTS = st.text(st.sampled_from(_ALPHABET + "’“–…₦\u00a0\u200fçĩአ😀")) | st.text()


def _octets_of_gsm0338(text: str) -> int | None:
    if "\x1b" in text:  # it takes the escape for a character; alone it is none
        return None
    try:
        return len(_CODEC.encode(text)[0])
    except UnicodeError:
        return None


def _octets_of_gsmcodecs(text: str) -> int | None:
    try:
        return len(_CODEC_38.encode(text)[0])
    except UnicodeError:
        return None


def test_alphabet_has_127_characters_and_ten_in_the_extension() -> None:
    expected = (127, 10)
    assert expected == (len(set(gsm7.BASIC)), len(set(gsm7.EXTENSION)))


def test_each_character_up_to_cjk_costs_what_two_other_codecs_say() -> None:
    for code in range(0x3000):
        char = chr(code)

        cost = gsm7.septets(char)

        assert _octets_of_gsm0338(char) == _octets_of_gsmcodecs(char) == cost, hex(code)


@given(BORDER_TEXTS)
def test_texts_cost_what_two_other_codecs_say(text: str) -> None:
    assert _octets_of_gsm0338(text) == _octets_of_gsmcodecs(text) == gsm7.septets(text)


@given(BORDER_TEXTS)
def test_a_text_is_gsm7_when_it_has_a_cost_and_nothing_offends(text: str) -> None:
    has_cost = gsm7.septets(text) is not None

    assert has_cost == gsm7.is_gsm7(text) == (gsm7.offending(text) == "")


@given(st.text(st.characters()))
def test_utf16_units_are_two_beyond_the_basic_plane(text: str) -> None:
    expected = sum(2 if ord(char) > 0xFFFF else 1 for char in text)

    assert expected == gsm7.utf16_units(text)


def test_a_lone_surrogate_is_one_unit() -> None:
    expected = 1
    assert expected == gsm7.utf16_units("\ud83d")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Jambo {}€", ""),
        ("naïve façade", "ïç"),
        ("😀—😀", "😀—"),
        ("`", "`"),
        ("\t", "\t"),
    ],
)
def test_offending_characters_are_named_once_in_order(text: str, expected: str) -> None:
    assert expected == gsm7.offending(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ng’ombe", "Ng'ombe"),
        ("“Karibu”", '"Karibu"'),
        ("«\u00a0Oui\u00a0»", '" Oui "'),
        ("8:00–17:00 — daily", "8:00-17:00 - daily"),
        ("Wait…", "Wait..."),
        ("₦5\u202f000", "NGN5 000"),
        ("\u200eCode 12\u200f", "Code 12"),
        ("Resultats de l\u0027e\u0301cole", "Resultats de l'école"),
        ("\u212b 5\u2126", "Å 5Ω"),
    ],
)
def test_typography_gives_way_where_the_text_becomes_gsm7(text: str, expected: str) -> None:
    assert expected == gsm7.downgraded(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain {text} €5",
        "Ngũgĩ’s form",
        "አዲስ – አበባ",
        "Français – façade",
        "Très bien… ça va",
        "مرحبا\u200f",
        "See you 😀…",
        "`code`",
        "a\u0302",
        "•••",
    ],
)
def test_a_text_that_would_stay_foreign_or_lose_a_letter_is_left_alone(text: str) -> None:
    assert text == gsm7.downgraded(text)


@given(BORDER_TEXTS)
def test_downgrading_gives_gsm7_or_the_same_text(text: str) -> None:
    shown = gsm7.downgraded(text)

    assert shown == text or gsm7.is_gsm7(shown)
    assert shown == gsm7.downgraded(shown)


@given(BORDER_TEXTS)
def test_downgrading_keeps_every_letter_and_digit(text: str) -> None:
    def told(of: str) -> list[str]:
        spelt_out = unicodedata.normalize("NFC", of).replace("₦", "NGN")
        return [char for char in spelt_out if char.isalnum() and char != "ʼ"]

    assert told(text) == told(gsm7.downgraded(text))
