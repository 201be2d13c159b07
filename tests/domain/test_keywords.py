"""What an SMS begins with."""

from __future__ import annotations

import weakref
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.commands.keywords import bare_number, read
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.reading.folding import fold
from tests.domain.menus import SAMPLE

RESULT = Read(Opening.SERVICE, "result", "en", ("10231456", "2025"))


@pytest.mark.parametrize(
    ("text", "asks_for"),
    [
        ("STOP", Read(Opening.STOP)),
        ("stop", Read(Opening.STOP)),
        ("Stop.", Read(Opening.STOP)),
        ("  «stop»  ", Read(Opening.STOP)),
        ("stop please", Read(Opening.STOP)),
        ("Stop. Thank you", Read(Opening.STOP)),
        ("please STOP", Read(Opening.STOP)),
        ("menu stop", Read(Opening.STOP)),
        ("stop stop", Read(Opening.STOP)),
        ("START START", Read(Opening.START)),
        ("Yes, yes!", Read(Opening.START)),
        ("yes start please", Read(Opening.START)),
        ("STOP! STOP!! stop please", Read(Opening.STOP)),
        ("አቁም አቁም", Read(Opening.STOP)),
        ("stop አቁም", Read(Opening.STOP)),
        ("Stop 🙏", Read(Opening.STOP)),
        ("YES please", Read(Opening.START)),
        ("HELP please!", Read(Opening.HELP)),
        ("HELP me", Read(Opening.HELP, words=("me",))),
        ("help: my mother is sick", Read(Opening.HELP, words=("my", "mother", "is", "sick"))),
        ("please help my mother", Read(Opening.HELP, words=("my", "mother"))),
        ("አቁም", Read(Opening.STOP)),
        ("ዐቁም", Read(Opening.STOP)),
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
        *("", "   ", "\n", "!!!", "🙂", "ÿ", "10231456", "outcome", "stopwatch"),
        *("start again", "menu card", "the result", "no help", "YES I know"),
        *("start stop", "stop yes"),
        *("Stop the corruption at Mbale clinic", "STOP 12345", "Stop the line", "stop thief"),
        *("stop " * 13, "do not stop", "stop of the bus", "The bus\nSTOP"),
    ],
)
def test_anything_else_opens_nothing(text: str) -> None:
    assert Opening.UNKNOWN == read(SAMPLE, text).opening


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RESULT10231456 2025", ("10231456", "2025")),
        ("result-10231456 2025", ("10231456", "2025")),
        ("Result:10231456", ("10231456",)),
        ("RESULT*10231456*2025", ("10231456", "2025")),
        ("RESULT,10231456,2025", ("10231456", "2025")),
        ("#RESULT#10231456#", ("10231456",)),
        ("RESULT١٠٢٣١٤٥٦", ("١٠٢٣١٤٥٦",)),
        ("RESULT१०२३१४५६ २०२५", ("१०२३१४५६", "२०२५")),
        ("RESULT፳፻፲፰", ("፳፻፲፰",)),
        ("R E S U L T", ()),
        ("31 10231456", ("10231456",)),
        ("31. 10231456", ("10231456",)),
        ("31*10231456#", ("10231456",)),
        ("*31*10231456#", ("10231456",)),
        ("31#10231456", ("10231456",)),
        ("31/10231456", ("10231456",)),
        ("31,10231456 2025", ("10231456", "2025")),
        ("٣١*١٠٢٣١٤٥٦", ("١٠٢٣١٤٥٦",)),
        ("٣١", ()),
        ("*31#", ()),
    ],
)
def test_spaces_that_are_missing_or_too_many_are_no_guess(
    text: str, words: tuple[str, ...]
) -> None:
    found = read(SAMPLE, text)

    assert ("result", words, "") == (found.service, found.words, found.meant)


@pytest.mark.parametrize(
    "text",
    [
        *("please stop sending me messages", "remove me", "Stop it at last!", "stop sms"),
        *("don't sms me", "Stop sending your messages, please."),
        *("STOP\nJohn Otieno", "stop.\n\n-- \nSent from my phone", "Stop please\r\nAmina"),
    ],
)
def test_a_wish_for_no_more_sms_in_other_words_is_a_guess(text: str) -> None:
    assert Read(Opening.LEAVE, meant="STOP") == read(SAMPLE, text)


@pytest.mark.parametrize(
    "text",
    [
        *("remove the tree", "remove", "sms me", "me", "please", "don't", "remove the rubbish at"),
        *("stop sending children away", "stop the pump", "please remove your car at last now sir"),
    ],
)
def test_one_word_about_something_else_is_no_wish_for_no_more_sms(text: str) -> None:
    assert Opening.UNKNOWN == read(SAMPLE, text).opening


def test_a_word_for_stop_may_be_cut_short() -> None:
    words = frozenset({"unsubscribe", "stop"})
    release = replace(SAMPLE, id="r-cut", reserved=replace(SAMPLE.reserved, stop=words))

    readings = {
        text: read(release, text).opening for text in ("unsub", "UNSUBS", "uns", "subscribe")
    }

    leave, unknown = Opening.LEAVE, Opening.UNKNOWN
    assert {"unsub": leave, "UNSUBS": leave, "uns": unknown, "subscribe": unknown} == readings


def test_a_stop_with_a_space_after_each_letter_is_a_stop() -> None:
    assert Read(Opening.STOP) == read(SAMPLE, "S T O P")


@pytest.mark.parametrize(
    ("text", "guessed"),
    [
        ("RESUL 10231456", Read(Opening.SERVICE, "result", "en", ("10231456",), "RESULT")),
        ("RSEULT 10231456", Read(Opening.SERVICE, "result", "en", ("10231456",), "RESULT")),
        ("ressullt", Read(Opening.SERVICE, "result", "en", (), "RESULT")),
        ("RESLT10231456", Read(Opening.SERVICE, "result", "en", ("10231456",), "RESULT")),
        ("RES ULT 10231456", Read(Opening.SERVICE, "result", "en", ("10231456",), "RESULT")),
        ("rezults!", Read(Opening.SERVICE, "result", "en", (), "RESULTS")),
        ("REPORTwater point", Read(Opening.SERVICE, "report", "en", ("water", "point"), "REPORT")),
        ("repotr", Read(Opening.SERVICE, "report", "en", (), "REPORT")),
        ("STOPP", Read(Opening.STOP, meant="STOP")),
        ("hepl", Read(Opening.HELP, meant="HELP")),
        ("MENUE", Read(Opening.MENU, meant="MENU")),
    ],
)
def test_a_misspelled_word_is_a_guess(text: str, guessed: Read) -> None:
    assert guessed == read(SAMPLE, text)


@pytest.mark.parametrize(
    "text",
    [
        *("RST", "reso", "stpo it now", "STO", "SHOPS", "41x", "310231456", "hepl me", "ውጤን"),
        *("reputation", "ort water", "rest", "sport"),
    ],
)
def test_what_is_too_far_from_every_word_is_not_guessed(text: str) -> None:
    assert Read(Opening.UNKNOWN) == read(SAMPLE, text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", "1"),
        (" 2. ", "2"),
        ("(3)", "3"),
        ("٤", "4"),
        ("፲፪", "12"),
        ("1 2", "12"),
        ("one", ""),
        ("2 bags", ""),
        ("?", ""),
        ("", ""),
    ],
)
def test_a_text_that_is_only_a_number_is_seen_as_one(text: str, number: str) -> None:
    assert number == bare_number(text)


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


@pytest.mark.parametrize(
    ("one", "other"),
    [("ሠላም", "ሰላም"), ("ዐቁም", "አቁም"), ("ኣቁም", "አቁም"), ("ሓሙስ", "ሐሙስ"), ("ኃይል", "ሀይል"), ("ፀሐይ", "ጸሀይ"),
     ("مدرسة", "مدرسه"), ("مستشفى", "مستشفي"), ("کتاب", "كتاب"), ("أحمد", "احمد")],
)  # fmt: skip
def test_letters_that_are_written_for_each_other_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ሀ", "ሁ"), ("ሰ", "ሸ"), ("ጸ", "ጠ"), ("አ", "ኢ")])
def test_letters_that_sound_otherwise_are_told_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


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


def test_what_was_said_is_not_kept() -> None:
    class Word(str):
        """A text that can be seen to be gone."""

    said = Word("Amina, born 14 May")
    gone = weakref.ref(said)
    fold(said)

    del said

    assert gone() is None


@pytest.mark.parametrize(
    ("said", "opening"),
    [("RE-STOP", Opening.STOP), ("nonstop", Opening.STOP), ("UNSTO", Opening.START)],
)
def test_no_guess_takes_a_stop_back_where_the_word_is_said(said: str, opening: Opening) -> None:
    words = replace(SAMPLE.reserved, start=frozenset({"start", "unstop"}))
    release = replace(SAMPLE, id="r-unstop", reserved=words)

    found = read(release, said)

    assert (found.opening, bool(found.meant)) == (opening, True)
