"""Digits of any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.reading.keys import key_of
from gateway.domain.text.numerals import ascii_digits

_UNITS, _TENS = "፩፪፫፬፭፮፯፰፱", "፲፳፴፵፶፷፸፹፺"


def ethiopic(number: int) -> str:
    """Returns a number from 1 to 9999 as it is written in Amharic."""
    hundreds, below = divmod(number, 100)
    sign = ("" if hundreds == 1 else _pair(hundreds)) + "፻" if hundreds else ""
    return sign + _pair(below)


def _pair(number: int) -> str:
    tens, units = divmod(number, 10)
    return (_TENS[tens - 1] if tens else "") + (_UNITS[units - 1] if units else "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025", "2025"),
        ("٢٠٢٥", "2025"),
        ("۲۰۲۵", "2025"),
        ("२०२५", "2025"),
        ("፲፱፻፺፱", "1999"),
        ("፻", "100"),
        ("፼", "10000"),
        ("፲፪፼፴፬፻፶፮", "123456"),
        ("፩፪፫", "123"),
        ("ቁጥር ፳፭", "ቁጥር 25"),
        ("no digits, ½ ² Ⅳ", "no digits, ½ ² Ⅳ"),
        ("", ""),
    ],
)
def test_a_number_of_any_script_is_read(written: str, read: str) -> None:
    assert read == ascii_digits(written)


@given(st.integers(10, 9999))
def test_every_ethiopic_number_is_read_as_it_is_written(number: int) -> None:
    assert str(number) == ascii_digits(ethiopic(number))


@given(st.text())
def test_reading_twice_is_reading_once(text: str) -> None:
    assert ascii_digits(text) == ascii_digits(ascii_digits(text))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2", "2"),
        ("2.", "2"),
        (" (2) ", "2"),
        ("#98", "98"),
        ("00", "00"),
        ("٠", "0"),
        ("፲፪", "12"),
        ("१)", "1"),
        ("1 2", "1 2"),
        ("2 bags", "2 bags"),
        ("1,5", "1,5"),
        ("\u200b1", "1"),
        ("1\u200d", "1"),
        ("\ufeff1", "1"),
        ("\u202a1\u202c", "1"),
        ("\u200e(1)\u200f", "1"),
        ("1\ufe0f\u20e3", "1"),
        ("１）", "1"),
        ("-1", "-1"),
        ("–1", "–1"),
        ("1\u200b2 bags", "1\u200b2 bags"),
        ("²", "²"),
        ("two", "two"),
        ("ውሃ", "ውሃ"),
        ("?", "?"),
        ("", ""),
    ],
)
def test_signs_around_a_key_do_not_hide_it(typed: str, key: str) -> None:
    assert key == key_of(typed)
