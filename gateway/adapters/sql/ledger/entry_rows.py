"""MTs and turns as entries of the ledger, and entries as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import case, select

from gateway.adapters.sql.sms.outbound_rows import has_left, has_status, segments_of
from gateway.adapters.sql.tables import outbound_sms, turns
from gateway.domain.institutions.ledger import (
    WAITING,
    Entry,
    Kind,
    Standing,
    Sums,
    account_of,
    millionths_of,
    standing_of,
)
from gateway.domain.money.tariff import Price, Priced, Prices, blocks_begun
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports.sms.broadcasts import WORDED_BY

_mt, _turn = outbound_sms.c, turns.c

SEGMENTS = segments_of(_mt)
#: 1 for an MT that is paid for, or waits to be.
COUNTS = case((has_status(*WAITING), 1), else_=has_left(_mt))
#: Of an MT, what is read to enter it.
OF_MT = (
    _mt.id, _mt.institution, _mt.service, _mt.channel, _mt.language, _mt.created_at, _mt.status,
    _mt.provider_ref, _mt.cost, _mt.unicode_parts, _mt.template_id, _mt.price_due_at,
    SEGMENTS.label("counted"),
)  # fmt: skip
OF_TURN = (
    _turn.id, _turn.institution, _turn.service, _turn.channel, _turn.language, _turn.at,
    _turn.lasted, _turn.lasted_before,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What entries are made with: prices, the zone in which a day begins, today, closed months."""

    prices: Prices
    zone: tzinfo
    today: date
    closed: frozenset[str]

    def of_mt(self, row: Any) -> tuple[Entry, Sums] | None:
        """Returns what is entered of an MT; None where it never left, and never will."""
        taken = row.provider_ref is not None
        standing = standing_of(DeliveryStatus(row.status), taken=taken)
        if standing is None:
            return None
        units = int(row.counted)
        price = self.prices.of_sms(row.channel, row.institution, row.cost, 1, units)
        extra = row.unicode_parts or 0
        entry = self._entry(row, row.created_at, Kind.SMS, standing, price)
        entry = entry._replace(
            unicode=row.unicode_parts is not None, template=template_of(row.template_id)
        )
        return entry, Sums(1, units, extra, _millionths(price))

    def of_turn(self, row: Any) -> tuple[Entry, Sums] | None:
        """Returns what is entered of a turn; None where it began no block, or nobody knows."""
        if row.lasted is None:
            return None
        seconds = self.prices.block_seconds(row.channel)
        blocks = blocks_begun(row.lasted_before, row.lasted, seconds)
        begins = row.lasted_before is None
        if not blocks and not begins:
            return None
        price = self.prices.of_blocks(row.channel, blocks)
        entry = self._entry(row, row.at, Kind.USSD, Standing.LEFT, price)
        return entry, Sums(int(begins), blocks, 0, _millionths(price))

    def _entry(self, row: Any, at: datetime, kind: Kind, standing: Standing, price: Price) -> Entry:
        day = at.astimezone(self.zone).date()
        return Entry(
            month=account_of(day, self.today, self.closed),
            day=day.isoformat(),
            institution=row.institution,
            service=row.service,
            channel=row.channel,
            kind=kind,
            language=row.language,
            unicode=False,
            standing=standing,
            currency=price.money.currency if price.money else "",
            priced=price.by,
        )


def template_of(template_id: str) -> str:
    """Returns what worded an MT; one word for all broadcasts, whose language stands beside it."""
    return "broadcast" if template_id.startswith(WORDED_BY) else template_id


def to_row(entry: Entry, sums: Sums) -> dict[str, object]:
    """Returns the columns of an entry and its sums."""
    return {
        **entry._asdict(),
        "kind": entry.kind.value,
        "standing": entry.standing.value,
        "priced": entry.priced.value,
        "number": sums.number,
        "units": sums.units,
        "extra": sums.extra,
        "millionths": sums.millionths,
    }


def from_row(row: Mapping[Any, Any]) -> tuple[Entry, Sums]:
    """Returns what `to_row` has written."""
    entry = Entry(
        **{name: row[name] for name in Entry._fields if name not in ("kind", "standing", "priced")},
        kind=Kind(row["kind"]),
        standing=Standing(row["standing"]),
        priced=Priced(row["priced"]),
    )
    return entry, Sums(row["number"], row["units"], row["extra"], row["millionths"])


def _millionths(price: Price) -> int:
    return millionths_of(price.money.amount) if price.money else 0


#: The rows of a table behind a mark, in the order of their ids.
NEXT_MTS, NEXT_TURNS = select(*OF_MT).order_by(_mt.id), select(*OF_TURN).order_by(_turn.id)
