"""What citizens type is understood, or refused with a complaint that says what to type."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain import case_number
from gateway.domain.answers import KINDS, Accepts, Complaint, ascii_digits, check, longest
from gateway.domain.phrases import PHRASES

EIGHT = Accepts(kind="digits", minimum=8, maximum=8)
PIN = Accepts(kind="digits", minimum=4, maximum=6)
BAGS = Accepts(kind="integer", minimum=1, maximum=5000)
DEGREES = Accepts(kind="integer", minimum=-50, maximum=50)
MONEY = Accepts(kind="integer", minimum=0, maximum=10**12)
TEXT = Accepts(kind="text", minimum=3, maximum=20)
NAME = Accepts(kind="name", minimum=2, maximum=30)
DATE = Accepts(kind="date")
CASE = Accepts(kind="case_number")

TYPED = st.text() | st.text("0123456789٣०-/., ab’\u0301\u200f\u200d\n", max_size=16)


@pytest.mark.parametrize(
    ("accepts", "typed", "expected"),
    [
        (EIGHT, "10231456", "10231456"),
        (EIGHT, " 1023 1456 ", "10231456"),
        (EIGHT, "10-23.14/56", "10231456"),
        (EIGHT, "١٠٢٣١٤٥٦", "10231456"),
        (EIGHT, "\u200f١٠٢٣١٤٥٦\u200e", "10231456"),
        (EIGHT, "१०२३१४५६", "10231456"),
        (EIGHT, "００００００００", "00000000"),
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
        (CASE, "100020266", "100020266"),
        (CASE, "100 020 266", "100020266"),
        (CASE, "١٠٠-٠٢٠-٢٦٦", "100020266"),
    ],
)
def test_an_answer_is_kept_in_its_canonical_form(
    accepts: Accepts, typed: str, expected: str
) -> None:
    assert expected == check(accepts, typed)


@pytest.mark.parametrize(
    ("accepts", "typed", "phrase"),
    [
        (EIGHT, "", "digits_wrong"),
        (EIGHT, "1023145", "digits_wrong"),
        (EIGHT, "102314567", "digits_wrong"),
        (EIGHT, "1023145O", "digits_wrong"),
        (EIGHT, "1023145፩", "digits_wrong"),
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
        (NAME, "A", "name_wrong"),
        (NAME, "'-.'", "name_wrong"),
        (NAME, "4sha", "name_wrong"),
        (NAME, "Asha*Otieno", "name_wrong"),
        (NAME, "<b>Asha</b>", "name_wrong"),
        (NAME, "Asha 👍", "name_wrong"),
        (NAME, "a" * 31, "name_wrong"),
        (DATE, "", "date_wrong"),
        (DATE, "29-2-2025", "date_wrong"),
        (DATE, "31/4/2025", "date_wrong"),
        (DATE, "4/15/2025", "date_wrong"),
        (DATE, "15/4/25", "date_wrong"),
        (DATE, "15-4", "date_wrong"),
        (DATE, "0-1-2025", "date_wrong"),
        (DATE, "31-12-1899", "date_wrong"),
        (DATE, "1504025", "date_wrong"),
        (DATE, "150420255", "date_wrong"),
        (DATE, "20252025", "date_wrong"),
        (DATE, "00000000", "date_wrong"),
        (DATE, "2025-04-15-1", "date_wrong"),
        (DATE, "15 April 2025", "date_wrong"),
        (DATE, "15/2025/4", "date_wrong"),
        (DATE, "5-4-20250", "date_wrong"),
        (CASE, "", "case_number_wrong"),
        (CASE, "100020626", "case_number_wrong"),
        (CASE, "10002026", "case_number_wrong"),
        (CASE, "1000202660", "case_number_wrong"),
        (CASE, "A00020266", "case_number_wrong"),
    ],
)
def test_what_cannot_be_the_answer_is_refused(accepts: Accepts, typed: str, phrase: str) -> None:
    refused = check(accepts, typed)

    assert isinstance(refused, Complaint)
    assert phrase == refused.phrase


# ------------------------------------------------------------ properties

_ACCEPTS = st.builds(
    lambda kind, low, more: Accepts(kind=kind, minimum=low, maximum=low + more),
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

    if isinstance(found, Complaint):
        limits = {str(accepts.minimum), str(accepts.maximum), str(case_number.LENGTH)}
        assert set(found.values.values()) <= limits


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


@given(st.integers(0, 10**18), st.sampled_from("0٠۰०০๐０"))
def test_the_digits_of_any_script_become_ascii(number: int, zero: str) -> None:
    local = "".join(chr(ord(zero) + int(digit)) for digit in str(number))

    assert str(number) == ascii_digits(local)


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
        (CASE, 9),
    ],
)
def test_the_longest_answer_is_known_beforehand(accepts: Accepts, expected: int) -> None:
    assert expected == longest(accepts)
