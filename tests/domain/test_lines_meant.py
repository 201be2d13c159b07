"""Which line of a list a text means, with all that people write around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.reading.lines import line_meant
from gateway.domain.reading.small_words import NUMBER_WORDS, NUMBERING, SMALL_WORDS
from tests.domain.talks import Talk

SERVICES = {"Water": "1", "Water point": "2", "Road": "3", "Give my name": "4", "No name": "5"}
MAJI = {"Maji": "1", "Barabara": "2", "Jina langu": "3"}
EAU = {"Eau": "1", "Route": "2", "École": "3"}
WUHA = {"ውሃ": "1", "መንገድ": "2", "ትምህርት ቤት": "4"}
YES_NO = {"Yes": "1", "No": "2"}


@pytest.mark.parametrize(
    ("lines", "text", "key"),
    [
        *((SERVICES, text, "1") for text in ("1. Water", "1 water", "Water please", "water!")),
        *((SERVICES, text, "1") for text in ("one", "option 1", "No 1", "01", "1)", "#1")),
        *((SERVICES, text, "1") for text in ("number one", "Ans: 1", "1 - Water", "1)water")),
        *((SERVICES, text, "1") for text in ("I want water", "it is the water", "<1>", "1 pls")),
        *((SERVICES, text, "1") for text in ("the first", "first one", "press 1", "choice: water")),
        *((SERVICES, text, "1") for text in ("1\u200b. Water", "\u202a1\u202c water", "1\u20e3")),
        *((SERVICES, text, "2") for text in ("water point", "2. Water point", "WATER-POINT")),
        *((SERVICES, text, "3") for text in ("Road thanks", "hello, road", "3 road", "road (3)")),
        *((SERVICES, text, "4") for text in ("give my name", "4 give my name")),
        *((SERVICES, text, "5") for text in ("no name", "No name please", "5 no name", "fifth")),
        *((MAJI, text, "1") for text in ("1. Maji", "maji tafadhali", "moja", "naomba maji")),
        *((MAJI, text, "2") for text in ("barabara", "chaguo la pili", "mbili", "nachagua 2")),
        *((EAU, text, "1") for text in ("1. Eau", "eau svp", "un", "numéro 1", "n° 1", "l'eau")),
        *((EAU, text, "3") for text in ("école", "ecole merci", "la troisième", "choix 3")),
        *((WUHA, text, "1") for text in ("1. ውሃ", "ውሃ እባክዎ", "አንድ", "ቁጥር 1", "፩", "ምርጫ ፩", "ዉሃ")),
        *((WUHA, text, "4") for text in ("ትምህርት ቤት", "አራት", "4 ትምህርት ቤት", "አራተኛው")),
        *((YES_NO, text, "2") for text in ("no", "No please", "2 no", "two", "2")),
        *((YES_NO, text, "1") for text in ("yes please", "yes i want", "1. Yes")),
    ],
)  # fmt: skip
def test_one_line_is_meant(lines: dict[str, str], text: str, key: str) -> None:
    assert key == line_meant(lines, text)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        *((SERVICES, text) for text in ("", "  ", "!?", "please", "6", "0", "00", "-1", "²", "1½")),
        *((SERVICES, text) for text in ("1 road", "water road", "road 1", "1 2", "one or two")),
        *((SERVICES, text) for text in ("1 water point", "10", "1 0", "1.5", "011", "wate")),
        *((SERVICES, text) for text in ("not water", "no water", "water is broken", "2 bags")),
        *((SERVICES, text) for text in ("one day the water went", "1 water 500", "1 million")),
        *((YES_NO, text) for text in ("no 1", "yes no", "1 no", "2 yes", "never", "yes but no")),
        *((MAJI, text) for text in ("maji au barabara", "hakuna maji", "2 maji", "kumi")),
        *((EAU, text) for text in ("eau ou route", "pas d'eau", "2 eau", "dix")),
        *((WUHA, text) for text in ("ውሃ የለም", "2 ውሃ", "ውሃ መንገድ", "አስር")),
        (SERVICES, "water " * 11),
        (SERVICES, "water " + "e" * 100),
    ],
)
def test_no_line_is_meant(lines: dict[str, str], text: str) -> None:
    assert "" == line_meant(lines, text)


def test_a_line_of_a_handler_s_list_is_chosen_by_what_stands_around_it_too() -> None:
    for typed in ("3. Upper River", "upper river please", "option 3", "03", "three"):
        talk = Talk()
        talk.types("1", "1", typed)

        assert "report.district" == talk.at, typed


def test_a_label_of_another_language_of_the_menu_is_understood() -> None:
    talk = Talk(language="am")

    talk.types("1", "1. Water")

    assert "report.region" == talk.at


def test_a_number_word_is_no_small_word_and_says_one_number() -> None:
    assert set() == set(NUMBER_WORDS) & (NUMBERING | SMALL_WORDS) - {"un", "une"}
    assert set(range(1, 13)) == set(NUMBER_WORDS.values())


@given(
    lines=st.dictionaries(
        st.text(min_size=1, max_size=20), st.integers(1, 20).map(str), max_size=8
    ),
    text=st.text(max_size=90),
)
def test_whatever_is_typed_means_a_line_that_is_there_or_none(
    lines: dict[str, str], text: str
) -> None:
    assert line_meant(lines, text) in {"", *lines.values()}
