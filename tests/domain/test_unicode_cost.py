"""What Unicode costs, by text: segments that need not be, and their share of the money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway.domain.institutions.ledger import Entry, Kind, Standing, Sums, millionths_of
from gateway.domain.institutions.unicode_cost import MenuText, text_costs
from gateway.domain.money.tariff import Priced


def line(number: int, units: int, extra: int, amount: str = "0", **changes: Any) -> Any:
    entry = Entry(
        month="2026-11", day="2026-11", institution="health", service="permits", channel="ke",
        kind=Kind.SMS, language="fr", unicode=extra != 0, standing=Standing.LEFT, currency="KES",
        priced=Priced.TARIFF, template="permits.result",
    )._replace(**changes)  # fmt: skip
    return entry, Sums(number, units, extra, millionths_of(Decimal(amount)))


RESULT = MenuText("permits", "permits.result", "fr")


@pytest.mark.parametrize(
    ("lines", "number", "units", "in_unicode", "extra", "unpriced", "more"),
    [
        ([], 0, 0, 0, 0, 0, {}),
        ([line(3, 3, 0, "2.40")], 3, 3, 0, 0, 0, {}),
        ([line(3, 6, 3, "4.80")], 3, 6, 6, 3, 0, {"KES": "2.400000"}),
        # Some values need Unicode, others do not.
        ([line(3, 6, 3, "4.80"), line(2, 2, 0, "1.60")], 5, 8, 6, 3, 0, {"KES": "2.400000"}),
        # A provider's price that no number of segments divides: rounded, never lost.
        ([line(1, 3, 1, "1")], 1, 3, 3, 1, 0, {"KES": "0.333333"}),
        (
            [line(1, 2, 1, "1"), line(1, 2, 1, "0.0150", channel="tw", currency="USD")],
            2, 4, 4, 2, 0, {"KES": "0.500000", "USD": "0.007500"},
        ),
        ([line(1, 2, 1, currency="", priced=Priced.NONE)], 1, 2, 2, 1, 1, {}),
        # A correction that takes everything back.
        ([line(1, 2, 1, "1"), line(-1, -2, -1, "-1")], 0, 0, 0, 0, 0, {"KES": "0.000000"}),
        # In Unicode, and no longer for it.
        ([line(4, 4, 0, "3.20", unicode=True)], 4, 4, 4, 0, 0, {}),
        ([line(5, 9, 4, "7.20", standing=Standing.WAITS)], 0, 0, 0, 0, 0, {}),
        ([line(5, 9, 0, "7.20", kind=Kind.USSD)], 0, 0, 0, 0, 0, {}),
    ],
)  # fmt: skip
def test_segments_that_come_of_unicode_have_their_share_of_the_money(
    lines: list[Any], number: int, units: int, in_unicode: int, extra: int, unpriced: int,
    more: dict[str, str],
) -> None:  # fmt: skip
    found = text_costs(lines).get(RESULT)

    if found is None:
        assert not number + units
        return
    assert (number, units, in_unicode, extra, unpriced) == (
        found.number, found.units, found.unicode_units, found.extra, found.unpriced,
    )  # fmt: skip
    assert more == {currency: f"{amount:f}" for currency, amount in found.more.items()}


def test_the_text_of_the_most_needless_segments_stands_first() -> None:
    found = text_costs(
        [
            line(9, 9, 0, template="a"),
            line(2, 4, 2, template="b"),
            line(2, 4, 2, template="b", language="am"),
            line(1, 9, 8, template="", service=""),
        ]
    )

    assert [("", "fr"), ("b", "am"), ("b", "fr"), ("a", "fr")] == [
        (text.template, text.language) for text in found
    ]
