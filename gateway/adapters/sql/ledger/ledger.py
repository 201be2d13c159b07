"""The `Ledger` port on a database: lines of what was entered, and what was accepted since then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, case, func, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.ledger.booking import MTS, OF_MARK, LedgerBooking
from gateway.adapters.sql.ledger.entry_rows import COUNTS, SEGMENTS, Book, from_row
from gateway.adapters.sql.ledger.ledger_tables import ledger_lines, ledger_months
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.institutions.ledger import Account, Kind, by_month, millionths_of
from gateway.domain.money.tariff import Prices
from gateway.use_cases.ports.institutions import Used

_mt, _line = outbound_sms.c, ledger_lines.c
_OF_MONTH = select(ledger_lines).where(_line.month == bindparam("of_month"))
_CLOSED_AT = select(ledger_months.c.closed_at).where(ledger_months.c.month == bindparam("of_month"))
_MARK = OF_MARK.scalar_subquery()
#: What moves the mark while it is read is a step of the ticker: it is read again.
_TRIES = 5


class SqlLedger:
    """Fits the `Ledger` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._booking = LedgerBooking(engine)

    def since(
        self, institution: str, days: Sequence[tuple[date, datetime]], prices: Prices
    ) -> Sequence[Used]:
        """Returns what an institution has used since each day (and the time it began)."""
        with statements(self._engine) as connection:
            for _ in range(_TRIES):
                mark = _mark(connection)
                lines = _entered(connection, institution, days)
                rest = _not_entered(connection, institution, days)
                if _mark(connection) == mark:
                    break
        found = [Used() for _ in days]
        for row in lines:
            for at, used in enumerate(found):
                segments = row[2 * at + 2] if row[0] == Kind.SMS.value else 0
                used.add(row[1], int(segments or 0), int(row[2 * at + 3] or 0))
        for row in rest:
            for at, used in enumerate(found):
                number, segments = int(row[2 * at + 2] or 0), int(row[2 * at + 3] or 0)
                price = prices.of_sms(row[0], institution, row[1], number, segments)
                money = price.money
                currency = money.currency if money else ""
                used.add(currency, segments, millionths_of(money.amount) if money else 0)
        return found

    def account(self, month: str) -> Account:
        """Returns the account of a month as it stands, of all institutions."""
        place = {"of_month": month}
        with statements(self._engine) as connection:
            lines = [from_row(row) for row in connection.execute(_OF_MONTH, place).mappings()]
            closed_at = connection.scalar(_CLOSED_AT, place)
        return Account(month=month, closed_at=closed_at, lines=tuple(by_month(lines)))

    def months(self) -> Sequence[str]:
        """Returns the months that have an account, in their order."""
        return self._booking.months()

    def enter(self, prices: Prices, now: datetime, zone: tzinfo) -> bool:
        """Enters some of what was used; returns whether more waits for it."""
        return self._booking.enter(self._book(prices, now, zone), now)

    def settle(self, prices: Prices, now: datetime, zone: tzinfo) -> bool:
        """Looks again at what was not settled when it was entered; returns whether more is."""
        return self._booking.settle(self._book(prices, now, zone))

    def close(self, month: str, now: datetime) -> None:
        """Closes a month for good."""
        self._booking.close(month, now)

    def closed(self) -> frozenset[str]:
        """Returns the months that are closed."""
        return self._booking.closed()

    def _book(self, prices: Prices, now: datetime, zone: tzinfo) -> Book:
        today, closed = now.astimezone(zone).date(), self._booking.closed()
        return Book(prices=prices, zone=zone, today=today, closed=closed)


def _mark(connection: Connection) -> int:
    return int(connection.scalar(OF_MARK, {"of_name": MTS}) or 0)


def _entered(
    connection: Connection, institution: str, days: Sequence[tuple[date, datetime]]
) -> Sequence[Any]:
    """Returns by kind and currency, for each day: units, and millionths."""
    first = min(day for day, _ in days).isoformat()
    columns: list[Any] = []
    for day, _ in days:
        counts = case((_line.day >= day.isoformat(), 1), else_=0)
        columns += [func.sum(counts * _line.units), func.sum(counts * _line.millionths)]
    query = (
        select(_line.kind, _line.currency, *columns)
        .where(_line.institution == institution, _line.day >= first)
        .group_by(_line.kind, _line.currency)
    )
    return connection.execute(query).all()


def _not_entered(
    connection: Connection, institution: str, days: Sequence[tuple[date, datetime]]
) -> Sequence[Any]:
    """Returns by channel and told cost, for each day: MTs, and segments."""
    columns: list[Any] = []
    for _, begins in days:
        counts = case((_mt.created_at >= begins, COUNTS), else_=0)
        columns += [func.sum(counts), func.sum(counts * SEGMENTS)]
    query = (
        select(_mt.channel, _mt.cost, *columns)
        .where(_mt.id > func.coalesce(_MARK, 0), _mt.institution == institution)
        .group_by(_mt.channel, _mt.cost)
    )
    return connection.execute(query, {"of_name": MTS}).all()
