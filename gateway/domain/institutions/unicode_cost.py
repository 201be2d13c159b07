"""What it costs that texts are not in GSM-7: by service, text of the menu, and language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from gateway.domain.institutions.ledger import DECIMALS, Entry, Kind, Standing, Sums

_SMALLEST = Decimal(1).scaleb(-DECIMALS)


class MenuText(NamedTuple):
    """A text by its names; `template` is empty for what the menu does not word."""

    service: str
    template: str
    language: str


@dataclass(slots=True)
class TextCost:
    """What has left of a text: SMS, segments, those of them in Unicode, and how many come of it.

    `more` is what these cost, by currency: their share of what the provider told, or what the
    tariff or the contract says. `unpriced` of them nobody has priced.
    """

    number: int = 0
    units: int = 0
    unicode_units: int = 0
    extra: int = 0
    unpriced: int = 0
    more: dict[str, Decimal] = field(default_factory=dict)


def text_costs(lines: Iterable[tuple[Entry, Sums]]) -> Mapping[MenuText, TextCost]:
    """Returns all texts that have left, the one of the most needless segments first."""
    found: dict[MenuText, TextCost] = {}
    for entry, sums in lines:
        if entry.kind is not Kind.SMS or entry.standing is not Standing.LEFT:
            continue
        cost = found.setdefault(MenuText(entry.service, entry.template, entry.language), TextCost())
        cost.number += sums.number
        cost.units += sums.units
        cost.extra += sums.extra
        if entry.unicode:
            cost.unicode_units += sums.units
        if not sums.extra:
            continue
        if not entry.currency:
            cost.unpriced += sums.extra
        elif sums.units:
            share = sums.amount * sums.extra / sums.units
            cost.more[entry.currency] = cost.more.get(entry.currency, Decimal(0)) + share
    for cost in found.values():
        cost.more = {
            currency: amount.quantize(_SMALLEST, ROUND_HALF_EVEN)
            for currency, amount in sorted(cost.more.items())
        }
    return dict(sorted(found.items(), key=lambda each: (-each[1].extra, each[0])))
