"""What an SMS begins with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.keywords import Opening, Read, fold, read
from tests.domain.menus import SAMPLE

RESULT = Read(Opening.SERVICE, "result", "en", ("10231456", "2025"))


@pytest.mark.parametrize(
    ("text", "asks_for"),
    [
        ("STOP", Read(Opening.STOP)),
        ("stop", Read(Opening.STOP)),
        ("Stop.", Read(Opening.STOP)),
        ("  «stop»  ", Read(Opening.STOP)),
        ("stop sending me this", Read(Opening.STOP)),
        ("አቁም", Read(Opening.STOP)),
        ("START", Read(Opening.START)),
        ("Yes!", Read(Opening.START)),
        ("HELP", Read(Opening.HELP)),
        ("help?", Read(Opening.HELP)),
        ("menu", Read(Opening.MENU)),
        ("RESULT 10231456 2025", RESULT),
        ("result\n10231456\t2025", RESULT),
        ("RÉSULT: 10231456 2025", RESULT),
        ("Results, 10231456 2025", RESULT),
        ("REPORT", Read(Opening.SERVICE, "report", "en")),
        ("ችግር ውሃ", Read(Opening.SERVICE, "report", "am", ("ውሃ",))),
    ],
)
def test_the_first_word_says_what_is_asked_for(text: str, asks_for: Read) -> None:
    assert asks_for == read(SAMPLE, text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "\n", "!!!", "🙂", "ÿ", "10231456", "RES ULT", "outcome", "stopwatch"),
        *("please STOP", "YES please", "HELP me", "start again", "menu card", "the result"),
    ],
)
def test_anything_else_opens_nothing(text: str) -> None:
    assert Opening.UNKNOWN == read(SAMPLE, text).opening


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("RESULT", "result"),
        ("Résultats !", "resultats"),
        ("straße", "strasse"),
        ("ＳＴＯＰ", "stop"),
        ("S T O P", "stop"),
        ("Ng'ombe", "ngombe"),
        ("ውጤት፦", "ውጤት"),
        ("…", ""),
        ("", ""),
    ],
)
def test_folding_leaves_what_two_spellings_share(written: str, folded: str) -> None:
    assert folded == fold(written)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(text) == fold(fold(text))


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert read(SAMPLE, text).opening in Opening


@given(st.sampled_from(["stop", "result", "report"]), st.text())
def test_case_and_stray_signs_do_not_hide_a_word(word: str, rest: str) -> None:
    plain = read(SAMPLE, f"{word} {rest}")
    shouted = read(SAMPLE, f' "{word.upper()}": {rest}')

    assert (plain.opening, plain.service) == (shouted.opening, shouted.service)


def test_what_follows_the_keyword_is_not_shown_in_its_repr() -> None:
    assert "10231456" not in repr(read(SAMPLE, "RESULT 10231456 2025"))
