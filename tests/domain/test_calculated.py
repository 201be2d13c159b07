"""What a column is worked out to: a value of its kind or nothing, whatever was typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.datasets.column_kinds import TEXT, Amount, ColumnKind, Day, WholeNumber
from gateway.domain.datasets.dataset import Column
from gateway.domain.handler_contract.calculated import value_of
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.service_call import Writes
from gateway.domain.menu.conditions import parse

KINDS: tuple[ColumnKind, ...] = (Amount(), Amount(places=0), Amount(places=9), WholeNumber(), Day(),
                                 TEXT)  # fmt: skip
SOURCES = ("ref", "ref * other", "-ref", "round(ref, 9)", "int(ref) / other", "join(ref, other)")
TYPED = st.text() | st.from_regex(r"-?[0-9]{0,60}\.?[0-9]{0,60}", fullmatch=True)


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        ("12.345", Amount(), "12.35"),
        ("12.5", WholeNumber(), "13"),
        ("999999999999.994", Amount(), "999999999999.99"),
        ("-0.4", WholeNumber(), "0"),
        ("1" * 18 + ".5", Amount(places=0), ""),
        ("1" * 19 + ".555", Amount(), ""),
        ("1" * 60 + "." + "5" * 60, WholeNumber(), ""),
        ("1." + "5" * 60, Amount(), "1.56"),
        ("twelve", Amount(), ""),
    ],
)
def test_a_number_is_rounded_to_its_column_or_is_none(
    value: str, kind: ColumnKind, kept: str
) -> None:
    column = Column(name="total", max=20, required=False, kind=kind)

    assert kept == value_of(column, value)


@given(TYPED, TYPED, st.sampled_from(SOURCES))
def test_whatever_is_typed_something_is_worked_out(ref: str, other: str, source: str) -> None:
    asked = tuple(Column(name=name, max=200) for name in ("ref", "other"))
    results = tuple(
        Column(name=f"c{number}", max=20, required=False, kind=kind)
        for number, kind in enumerate(KINDS)
    )
    form = Form(
        name="sales", writes=Writes.RECORD, columns=(*asked, *results),
        calculated={column.name: parse(source) for column in results},
    )  # fmt: skip

    found = form.worked_out({"ref": ref, "other": other}, date(2026, 3, 1))

    for column in results:
        assert not found[column.name] or not column.kind.wrong(found[column.name])
