"""Numbers, names and days as people write them, with the slips and signs of their phones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.reading.days import days_ago
from gateway.domain.reading.signs import plain_signs

EIGHT = Accepts(kind="digits", minimum=8, maximum=8)
CASE = Accepts(kind="case_number")
PIN = Accepts(kind="pin", minimum=4, maximum=4)
NAME = Accepts(kind="name", minimum=2, maximum=60)
DATE = Accepts(kind="date", ethiopic=frozenset({"am"}))
LONG_NAME = "Maria Magdalena Wanjiku Njoroge wa Kamau Mwangi M"
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("accepts", "typed", "kept"),
    [
        *((EIGHT, typed, "10231456") for typed in ("1O23l456", "lO231456", "<10231456>")),
        *((EIGHT, typed, "10231456") for typed in ("10,231,456",)),
        *((EIGHT, typed, "10231456") for typed in ("１０２３１４５６", "＜１０２３１４５６＞")),
        *((EIGHT, typed, "10231456") for typed in ("1023–1456", "#10231456")),
        *((EIGHT, typed, "10231456") for typed in ("1023\u200d1456", "1023\u200c1456\u00ad")),
        *((CASE, typed, "100020266") for typed in ("1OOO2O266", "l00 020 266", "100—020—266")),
        *((CASE, typed, "100020266") for typed in ("(100020266)",)),
        *((PIN, typed, "4071") for typed in ("4O71", "407l", "<4071>")),
    ],
)  # fmt: skip
def test_digits_are_read_through_slips_and_signs(accepts: Accepts, typed: str, kept: str) -> None:
    assert kept == check(accepts, typed)


@pytest.mark.parametrize(
    ("accepts", "typed"),
    [
        *((EIGHT, typed) for typed in ("OlOlOlOl", "OOOOO456", "1023145B", "1023145", "102314567")),
        *((EIGHT, typed) for typed in ("10231456 2025", "1023145S", "ten million", "10231456x")),
        *((CASE, typed) for typed in ("100020267", "1OOO2O267", "OOOOOOOOO")),
        *((PIN, typed) for typed in ("Ollo", "OO71l", "4 O")),
    ],
)
def test_what_is_no_slip_of_a_digit_stays_refused(accepts: Accepts, typed: str) -> None:
    assert isinstance(check(accepts, typed), Complaint)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ng`ang`a", "Ng'ang'a"),
        ("Ng´ang´a", "Ng'ang'a"),
        ("Ng'ang'a", "Ng'ang'a"),
        ("Juma s/o Musa", "Juma s/o Musa"),
        ("Asha D/O Otieno", "Asha D/O Otieno"),
        ("Musa, Juma", "Musa, Juma"),
        ("Anne–Marie", "Anne-Marie"),
        ("Anne—Marie Diallo.", "Anne-Marie Diallo."),
        ("Juma Musa,", "Juma Musa"),
        ("Juma Musa!", "Juma Musa"),
        (LONG_NAME, LONG_NAME),
        ("My name is Asha Otieno", "Asha Otieno"),
        ("the child's name is Amina", "Amina"),
        ("Name: Amina", "Amina"),
        ("I am called Juma", "Juma"),
        ("I'm Juma", "Juma"),
        ("she is called Neema", "Neema"),
        ("jina langu ni Juma Musa", "Juma Musa"),
        ("jina la mtoto ni Neema", "Neema"),
        ("anaitwa Neema", "Neema"),
        ("je m'appelle Aïcha", "Aïcha"),
        ("mon nom est Jean Moussa", "Jean Moussa"),
        ("Prénom : Jean", "Jean"),
        ("ስሜ ጁማ ሙሳ ነው", "ጁማ ሙሳ"),
        ("የልጁ ስም አሻ", "አሻ"),
        ("ስሟ አሻ ትባላለች", "አሻ"),
        ("Namesake", "Namesake"),
        ("My", "My"),
        ("Nomsa", "Nomsa"),
        ("Jinai", "Jinai"),
        ("name is", "name is"),
    ],
)  # fmt: skip
def test_a_name_is_kept_as_it_is_written_in_a_register(typed: str, kept: str) -> None:
    assert kept == check(NAME, typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("Juma/Musa", "s/o", "Juma x/o Musa", "a, b, c", "Juma; Musa", "Juma (Musa)", "Juma 2"),
        *("Juma+Musa", "<Juma>", "http://x.y", "Juma_Musa", "@juma", "…", "👶"),
    ],
)
def test_other_signs_are_in_no_name(typed: str) -> None:
    assert Complaint("name_wrong") == check(NAME, typed)


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [
        *(("en", typed, "2007-09-03") for typed in ("3/9/07", "3.9.07", "03-09-07", "3 9 07")),
        *(("en", typed, "2007-09-03") for typed in ("3sep2007",)),
        *(("en", typed, "2007-09-03") for typed in ("3rd of September 2007",)),
        *(("en", typed, "2007-09-03") for typed in ("the 3rd of Sept 2007",)),
        *(("en", typed, "2007-09-03") for typed in ("3sept07", "Sept 3, 2007")),
        *(("en", typed, "2007-09-03") for typed in ("September 3rd 2007",)),
        *(("en", typed, "2007-09-03") for typed in ("Monday 3 September 2007", "on 3/9/2007")),
        *(("en", typed, "2007-09-03") for typed in ("born 3/9/2007",)),
        *(("en", typed, "2007-09-03") for typed in ("3–9–2007", "３／９／２００７")),
        *(("en", typed, "2007-09-03") for typed in ("3 rd September 2007",)),
        ("en", "3/9/51", "1951-09-03"),
        ("en", "19/11/26", "2026-11-19"),
        ("en", "21/11/26", "1926-11-21"),
        ("en", "29/2/00", "2000-02-29"),
        *(("fr", typed, "2007-05-03") for typed in ("le 3 mai 2007", "3 mai 2007", "3mai07")),
        *(("fr", typed, "2007-05-03") for typed in ("jeudi 3 mai 2007",)),
        ("fr", "1er août 2007", "2007-08-01"),
        ("fr", "né le 1 er aout 2007", "2007-08-01"),
        *(("sw", typed, "2007-09-03") for typed in ("tarehe 3 Septemba 2007", "3 Septemba 2007")),
        *(("sw", typed, "2007-09-03") for typed in ("tarehe 3 mwezi wa 9 mwaka 2007",)),
        *(("sw", typed, "2007-09-03") for typed in ("3 September 2007",)),
        ("sw", "Jumatatu tarehe 3/9/2007", "2007-09-03"),
        ("am", "7 ሚያዝያ 1999 ዓ.ም.", "2007-04-15"),
        ("am", "ሚያዝያ 7 ቀን 1999", "2007-04-15"),
        ("am", "7/8/99", "2007-04-15"),
        *(("en", typed, "2026-11-19") for typed in ("yesterday", "Yesterday morning")),
        *(("en", typed, "2026-11-19") for typed in ("it was yesterday", "last night")),
        *(("en", typed, "2026-11-18") for typed in ("day before yesterday",)),
        *(("en", typed, "2026-11-18") for typed in ("the day before yesterday",)),
        *(("en", typed, "2026-11-20") for typed in ("today", "Today.", "born today")),
        *(("sw", typed, "2026-11-19") for typed in ("jana", "alizaliwa jana", "jana usiku")),
        *(("sw", typed, "2026-11-19") for typed in ("jana jioni",)),
        ("sw", "juzi", "2026-11-18"),
        ("sw", "leo asubuhi", "2026-11-20"),
        *(("fr", typed, "2026-11-19") for typed in ("hier", "hier soir", "né hier")),
        ("fr", "avant-hier", "2026-11-18"),
        ("fr", "aujourd'hui", "2026-11-20"),
        *(("am", typed, "2026-11-19") for typed in ("ትናንት", "ትላንትና", "ትናንት ተወለደ")),
        ("am", "ከትናንት ወዲያ", "2026-11-18"),
        ("am", "ዛሬ", "2026-11-20"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_say_it(language: str, typed: str, day: str) -> None:
    assert day == check(DATE, typed, language, TODAY)


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        *((typed, "no_such_day") for typed in ("31/02/2007", "31022007", "29 Feb 2007")),
        *((typed, "no_such_day") for typed in ("31 sept 07",)),
        *((typed, "no_such_day") for typed in ("30 February 2008", "0/1/2007", "12/13/2007")),
        *((typed, "no_such_day") for typed in ("2007-02-30",)),
        *((typed, "date_wrong") for typed in ("tomorrow", "next week", "3/9", "2007", "3 9")),
        *((typed, "date_wrong") for typed in ("3/9/7",)),
        *((typed, "date_wrong") for typed in ("the third of May", "yesterday 3/9/2007 at 5")),
        *((typed, "date_wrong") for typed in ("in 2007",)),
        *((typed, "date_wrong") for typed in ("3/9/1807", "3 of 2007", "may day", "a year ago")),
        *((typed, "date_wrong") for typed in ("yesterday or today", "not yesterday")),
        *((typed, "date_wrong") for typed in ("two days before",)),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_and_told_why(typed: str, phrase: str) -> None:
    refused = check(DATE, typed, "en", TODAY)

    assert isinstance(refused, Complaint)
    assert phrase == refused.phrase


@pytest.mark.parametrize("typed", ["yesterday", "jana", "today", "3/9/07"])
def test_where_nobody_knows_the_day_nothing_is_reckoned_from_it(typed: str) -> None:
    assert isinstance(check(DATE, typed, "en"), Complaint)


@given(st.dates(date(1928, 1, 1), TODAY), st.sampled_from(["{:%d/%m/%y}", "{:%d.%m.%y}"]))
def test_a_year_of_two_digits_is_the_last_one_that_has_come(day: date, form: str) -> None:
    assert day.isoformat() == check(DATE, form.format(day), "en", TODAY)


@given(st.text(max_size=70))
def test_whatever_is_said_of_days_is_a_day_of_late_or_none(typed: str) -> None:
    assert days_ago(typed) in (None, 0, 1, 2)


@given(st.text(max_size=70))
def test_plain_signs_are_plain_already(text: str) -> None:
    assert plain_signs(text) == plain_signs(plain_signs(text))
