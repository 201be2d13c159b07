"""However a number is typed that is looked for, it is found; and what is no number is none."""

from __future__ import annotations

import pytest

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.reading.typed_number import typed_number

ASHA = "+254711000001"


@pytest.mark.parametrize(
    "typed",
    [
        "+254711000001",
        "254711000001",
        "0711000001",
        "711000001",
        "00254711000001",
        "000254711000001",
        "0711 000 001",
        "0711-000-001",
        "0711–000–001",
        "0711.000.001",
        "0711/000/001",
        "(0711) 000001",
        "+ 254 711 000 001",
        "+254 (0) 711 000 001",
        "254 (0)711 000001",
        "\u202a+254\u00a0711\u00a0000\u00a0001\u202c",
        "\u200e+254 711 000 001",
        "tel:+254711000001",
        "Tel. 0711 000 001",
        "No: 0711 000 001",
        "'0711000001",
        "  0711000001\t",
        "O711 OOO OO1",
        "0711 000 00l",
        "٠٧١١٠٠٠٠٠١",
        "۰۷۱۱ ۰۰۰ ۰۰۱",
        "＋２５４７１１０００００１",
        "0711 000 001,",
    ],
)
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert ASHA == typed_number(typed, "KE").e164


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "+", "07", "0711 000", "Asha", "0711 000 001 2", "+254711000001 +254711000002",
        "100 020 266 x", "+1 (0)", "٠", "0711000001 and 0711000002", "999999999999999999",
        "<script>", "0711\x00000001x",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAddress):
        typed_number(typed, "KE")


def test_the_country_says_what_a_national_number_is() -> None:
    assert "+256772000001" == typed_number("0772 000 001", "UG").e164
    assert "+999700000123" == typed_number("+999 700 000 123", "UG").e164
