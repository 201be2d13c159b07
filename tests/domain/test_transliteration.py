"""Texts in the letters of GSM-7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text.gsm7 import is_gsm7
from gateway.domain.text.transliteration import transliterated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain text, à la GSM", "Plain text, à la GSM"),
        ("ሰላም", "selam"),
        ("አዲስ አበባ።", "adis abeba."),
        ("ትምህርት ቤት", "timhirt bet"),
        ("ቋንቋ", "kwankwa"),
        ("ወረዳ፣ ዓመት", "wereda, amet"),
        ("ኢትዮጵያ፦", "ityopya:"),
        ("፳፻፲፰", "2018"),
        ("ውጤት {n}", "witet {n}"),
        ("Forêt, ça va", "Foret, ca va"),
        ("Ngũgĩ wa Thiong’o", "Ngugi wa Thiong’o"),
        ("Ọlá, ɓauna, Ŋma", "Ola, bauna, Ngma"),
        ("٢٠٢٥", "2025"),
        ("مرحبا", "مرحبا"),
        ("", ""),
    ],
)
def test_letters_are_written_as_they_are_said(text: str, expected: str) -> None:
    assert expected == transliterated(text)


@given(st.text(st.characters(min_codepoint=0x1200, max_codepoint=0x135A, categories=["Lo"])))
def test_every_ethiopic_syllable_is_written_in_gsm7(text: str) -> None:
    assert is_gsm7(transliterated(text))


@given(st.text())
def test_any_text_can_be_transliterated_and_once_is_enough(text: str) -> None:
    once = transliterated(text)

    assert once == transliterated(once)
