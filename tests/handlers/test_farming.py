"""Market prices with their change, and advice for a district."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.handler_api import Outcome, ServiceFailed
from handlers.datasets import ADVICE, ADVISORIES, MARKET_PRICES
from tests.handlers.desk import DeskInMemory, call_of, listed, run

ASKED = {"commodity": "maize", "market": "Mbale"}


def desk_with(*prices: tuple[str, str]) -> DeskInMemory:
    rows = [{**ASKED, "week": week, "price": price, "unit": "kg"} for week, price in prices]
    return DeskInMemory({MARKET_PRICES.name: rows})


def advised(advice: str, until: str) -> DeskInMemory:
    row = {"kind": "pest", "district": "Mbale", "advice": advice, "until": until}
    return DeskInMemory({ADVISORIES.name: [row]})


@pytest.mark.parametrize(
    ("before", "now", "outcome", "change"),
    [
        ("40.50", "44.00", "up", "3.50"),
        ("44.00", "40.50", "down", "3.50"),
        ("0.10", "0.30", "up", "0.20"),
        ("44.00", "44.00", "same", None),
        ("44", "44.00", "same", None),
    ],
)
def test_a_price_comes_with_its_change(
    before: str, now: str, outcome: str, change: str | None
) -> None:
    given = run(
        call_of("market_price", ASKED), desk_with(("2026-11-16", now), ("2026-11-09", before))
    )

    values = {"price": now, "unit": "kg", "week": "2026-11-16"}
    assert Outcome(outcome, values | ({"change": change} if change else {})) == given


@pytest.mark.parametrize(
    ("prices", "outcome"),
    [
        ([("2026-11-16", "44.00")], "first"),
        ([("2026-11-16", "44.00"), ("2026-11-02", "40.00")], "first"),
        ([], "none"),
    ],
)
def test_without_the_week_before_there_is_no_change(
    prices: list[tuple[str, str]], outcome: str
) -> None:
    assert outcome == run(call_of("market_price", ASKED), desk_with(*prices)).name


@given(
    before=st.decimals("0.01", "9999.99", places=2), now=st.decimals("0.01", "9999.99", places=2)
)
def test_the_change_leads_from_one_price_to_the_other(before: object, now: object) -> None:
    desk = desk_with(("2026-11-16", str(now)), ("2026-11-09", str(before)))

    outcome = run(call_of("market_price", ASKED), desk)

    sign = {"up": 1, "down": -1, "same": 0}[outcome.name]
    cents = round(float(str(outcome.values.get("change", "0"))) * 100) * sign
    assert round(float(str(before)) * 100) + cents == round(float(str(now)) * 100)


def test_only_markets_with_a_price_are_listed() -> None:
    desk = desk_with(("2026-11-16", "44.00"), ("2026-11-09", "40.50"))

    found = listed(run(call_of("list_markets", {"commodity": "maize"}), desk), "markets")
    none = run(call_of("list_markets", {"commodity": "coffee"}), desk)

    assert [{"name": "Mbale"}] == found
    assert Outcome("none") == none


@pytest.mark.parametrize("advice", ADVICE)
def test_advice_is_the_outcome_with_its_last_day(advice: str) -> None:
    given = run(
        call_of("advisory", {"kind": "pest", "district": "Mbale"}), advised(advice, "2026-11-23")
    )

    assert Outcome(advice, {"until": "2026-11-23"}) == given


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ({"kind": "pest", "district": "Mbale"}, "2026-11-22"),
        ({"kind": "weather", "district": "Mbale"}, "2026-12-24"),
        ({"kind": "pest", "district": "Wendu"}, "2026-12-24"),
    ],
)
def test_advice_that_is_over_or_for_others_is_not_told(asked: dict[str, str], until: str) -> None:
    assert Outcome("none") == run(call_of("advisory", asked), advised("locusts", until))


def test_advice_without_words_is_an_error() -> None:
    with pytest.raises(ServiceFailed, match="Write one of dry"):
        run(
            call_of("advisory", {"kind": "pest", "district": "Mbale"}),
            advised("frogs", "2026-12-24"),
        )
