"""The declared columns of the reference deployment have room for what other countries put there."""

from __future__ import annotations

import phonenumbers
import pytest

from gateway.handler_api import Column, PhoneNumber
from tests.handlers.desk import DATASETS

PHONES = [
    (f"{dataset.name}.{column.name}", column)
    for dataset in DATASETS.values()
    for column in dataset.columns
    if isinstance(column.kind, PhoneNumber)
]


@pytest.mark.parametrize(("name", "column"), PHONES, ids=[name for name, _ in PHONES])
def test_a_column_of_phones_takes_the_numbers_of_every_country(name: str, column: Column) -> None:
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    examples = [
        phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
        for region in phonenumbers.SUPPORTED_REGIONS
        for kind in kinds
        if (found := phonenumbers.example_number_for_type(region, kind)) is not None
    ]

    assert len(examples) > 400
    assert not [each for each in examples if column.kind.wrong(each) or len(each) > column.max]


def test_there_are_such_columns() -> None:
    assert {"facilities.phone", "schools.phone"} <= {name for name, _ in PHONES}
