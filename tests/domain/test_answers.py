"""What citizens type is understood, or refused with a complaint that says what to type."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.input_kinds.identity import CHECK_DIGITS, example
from gateway.domain.input_kinds.kinds import KINDS, check, longest
from gateway.domain.text.phrases import PHRASES
from gateway.domain.text.value_formats import STYLES, Filter

EIGHT = Accepts(kind="digits", minimum=8, maximum=8)
PIN = Accepts(kind="digits", minimum=4, maximum=6)
BAGS = Accepts(kind="integer", minimum=1, maximum=5000)
DEGREES = Accepts(kind="integer", minimum=-50, maximum=50)
MONEY = Accepts(kind="integer", minimum=0, maximum=10**12)
TEXT = Accepts(kind="text", minimum=3, maximum=20)
NAME = Accepts(kind="name", minimum=2, maximum=30)
DATE = Accepts(kind="date")
TIME = Accepts(kind="time")
CASE = Accepts(kind="case_number")
LITRES = Accepts(kind="decimal", minimum=0, maximum=500, places=2)
PRICE = Accepts(kind="money", minimum=1, maximum=5000, places=2, currency="KES")
BIRR = replace(PRICE, currency="ETB")
FRANCS = replace(PRICE, currency="XOF")
DOLLARS = replace(PRICE, currency="USD")
UNNAMED = replace(PRICE, currency="")
PHONE = Accepts(kind="phone", region="KE")
IDENTITY = Accepts(kind="national_id", pattern="CM ### ###-#", check_digit="damm")
NEW_PIN = Accepts(kind="pin", minimum=4, maximum=6, confirm=True)
OLD_PIN = Accepts(kind="pin", minimum=4, maximum=4)

TYPED = st.text() | st.text("0123456789٣०-/., ab’\u0301\u200f\u200d\n", max_size=16)


TAKEN = [
    (EIGHT, "10231456", "10231456"),
    (EIGHT, " 1023 1456 ", "10231456"),
    (EIGHT, "10-23.14/56", "10231456"),
    (EIGHT, "١٠٢٣١٤٥٦", "10231456"),
    (EIGHT, "\u200f١٠٢٣١٤٥٦\u200e", "10231456"),
    (EIGHT, "१०२३१४५६", "10231456"),
    (EIGHT, "００００００００", "00000000"),
    (EIGHT, "1023145፩", "10231451"),
    (PIN, "0000", "0000"),
    (PIN, "123456", "123456"),
    (BAGS, "1", "1"),
    (BAGS, "5000", "5000"),
    (BAGS, "5,000", "5000"),
    (BAGS, "5 000", "5000"),
    (BAGS, "5\u00a0000", "5000"),
    (BAGS, "0012", "12"),
    (BAGS, "٤٢", "42"),
    (DEGREES, "-50", "-50"),
    (DEGREES, "-0", "0"),
    (MONEY, "1,234,567", "1234567"),
    (MONEY, "999 999 999 999", "999999999999"),
    (TEXT, "  the  well\nis dry ", "the well is dry"),
    (TEXT, "የውሃ ቧንቧ", "የውሃ ቧንቧ"),
    (TEXT, "see 👩\u200d🌾!", "see 👩\u200d🌾!"),
    (TEXT, "abc", "abc"),
    (TEXT, "a" * 20, "a" * 20),
    (TEXT, "\u202eabc\u202c", "abc"),
    (TEXT, "e\u0301cole", "école"),
    (NAME, "Asha Otieno", "Asha Otieno"),
    (NAME, "አበበ ቢቂላ", "አበበ ቢቂላ"),
    (NAME, "አበበ፡ቢቂላ", "አበበ፡ቢቂላ"),
    (NAME, "فاطمة بنت عليّ", "فاطمة بنت عليّ"),
    (NAME, "Ngũgĩ wa Thiong’o", "Ngũgĩ wa Thiong’o"),
    (NAME, "Ngu\u0303gi\u0303", "Ngũgĩ"),
    (NAME, "Ọlá\u0300dípọ̀", unicodedata.normalize("NFC", "Ọlá\u0300dípọ̀")),
    (NAME, "Ng'ang'a", "Ng'ang'a"),
    (NAME, "N. K. Diop-Sarr", "N. K. Diop-Sarr"),
    (NAME, "රත්\u200dන", "රත්\u200dන"),
    (NAME, "Al", "Al"),
    (DATE, "15-4-2025", "2025-04-15"),
    (DATE, "15/04/2025", "2025-04-15"),
    (DATE, "15.4.2025", "2025-04-15"),
    (DATE, "15 4 2025", "2025-04-15"),
    (DATE, "2025-4-15", "2025-04-15"),
    (DATE, "15042025", "2025-04-15"),
    (DATE, "20250415", "2025-04-15"),
    (DATE, "20101999", "1999-10-20"),
    (DATE, "١٥/٤/٢٠٢٥", "2025-04-15"),
    (DATE, "29-2-2024", "2024-02-29"),
    (DATE, "1.1.1900.", "1900-01-01"),
    (TIME, "1430", "14:30"),
    (TIME, "930", "09:30"),
    (TIME, "0000", "00:00"),
    (TIME, "14:30", "14:30"),
    (TIME, "9.05", "09:05"),
    (TIME, "14h30", "14:30"),
    (TIME, "14 h", "14:00"),
    (TIME, "2pm", "14:00"),
    (TIME, "2:30 p.m.", "14:30"),
    (TIME, "12 am", "00:00"),
    (TIME, "12:15 PM", "12:15"),
    (TIME, "1430 hrs", "14:30"),
    (TIME, "١٤:٣٠", "14:30"),
    (CASE, "100020266", "100020266"),
    (CASE, "100 020 266", "100020266"),
    (CASE, "١٠٠-٠٢٠-٢٦٦", "100020266"),
    (LITRES, "12.5", "12.5"),
    (LITRES, "12,5", "12.5"),
    (LITRES, "12.50", "12.5"),
    (LITRES, "0", "0"),
    (LITRES, "0.05", "0.05"),
    (LITRES, "500.00", "500"),
    (LITRES, "١٢.٥", "12.5"),
    (PRICE, "1,500", "1500"),
    (PRICE, "1 500.5", "1500.5"),
    (PRICE, "KES 1500", "1500"),
    (PRICE, "Ksh. 1,500/=", "1500"),
    (PRICE, "1500 kes", "1500"),
    (PRICE, "1,50", "1.5"),
    (PRICE, "1500 shillings", "1500"),
    (PRICE, "1500/-", "1500"),
    (BIRR, "1,500 ብር", "1500"),
    (BIRR, "ብር 1500", "1500"),
    (BIRR, "Br. 1500", "1500"),
    (BIRR, "1500 ETB", "1500"),
    (FRANCS, "1 500 FCFA", "1500"),
    (FRANCS, "1500 F CFA", "1500"),
    (FRANCS, "1500F", "1500"),
    (DOLLARS, "$5", "5"),
    (DOLLARS, "US$ 5.50", "5.5"),
    (UNNAMED, "$5", "5"),
    (UNNAMED, "5 birr", "5"),
    (PHONE, "0712 123 456", "+254712123456"),
    (PHONE, "+254712123456", "+254712123456"),
    (PHONE, "٠٧١٢١٢٣٤٥٦", "+254712123456"),
    (PHONE, "+999 700 123 456", "+999700123456"),
    (IDENTITY, "cm1234566", "CM1234566"),
    (IDENTITY, "CM 123 456-6", "CM1234566"),
    (IDENTITY, "CM١٢٣٤٥٦٦", "CM1234566"),
    (NEW_PIN, "1357", "1357"),
    (NEW_PIN, "12 34 60", "123460"),
    (OLD_PIN, "1234", "1234"),
]

REFUSED = [
    (EIGHT, "", "digits_wrong"),
    (EIGHT, "1023145", "digits_wrong"),
    (EIGHT, "102314567", "digits_wrong"),
    (EIGHT, "1023145B", "digits_wrong"),
    (EIGHT, "1023145²", "digits_wrong"),
    (EIGHT, "+1023145", "digits_wrong"),
    (EIGHT, "1*023145", "digits_wrong"),
    (PIN, "123", "digits_range_wrong"),
    (PIN, "1234567", "digits_range_wrong"),
    (PIN, "----", "digits_range_wrong"),
    (BAGS, "0", "integer_wrong"),
    (BAGS, "5001", "integer_wrong"),
    (BAGS, "-1", "integer_wrong"),
    (BAGS, "1,5", "integer_wrong"),
    (BAGS, "1.5", "integer_wrong"),
    (BAGS, "1.000", "integer_wrong"),
    (BAGS, "1 5", "integer_wrong"),
    (BAGS, "1,000 000", "integer_wrong"),
    (BAGS, "½", "integer_wrong"),
    (BAGS, "five", "integer_wrong"),
    (BAGS, "1e3", "integer_wrong"),
    (BAGS, "1_000", "integer_wrong"),
    (BAGS, "", "integer_wrong"),
    (BAGS, "9" * 5000, "integer_wrong"),
    (DEGREES, "-51", "integer_wrong"),
    (DEGREES, "--5", "integer_wrong"),
    (DEGREES, "- 5", "integer_wrong"),
    (TEXT, "", "text_wrong"),
    (TEXT, " \n\t ", "text_wrong"),
    (TEXT, "ab", "text_wrong"),
    (TEXT, "\u200b\u200b\u200b", "text_wrong"),
    (TEXT, "a" * 21, "text_wrong"),
    (TEXT, "abc\0", "text_wrong"),
    (TEXT, "abc\x1b[2J", "text_wrong"),
    (TEXT, "abc\ud83d", "text_wrong"),
    (NAME, "", "name_wrong"),
    (NAME, "A", "text_wrong"),
    (NAME, "A.", "text_wrong"),
    (NAME, "አ", "text_wrong"),
    (NAME, "'-.'", "name_wrong"),
    (NAME, "4sha", "name_wrong"),
    (NAME, "Asha*Otieno", "name_wrong"),
    (NAME, "<b>Asha</b>", "name_wrong"),
    (NAME, "Asha 👍", "name_wrong"),
    (NAME, "a" * 31, "text_wrong"),
    (NAME, "Asha Wanjiru Otieno wa Kamau K.", "text_wrong"),
    (NAME, "a1" * 31, "name_wrong"),
    (NAME, "Asha+Otieno", "name_wrong"),
    (NAME, "Asha@home", "name_wrong"),
    (NAME, "0712123456", "name_wrong"),
    (LITRES, "", "decimal_wrong"),
    (LITRES, "12.555", "decimal_wrong"),
    (LITRES, "1.500", "decimal_wrong"),
    (LITRES, "500.01", "decimal_wrong"),
    (LITRES, "-1", "decimal_wrong"),
    (LITRES, "1.2.3", "decimal_wrong"),
    (LITRES, "1e2", "decimal_wrong"),
    (LITRES, "9" * 5000, "decimal_wrong"),
    (PRICE, "", "money_wrong"),
    (PRICE, "$5", "money_wrong"),
    (PRICE, "5$", "money_wrong"),
    (PRICE, "US$5", "money_wrong"),
    (PRICE, "5 USD", "money_wrong"),
    (PRICE, "1500 FCFA", "money_wrong"),
    (PRICE, "1,500 ብር", "money_wrong"),
    (PRICE, "Tsh 1500", "money_wrong"),
    (PRICE, "1500 euros", "money_wrong"),
    (PRICE, "€150", "money_wrong"),
    (PRICE, "R150", "money_wrong"),
    (PRICE, "150f", "money_wrong"),
    (BIRR, "Ksh 1500", "money_wrong"),
    (BIRR, "1500 KES", "money_wrong"),
    (FRANCS, "$5", "money_wrong"),
    (DOLLARS, "Ksh 5", "money_wrong"),
    (DOLLARS, "£5", "money_wrong"),
    (PRICE, "0.5", "money_wrong"),
    (PRICE, "5001", "money_wrong"),
    (PRICE, "2 elfu", "money_wrong"),
    (PRICE, "ksh .5", "money_wrong"),
    (PRICE, "5k", "money_wrong"),
    (PRICE, "KES", "money_wrong"),
    (PRICE, "1,50,000", "money_wrong"),
    (PHONE, "", "phone_wrong"),
    (PHONE, "0712", "phone_wrong"),
    (PHONE, "0712 123 456 7", "phone_wrong"),
    (PHONE, "0000000000", "phone_wrong"),
    (PHONE, "call me", "phone_wrong"),
    (IDENTITY, "CM1234561", "national_id_wrong"),
    (IDENTITY, "XM1234566", "national_id_wrong"),
    (IDENTITY, "CM123456", "national_id_wrong"),
    (IDENTITY, "", "national_id_wrong"),
    (NEW_PIN, "135", "pin_wrong"),
    (NEW_PIN, "1357246", "pin_wrong"),
    (NEW_PIN, "13a7", "pin_wrong"),
    (NEW_PIN, "1111", "pin_weak"),
    (NEW_PIN, "1234", "pin_weak"),
    (NEW_PIN, "98765", "pin_weak"),
    (OLD_PIN, "12345", "pin_wrong"),
    (TIME, "", "time_wrong"),
    (TIME, "14", "time_wrong"),
    (TIME, "0", "time_wrong"),
    (TIME, "2400", "time_wrong"),
    (TIME, "24:00", "time_wrong"),
    (TIME, "14:60", "time_wrong"),
    (TIME, "14:3", "time_wrong"),
    (TIME, "13 pm", "time_wrong"),
    (TIME, "0 am", "time_wrong"),
    (TIME, "-930", "time_wrong"),
    (TIME, "noon", "time_wrong"),
    (TIME, "14:30 ish", "time_wrong"),
    (TIME, "1430 2", "time_wrong"),
    (TIME, "14:30:15", "time_wrong"),
    (DATE, "", "date_wrong"),
    (DATE, "29-2-2025", "no_such_day"),
    (DATE, "31/4/2025", "no_such_day"),
    (DATE, "4/15/2025", "no_such_day"),
    (DATE, "15/4/25", "date_wrong"),
    (DATE, "15-4", "date_wrong"),
    (DATE, "0-1-2025", "no_such_day"),
    (DATE, "31-12-1899", "date_wrong"),
    (DATE, "1504025", "date_wrong"),
    (DATE, "150420255", "date_wrong"),
    (DATE, "20252025", "no_such_day"),
    (DATE, "00000000", "date_wrong"),
    (DATE, "2025-04-15-1", "date_wrong"),
    (DATE, "15 Arpil 2025", "date_wrong"),
    (DATE, "15/2025/4", "date_wrong"),
    (DATE, "5-4-20250", "date_wrong"),
    (DATE, "yesterday", "date_wrong"),
    (DATE, "2025", "date_wrong"),
    (DATE, "15//2025", "date_wrong"),
    (DATE, "-", "date_wrong"),
    (CASE, "", "case_number_wrong"),
    (CASE, "100020626", "case_number_wrong"),
    (CASE, "10002026", "case_number_wrong"),
    (CASE, "1000202660", "case_number_wrong"),
    (CASE, "A00020266", "case_number_wrong"),
]


@pytest.mark.parametrize(("accepts", "typed", "expected"), TAKEN)
def test_an_answer_is_kept_in_its_canonical_form(
    accepts: Accepts, typed: str, expected: str
) -> None:
    assert expected == check(accepts, typed)


@pytest.mark.parametrize(("accepts", "typed", "phrase"), REFUSED)
def test_what_cannot_be_the_answer_is_refused(accepts: Accepts, typed: str, phrase: str) -> None:
    refused = check(accepts, typed)

    assert isinstance(refused, Complaint)
    assert phrase == refused.phrase


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_refused_in_as_many_ways_as_it_is_taken(kind: str) -> None:
    taken = [typed for accepts, typed, _ in TAKEN if accepts.kind == kind]
    refused = [typed for accepts, typed, _ in REFUSED if accepts.kind == kind]

    assert 3 <= len(taken) <= len(refused)


# ------------------------------------------------------------ properties

_ACCEPTS = st.builds(
    lambda kind, low, more: Accepts(
        kind=kind,
        minimum=low,
        maximum=low + more,
        places=low % 4,
        region="KE",
        pattern="@##-###",
        check_digit="luhn",
    ),
    st.sampled_from(sorted(KINDS)),
    st.integers(0, 12),
    st.integers(0, 200),
) | st.builds(
    lambda low, more: Accepts(kind="integer", minimum=low, maximum=low + more),
    st.integers(-(10**6), 10**6),
    st.integers(0, 10**7),
)


@given(_ACCEPTS, TYPED | st.text(st.characters(), max_size=40))
def test_any_text_is_an_answer_or_a_complaint_of_the_menu(accepts: Accepts, typed: str) -> None:
    found = check(accepts, typed)

    if isinstance(found, Complaint):
        assert set(found.values) == set(PHRASES[found.phrase])
    else:
        assert len(found) <= longest(accepts)


@given(_ACCEPTS, TYPED)
def test_the_canonical_form_is_itself_accepted_unchanged(accepts: Accepts, typed: str) -> None:
    found = check(accepts, typed)

    assert isinstance(found, Complaint) or found == check(accepts, found)


@given(_ACCEPTS, TYPED)
def test_a_complaint_repeats_nothing_of_what_was_typed(accepts: Accepts, typed: str) -> None:
    found = check(accepts, typed)

    others = [check(accepts, other) for other in ("", "a" * 200)]
    if isinstance(found, Complaint) and isinstance(others[0], Complaint):
        assert found.phrase == "pin_weak" or found in others


@given(st.dates(date(1900, 1, 1)), st.sampled_from(["{:%d-%m-%Y}", "{:%d/%m/%Y}", "{:%Y-%m-%d}"]))
def test_every_day_is_understood_in_every_form(day: date, form: str) -> None:
    assert day.isoformat() == check(DATE, form.format(day))


@given(st.dates(date(1900, 1, 1)))
def test_eight_digits_are_a_day_in_either_order(day: date) -> None:
    by_day = check(DATE, f"{day:%d%m}{day.year:04}")

    by_year = check(DATE, f"{day:%Y%m%d}")

    assert day.isoformat() == by_day == by_year


@given(st.integers(-(10**11), 10**11), st.sampled_from([",", " ", ""]))
def test_every_number_in_range_is_accepted_grouped_or_not(value: int, mark: str) -> None:
    accepts = Accepts(kind="integer", minimum=-(10**11), maximum=10**11)

    found = check(accepts, f"{value:,}".replace(",", mark))

    assert str(value) == found


_AMOUNT = Accepts(kind="money", minimum=0, maximum=10**6, places=2)


@given(
    st.decimals(0, 10**6, places=2), st.sampled_from(["en", "sw", "fr", "am", "ar", "pt-BR", ""])
)
def test_an_amount_is_understood_as_its_language_writes_it(amount: Decimal, language: str) -> None:
    locale = Locale.parse(language or "en", sep="-")
    written = format_decimal(amount, "#,##0.00", locale, numbering_system="latn")

    found = check(_AMOUNT, written.replace("\u202f", " "), language)

    assert isinstance(found, str), written
    assert amount == Decimal(found)


@given(
    st.integers(1, 5000),
    st.sampled_from(["KES", "TZS", "UGX", "ETB", "XOF", "RWF", "NGN", "GHS", "ZAR", "USD", "EUR"]),
    st.sampled_from(["en", "sw", "fr", "am"]),
)
def test_an_amount_that_was_shown_is_taken_as_it_was_shown(
    amount: int, currency: str, language: str
) -> None:
    shown = Filter(kind="money", language=language, currency=currency).show(str(amount))

    assert str(amount) == check(replace(PRICE, currency=currency), shown, language)


@given(
    st.sampled_from(["KES", "ETB", "XOF", "USD", ""]), st.integers(0, 300), st.integers(1, 10**9)
)
def test_the_example_of_a_refused_amount_is_taken_and_names_the_currency(
    currency: str, least: int, range_: int
) -> None:
    accepts = replace(PRICE, currency=currency, minimum=least, maximum=least + range_)

    refused = check(accepts, "nonsense")

    assert isinstance(refused, Complaint)
    assert isinstance(check(accepts, refused.values["example"]), str)
    assert currency in refused.values["example"]
    assert len(refused.values["example"]) <= PHRASES["money_wrong"]["example"]


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("15 April 2007", "en", "2007-04-15"),
        ("April 15, 2007", "en", "2007-04-15"),
        ("15-APR-2007", "en", "2007-04-15"),
        ("15 Aprili 2007", "sw", "2007-04-15"),
        ("15 avril 2007", "fr", "2007-04-15"),
        ("15 fevrier 2007", "fr", "2007-02-15"),
        ("15th April 2007", "en", "2007-04-15"),
        ("1er mai 2007", "fr", "2007-05-01"),
        ("15 avril 2007", "en", None),
        ("15x April 2007", "en", None),
        ("1er mai", "fr", None),
        ("15 April 2007", "xx", "2007-04-15"),  # shown in the English form, and so taken
        ("3 Sept 2007", "en", "2007-09-03"),
        ("3 Sep 2007", "en", "2007-09-03"),
        ("3 Sept. 2007", "en", "2007-09-03"),
        ("3 Septem 2007", "en", "2007-09-03"),
        ("Sept 3 2007", "en", "2007-09-03"),
        ("Sept. 3, 2007", "en", "2007-09-03"),
        ("sep-3-2007", "en", "2007-09-03"),
        ("3 Febr 2007", "en", "2007-02-03"),
        ("3 sep 2007", "fr", "2007-09-03"),
        ("3 sept. 2007", "fr", "2007-09-03"),
        ("3 fév 2007", "fr", "2007-02-03"),
        ("3 juil. 2007", "fr", "2007-07-03"),
        ("3 juin 2007", "fr", "2007-06-03"),
        ("3 mai 2007", "fr", "2007-05-03"),
        ("3 Okt 2007", "sw", "2007-10-03"),
        ("3 ጥቅም 1999", "am", "2006-10-13"),
        ("3 jui 2007", "fr", None),  # June or July
        ("3 ju 2007", "en", None),
        ("3 se 2007", "en", None),
        ("3 Septx 2007", "en", None),
        ("3 Okt 2007", "en", None),
        ("3 Septembers 2007", "en", None),
        ("31 April 2007", "en", None),
        ("15042007", "am", "2014-12-24"),
        ("07081999", "am", "2007-04-15"),
        ("7/8/1999", "am", "2007-04-15"),
        ("1999-8-7", "am", "2007-04-15"),
        ("7 ሚያዝያ 1999", "am", "2007-04-15"),
        ("ሚያዝያ 7 ቀን 1999 ዓ.ም.", "am", "2007-04-15"),
        ("7 ሚያዚያ 1999 ዓ.ም.", "am", "2007-04-15"),
        ("1 ኅዳር 2017", "am", "2024-11-10"),
        ("1 ህዳር 2017", "am", "2024-11-10"),
        ("፩ ታህሳስ 2017 ዓም", "am", "2024-12-10"),
        ("6 ጳጉሜ 1999", "am", "2007-09-11"),
        ("7 Miyazya 1999", "am-Latn", "2007-04-15"),
        ("6 ጳጉሜ 2000", "am", None),
        ("31 ሀምሌ 2017", "am", None),
        ("ሀምሌ 2017", "am", None),
        ("7 ሰኞ 1999", "am", None),
        ("6/13/1999", "am", "2007-09-11"),
        ("6/13/2000", "am", None),
        ("31/1/1999", "am", None),
    ],
)
def test_a_day_may_be_written_in_words_and_in_the_calendar_of_the_language(
    typed: str, language: str, expected: str | None
) -> None:
    accepts = Accepts(kind="date", ethiopic=frozenset({"am", "am-Latn"}))

    found = check(accepts, typed, language)

    assert expected == (found if isinstance(found, str) else None)


@given(
    st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["en", "sw", "fr", "am", "am-Latn", "en-GB", "xx"]),
    st.sampled_from(["", *STYLES]),
    st.booleans(),
)
def test_a_date_that_was_shown_is_taken_as_it_was_shown(
    day: date, language: str, style: str, ethiopic: bool
) -> None:
    shown = Filter(kind="date", argument=style, language=language, ethiopic=ethiopic)
    accepts = Accepts(kind="date", ethiopic=frozenset({language} if ethiopic else ()))

    assert day.isoformat() == check(accepts, shown.show(day.isoformat()), language)


@given(st.integers(1, 12), st.integers(3, 12), st.sampled_from(["en", "sw", "fr"]))
def test_three_letters_of_a_month_are_that_month_or_none(
    month: int, letters: int, language: str
) -> None:
    name = format_date(date(2007, month, 3), "MMMM", locale=language)[:letters]

    found = check(DATE, f"3 {name} 2007", language)

    assert found == f"2007-{month:02}-03" or isinstance(found, Complaint)


def test_the_example_of_a_refused_date_is_one_of_its_calendar() -> None:
    accepts = Accepts(kind="date", ethiopic=frozenset({"am"}))

    for language in ("en", "am"):
        refused = check(accepts, "nonsense", language)
        assert isinstance(refused, Complaint)
        assert "2007-04-15" == check(accepts, refused.values["example"], language)


@pytest.mark.parametrize("check_digit", ["", *CHECK_DIGITS])
def test_the_example_of_an_identity_number_has_a_right_check_digit(check_digit: str) -> None:
    accepts = Accepts(kind="national_id", pattern="@## ###-###", check_digit=check_digit)

    refused = check(accepts, "")

    assert isinstance(refused, Complaint)
    assert refused.values["example"] == check(accepts, refused.values["example"])


@pytest.mark.parametrize("check_digit", CHECK_DIGITS)
def test_a_slip_in_an_identity_number_is_found(check_digit: str) -> None:
    accepts = Accepts(kind="national_id", pattern="########", check_digit=check_digit)
    right = example(accepts)

    wrong = [str((int(digit) + 1) % 10).join((right[:at], right[at + 1 :]))
             for at, digit in enumerate(right)]  # fmt: skip

    assert all(isinstance(check(accepts, each), Complaint) for each in wrong)


def test_free_text_kinds_are_those_that_take_the_rest_of_an_sms() -> None:
    expected = {"text", "name"}
    assert expected == {name for name, kind in KINDS.items() if kind.free_text}


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        (EIGHT, 8),
        (PIN, 6),
        (BAGS, 4),
        (DEGREES, 3),
        (Accepts(kind="integer", minimum=-50, maximum=5), 3),
        (TEXT, 20),
        (NAME, 30),
        (DATE, 10),
        (TIME, 5),
        (CASE, 9),
        (LITRES, 6),
        (PHONE, 16),
        (IDENTITY, 9),
        (OLD_PIN, 4),
    ],
)
def test_the_longest_answer_is_known_beforehand(accepts: Accepts, expected: int) -> None:
    assert expected == longest(accepts)
