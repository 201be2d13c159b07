"""Texts in the letters of GSM-7."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text.gsm7 import BASIC, downgraded, is_gsm7, septets
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
        ("Ngũgĩ wa Thiong’o", "Ngugi wa Thiong'o"),
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


def _letters_of_african_languages() -> list[tuple[str, str]]:
    lines = Path(__file__).with_name("african_letters.txt").read_text("utf-8").splitlines()
    pairs = [line.split(" ") for line in lines if not line.startswith("#")]
    return [(language, letter) for language, *letters in pairs for letter in letters]


#: Mann and Dalby's alphabet of Niamey, 1982; the Pan-Nigerian alphabet of 1981; the International
#: African Institute's of 1930; and letters that Unicode says are of African languages.
_REFERENCE_ALPHABETS = (
    "aɑbɓcɖdɗðeɛǝfƒgɣhḥiɩjkƙlmnŋoɔpqrɍsṣʃtṭƭuʊvʋwxyƴzẓʒ"
    "ẹịọụəɓɗƙǝṣ"
    "ɖɗɛƒɣŋɔʃʋʒʼ"
    "ɠħɦɟɬɮɲɵƥɽɾŧʈʉɨʌɥɯʔꞌƁĐƉƊƐƑƓƔĦƖƗƘƝŊƆƟƤƬŦƮɄƱƲƳƵƏƎƩƷɁⱭɅɌɎɆɈȻƁɃⱾⱿȾȺŁÐÞ"
)


def test_every_letter_of_an_african_latin_alphabet_is_written_in_gsm7() -> None:
    letters = _letters_of_african_languages()
    foreign = {
        (language, letter)
        for language, letter in letters
        for shape in (letter, letter.upper(), letter.title(), f"a{letter}a")
        if not is_gsm7(transliterated(shape))
    }

    assert len({language for language, _ in letters}) > 60
    assert not foreign


@pytest.mark.parametrize("letter", sorted({*_REFERENCE_ALPHABETS, *_REFERENCE_ALPHABETS.upper()}))
def test_letters_of_the_reference_alphabets_become_letters(letter: str) -> None:
    written = transliterated(letter)

    assert is_gsm7(written)
    assert written.isascii() or written in BASIC
    assert written == "'" or written.isalpha()


@pytest.mark.parametrize("mark", [chr(code) for code in (*range(0x300, 0x370), 0x1DC6, 0x1DC7)])
def test_a_mark_on_a_latin_letter_costs_nothing(mark: str) -> None:
    written = transliterated(f"Ɛ{mark}x ɔ{mark}{mark}")

    assert is_gsm7(written)
    assert len(written) <= len("Ex o")


def test_marks_of_other_scripts_stay_with_their_letters() -> None:
    text = "क़ी مرحبًا й́"

    assert unicodedata.normalize("NFC", text) == transliterated(text)


@pytest.mark.parametrize("sign", list("`´ʼʻʹꞌ‘’‛′ˈ＇"))
def test_whatever_is_typed_for_an_apostrophe_is_written_as_one(sign: str) -> None:
    expected = "ng'ombe"
    assert expected == transliterated(f"ng{sign}ombe")


@pytest.mark.parametrize(
    "blank", ["\u00a0", *map(chr, range(0x2000, 0x200B)), "\u202f", "\u205f", "\u3000"]
)
def test_every_blank_is_written_as_a_space(blank: str) -> None:
    expected = ("Ab c", "b c")
    assert expected == (transliterated(f"Ɑb{blank}c"), downgraded(f"b{blank}c"))


@pytest.mark.parametrize("unseen", "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u034f\ufe0f")
def test_what_shows_nothing_is_not_written(unseen: str) -> None:
    expected = ("bo", "bo")
    assert expected == (transliterated(f"ɓ{unseen}o"), downgraded(f"b{unseen}o"))


def test_one_african_letter_leaves_room_for_160() -> None:
    text = "Ɖ" + "a" * 159
    expected = 160
    assert expected == septets(transliterated(text))
