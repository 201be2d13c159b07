"""Telling farmers what a market pays, and what weather and pests to expect."""

from datetime import date, timedelta
from decimal import Decimal

from gateway.handler_api import (
    Amount,
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    ServiceFailed,
    TextField,
)

from .datasets import ADVICE, ADVISORIES, MARKET_PRICES, text_field
from .dates import DAY

MAX_MARKETS = 12

_PRICE = text_field(MARKET_PRICES, "price")
#: The difference of two prices, up or down.
_CHANGE = TextField(8, Amount())
_PRICED = {"price": _PRICE, "unit": text_field(MARKET_PRICES, "unit"), "week": DAY}


def list_markets(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the markets that have a price for a commodity."""
    commodity = call.answers["commodity"]
    markets = desk.data.distinct(MARKET_PRICES.name, "market", commodity=commodity)[:MAX_MARKETS]
    if not markets:
        return Outcome("none")
    return Outcome("found", {"markets": [{"name": market} for market in markets]})


def market_price(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the newest price, with up, down or same against the week before as the outcome."""
    asked = {name: call.answers[name] for name in ("commodity", "market")}
    by_week = {row["week"]: row for row in desk.data.find(MARKET_PRICES.name, **asked)}
    if not by_week:
        return Outcome("none")
    newest = by_week[max(by_week)]
    shown = {column: newest[column] for column in ("price", "unit", "week")}
    week_before = date.fromisoformat(newest["week"]) - timedelta(days=7)
    before = by_week.get(week_before.isoformat())
    if before is None:
        return Outcome("first", shown)
    change = Decimal(newest["price"]) - Decimal(before["price"])
    if not change:
        return Outcome("same", shown)
    return Outcome("up" if change > 0 else "down", {**shown, "change": str(abs(change))})


def advisory(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the advice that holds for a district today as the outcome.

    Raises ServiceFailed when the data holds an advice that the menu has no words for.
    """
    asked = {name: call.answers[name] for name in ("kind", "district")}
    row = desk.data.one(ADVISORIES.name, **asked)
    if row is None or row["until"] < call.at.date().isoformat():
        return Outcome("none")
    if row["advice"] not in ADVICE:
        raise ServiceFailed(
            f"Dataset {ADVISORIES.name!r} holds the advice {row['advice']!r}. Write one of "
            f"{', '.join(ADVICE)} and import the file again."
        )
    return Outcome(row["advice"], {"until": row["until"]})


LIST_MARKETS = Handler(
    list_markets,
    HandlerContract(
        needs=("commodity",),
        outcomes={
            "found": {
                "markets": ListField(
                    rows=MAX_MARKETS, fields={"name": text_field(MARKET_PRICES, "market")}
                )
            },
            "none": {},
        },
    ),
)
MARKET_PRICE = Handler(
    market_price,
    HandlerContract(
        needs=("commodity", "market"),
        outcomes={
            "up": {**_PRICED, "change": _CHANGE},
            "down": {**_PRICED, "change": _CHANGE},
            "same": _PRICED,
            "first": _PRICED,
            "none": {},
        },
    ),
)
ADVISORY = Handler(
    advisory,
    HandlerContract(
        needs=("kind", "district"),
        outcomes={**{advice: {"until": DAY} for advice in ADVICE}, "none": {}},
    ),
)
