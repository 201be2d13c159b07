"""What a column of a dataset holds: each kind with what it takes and what it refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.datasets.column_kinds import (
    TEXT,
    Amount,
    ColumnKind,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    Prose,
    WholeNumber,
    is_spreadsheet_error,
)
from gateway.domain.datasets.dataset import Column

KINDS: dict[str, tuple[ColumnKind, list[str], list[str]]] = {
    "a text": (TEXT, ["Mbale", "በቆሎ", "=1+1", "0101", "n/a", "-"], []),
    "a day": (
        Day(),
        ["2026-12-04", "1900-01-01", "2028-02-29", "9999-12-31"],
        [
            "04/12/2026", "5/12/2026", "21/04/1998", "4.12.2026", "2026-12-34", "2026-13-01",
            "2026-02-29", "2026-1-2", "20261204", "2026-W49-5", "2026/12/04", "26-12-04",
            "1899-12-31", "0026-12-04", "46360", "2026-12-04 10:30", "2026-12-04T00:00", "n/a",
            "tomorrow", "٢٠٢٦-١٢-٠٤", "2026–12–04", "-2026-12-04",
        ],
    ),
    "prose": (Prose(), ["The road is closed", "", "n/a", "2200"], []),
    "a moment": (
        Moment(),
        [
            "2026-12-04T14:30", "2026-12-04T00:00:00", "2026-12-04T14:30:05.25",
            "2026-12-04T14:30Z", "2026-12-04T14:30:05+03:00", "1900-01-01T00:00",
        ],
        [
            "2026-12-04", "14:30", "2026-12-04 14:30", "2026-12-04T24:00", "2026-02-29T14:30",
            "20261204T1430", "1899-12-31T23:59", "2026-12-04T14:30+0300", "2026-12-04t14:30", "now",
        ],
    ),
    "a whole number": (
        WholeNumber(),
        ["0", "1", "25", "999999999999"],
        ["n/a", "-5", "+5", "007", "2.0", "2.5", "1e3", "2,200", "2 200", "NaN", "٢", "½", "²"],
    ),
    "a whole number within bounds": (
        WholeNumber(minimum=1, maximum=60),
        ["1", "60"],
        ["0", "61", "-1", "100", "01"],
    ),
    "a whole number that may be below zero": (
        WholeNumber(minimum=-5, maximum=5),
        ["-5", "-1", "0", "5"],
        ["-6", "6", "-0", "--1", "- 1", "-01"],
    ),
    "an amount": (
        Amount(),
        ["0", "2200", "40.5", "40.50", "0.05"],
        [
            "NaN", "Infinity", "1e3", "=SUM(A1)", "-5", "+5", "2,200", "40,50", "2 200", "40.505",
            "40.", ".50", "007", "00.50", "KES 40", "40 KES", "$5", "40/=", "n/a", "٤٠", "4_0",
        ],
    ),
    "an amount within bounds": (
        Amount(places=0, minimum=Decimal(1)),
        ["1", "2200"],
        ["0", "0.5", "1.5", "-1"],
    ),
    "one of a few": (
        OneOf("in_production", "ready"),
        ["in_production", "ready"],
        ["Ready", "READY", "in production", "collected", "readyy", "ready "],
    ),
    "a form": (Form("@#-##"), ["A1-23", "Z0-00"], ["a1-23", "A123", "A1-2", "A1-234", "AA-23"]),
    "digits": (
        Form("########"),
        ["30110042", "00000000"],
        ["abcdefgh", "3011004", "301100420", "3011-042", "3011 042", "٣٠١١٠٠٤٢", "30110042.0"],
    ),
    "a time of day": (Form("##:##"), ["05:30"], ["5:30", "0530", "05.30", "05:30:00"]),
    "a phone": (
        PhoneNumber(),
        ["+99921001010", "+254712345678", "+999210010101234", "0712345678", "112"],
        ["n/a", "+999 21 001010", "0712-345678", "12", "99921001010E", "9.99E+10", "++99921001"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "taken", "refused"), KINDS.values(), ids=KINDS)
def test_a_kind_takes_its_own_and_says_of_others_what_it_would_take(
    kind: ColumnKind, taken: list[str], refused: list[str]
) -> None:
    assert [""] * len(taken) == [kind.wrong(value) for value in taken]
    told = {kind.wrong(value) for value in refused}
    assert "" not in told
    assert len(told) <= 1


@pytest.mark.parametrize("kind", [kind for kind, *_ in KINDS.values()], ids=KINDS)
@given(value=st.text(max_size=12))
def test_no_value_is_quoted_by_what_is_said_of_it(kind: ColumnKind, value: str) -> None:
    assert kind.wrong(value) in ("", kind.wrong("\0"))


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_from_1900_on_is_taken_in_one_form_alone(day: date) -> None:
    assert "" == Day().wrong(day.isoformat())
    assert Day().wrong(f"{day:%d/%m/%Y}")
    assert Day().wrong(f"{day:%Y%m%d}")


@given(st.decimals(allow_nan=None, allow_infinity=None))
def test_an_amount_that_is_taken_is_a_number_that_is_not_negative(number: Decimal) -> None:
    written = str(number)
    if not Amount().wrong(written):
        assert number.is_finite()
        assert number >= 0
        assert number == round(number, 2)


@given(st.integers(min_value=0, max_value=10**12 - 1), st.integers(0, 99))
def test_whole_numbers_and_amounts_are_taken_as_they_are_counted(whole: int, cents: int) -> None:
    assert "" == WholeNumber().wrong(str(whole))
    assert "" == Amount().wrong(f"{whole}.{cents:02}")
    assert WholeNumber().wrong(str(-whole - 1))


def test_what_would_be_taken_is_told() -> None:
    assert "not a date. Write the year first, such as 2026-12-04." == Day().wrong("x")
    assert "not a whole number from 1 to 60." == WholeNumber(1, 60).wrong("x")
    assert "not a whole number from 0 on." == WholeNumber().wrong("x")
    assert "not one of: kg, l." == OneOf("kg", "l").wrong("x")
    assert "not of the form 12345678." == Form("########").wrong("x")
    assert "point" in Amount().wrong("x")
    assert "point" not in Amount(places=0).wrong("x")


@pytest.mark.parametrize(
    ("value", "is_error"),
    [("#N/A", True), ("#REF!", True), ("#DIV/0!", True), ("#VALUE!", True), ("#NAME?", True),
     ("N/A", False), ("# 12", False), ("#12", False), ("#", False)],
)  # fmt: skip
def test_the_errors_of_spreadsheets_are_known(value: str, is_error: bool) -> None:
    assert is_error is is_spreadsheet_error(value)


def test_a_column_too_narrow_for_what_it_holds_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="'status' holds up to 13 characters, and its max is 8"):
        Column(name="status", max=8, kind=OneOf("ready", "in_production"))
    with pytest.raises(ValueError, match="'born'"):
        Column(name="born", max=8, kind=Day())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a number of its range", WholeNumber(maximum=10**12)),
        ("the least number of its range", WholeNumber(minimum=10**12)),
        ("the least amount", Amount(minimum=Decimal(10**12))),
        ("a form", Form("#" * 13)),
    ],
)
def test_a_column_that_is_too_narrow_for_a_value_of_its_kind_is_refused(
    name: str, kind: ColumnKind
) -> None:
    with pytest.raises(ValueError, match="and its max is 12"):
        Column(name="column", max=12, kind=kind)


def test_bounds_that_nothing_fits_are_refused() -> None:
    with pytest.raises(ValueError, match="No whole number is from 5 to 3"):
        WholeNumber(minimum=5, maximum=3)
    with pytest.raises(ValueError, match="OneOf needs the codes"):
        OneOf()
    with pytest.raises(ValueError, match="holds nothing"):
        Column(name="column", max=0)
