"""Enter MTs and turns into the ledger, a few at a time, and mend what was not settled then.

They are entered in the order of their ids, a minute after they were stored: by then whoever was
about to store one with a smaller id has. So no row is locked when an MT is stored. One that waits
still, of which nobody knows whether it left, or whose price the provider has yet to tell, is kept
in mind, and looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.ledger.entry_rows import (
    NEXT_MTS,
    NEXT_TURNS,
    OF_MT,
    Book,
    from_row,
    to_row,
)
from gateway.adapters.sql.ledger.ledger_tables import (
    ledger_lines,
    ledger_marks,
    ledger_months,
    ledger_open,
)
from gateway.adapters.sql.tables import outbound_sms, turns
from gateway.adapters.sql.upserts import counting_up, insert_new
from gateway.domain.institutions.ledger import Entry, Sums, account_of, standing_of
from gateway.domain.telecom.delivery import DeliveryStatus

#: No transaction that stores a row takes so long: PostgreSQL ends a statement after 15 seconds.
SETTLED = timedelta(minutes=1)
#: Rows that are entered in one step, so that nobody waits long for SQLite's one writer.
AT_ONCE = 5_000
MTS, TURNS = outbound_sms.name, turns.name

_mt, _open = outbound_sms.c, ledger_open.c
OF_MARK = select(ledger_marks.c.last_id).where(ledger_marks.c.name == bindparam("of_name"))
_BEGIN = insert_new(ledger_marks)
_MOVE = (
    update(ledger_marks)
    .where(ledger_marks.c.name == bindparam("of_name"), ledger_marks.c.last_id == bindparam("was"))
    .values(last_id=bindparam("now_at"))
)
_ADD = counting_up(ledger_lines, "number", "units", "extra", "millionths")
_KEEP_IN_MIND = insert(ledger_open)
_FORGET = (
    delete(ledger_open)
    .where(_open.sms_id.in_(bindparam("ids", expanding=True)))
    .returning(ledger_open)
)
_NEXT_MTS = NEXT_MTS.where(_mt.id > bindparam("after")).limit(bindparam("most"))
_NEXT_TURNS = NEXT_TURNS.where(turns.c.id > bindparam("after")).limit(bindparam("most"))
#: What is kept in mind, with the MT as it is now; no MT where it was removed meanwhile.
_IN_MIND = (
    select(
        _open.sms_id,
        _open.standing,
        _open.units.label("units_were"),
        _open.millionths.label("millionths_were"),
        _open.currency.label("currency_was"),
        *OF_MT,
    )
    .select_from(ledger_open.outerjoin(outbound_sms, _mt.id == _open.sms_id))
    .where(_open.sms_id > bindparam("after"))
    .order_by(_open.sms_id)
    .limit(bindparam("most"))
)
_CLOSED = select(ledger_months.c.month)
_CLOSE = insert_new(ledger_months, returning=(ledger_months.c.month,))
_NEXT_MONTH = (
    select(ledger_lines.c.month)
    .where(ledger_lines.c.month > bindparam("after"))
    .order_by(ledger_lines.c.month)
    .limit(1)
)


class LedgerBooking:
    """What the ticker does with the ledger. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._looked_at = 0

    def closed(self) -> frozenset[str]:
        """Returns the months that are closed."""
        with statements(self._engine) as connection:
            return frozenset(connection.scalars(_CLOSED))

    def enter(self, book: Book, now: datetime) -> bool:
        """Enters some MTs and turns; returns whether more wait for it."""
        with transaction(self._engine) as connection:
            return self._mts(connection, book, now) | self._turns(connection, book, now)

    def settle(self, book: Book) -> bool:
        """Looks again at some of what was not settled, the oldest first.

        Returns whether to go on at once: while what is looked at has changed, more may have.
        """
        with transaction(self._engine) as connection:
            place = {"after": self._looked_at, "most": AT_ONCE}
            rows: list[Any] = list(connection.execute(_IN_MIND, place))
            self._looked_at = rows[-1].sms_id if len(rows) == AT_ONCE else 0
            changed = [row for row in rows if _has_changed(row, book)]
            if changed:
                self._mend(connection, book, changed)
        return bool(changed) and self._looked_at > 0

    def close(self, month: str, now: datetime) -> None:
        """Closes a month: what comes to it later stands in the account of a later one."""
        with transaction(self._engine) as connection:
            values = {"month": month, "closed_at": now}
            connection.execute(_CLOSE[connection.dialect.name], values)

    def months(self) -> list[str]:
        """Returns the months that have an account, in their order."""
        with statements(self._engine) as connection:
            found = [""]
            while (month := connection.scalar(_NEXT_MONTH, {"after": found[-1]})) is not None:
                found.append(month)
        return found[1:]

    def _mts(self, connection: Connection, book: Book, now: datetime) -> bool:
        after = _begun(connection, MTS)
        entered: list[tuple[Entry, Sums]] = []
        unsettled: list[dict[str, object]] = []
        last, number = after, 0
        for row in connection.execute(_NEXT_MTS, {"after": after, "most": AT_ONCE}):
            if row.created_at > now - SETTLED:
                break
            last, number = row.id, number + 1
            if (found := book.of_mt(row)) is not None:
                entered.append(found)
                if _is_unsettled(row):
                    unsettled.append({"sms_id": row.id, **to_row(*found)})
        if last == after:
            return False
        if _moved(connection, MTS, after, last):
            _add(connection, entered)
            if unsettled:
                connection.execute(_KEEP_IN_MIND, unsettled)
        return number == AT_ONCE

    def _turns(self, connection: Connection, book: Book, now: datetime) -> bool:
        after = _begun(connection, TURNS)
        entered: list[tuple[Entry, Sums]] = []
        last, number = after, 0
        for row in connection.execute(_NEXT_TURNS, {"after": after, "most": AT_ONCE}):
            if row.at > now - SETTLED:
                break
            last, number = row.id, number + 1
            if (found := book.of_turn(row)) is not None:
                entered.append(found)
        if last != after and _moved(connection, TURNS, after, last):
            _add(connection, entered)
        return number == AT_ONCE

    def _mend(self, connection: Connection, book: Book, rows: list[Any]) -> None:
        """Takes back what was entered of MTs, and enters them as they are now."""
        before = connection.execute(_FORGET, {"ids": [row.sms_id for row in rows]}).mappings()
        taken_back = {each["sms_id"]: from_row(each) for each in before}
        entered: list[tuple[Entry, Sums]] = []
        again: list[dict[str, object]] = []
        for row in rows:
            if row.sms_id not in taken_back:  # another has looked at it at this moment
                continue
            if row.id is None:  # it was removed: what it was is not known any more, and stays
                continue
            was, sums = taken_back[row.sms_id]
            found = book.of_mt(row)
            if found is not None and _is_unsettled(row):
                again.append({"sms_id": row.sms_id, **to_row(*found)})
            if found is not None and found == (was._replace(month=found[0].month), sums):
                continue
            whose = account_of(_day(was), book.today, book.closed)
            entered.append((was._replace(month=whose), sums.negative))
            entered += [] if found is None else [found]
        _add(connection, entered)
        if again:
            connection.execute(_KEEP_IN_MIND, again)


def _is_unsettled(row: Any) -> bool:
    """Returns whether it may still be told otherwise what an MT costs, or whether it left at all.

    One that nobody has reported, and of which no provider has told that it took it, counts as sent;
    a person may say that it failed.
    """
    return _is_untold(row) or row.status in _UNSETTLED or row.price_due_at is not None


def _is_untold(row: Any) -> bool:
    return bool(row.status == DeliveryStatus.UNREPORTED.value and row.provider_ref is None)


_UNSETTLED = frozenset(
    {
        DeliveryStatus.QUEUED.value,
        DeliveryStatus.LEASED.value,
        DeliveryStatus.SENDING.value,
        DeliveryStatus.UNKNOWN.value,
    }
)


def _has_changed(row: Any, book: Book) -> bool:
    """Returns whether an MT stands otherwise than it was entered: it has left, or never will."""
    if row.id is None or not _is_unsettled(row):
        return True
    stands = standing_of(DeliveryStatus(row.status), taken=row.provider_ref is not None)
    if stands is None or stands.value != row.standing:
        return True
    found = book.of_mt(row) if _is_untold(row) else None
    if found is None:
        return False
    entry, sums = found  # its segments and its price may have been told since
    was = (row.units_were, row.millionths_were, row.currency_was)
    return (sums.units, sums.millionths, entry.currency) != was


def _day(entry: Entry) -> date:
    return date.fromisoformat(entry.day)


def _begun(connection: Connection, name: str) -> int:
    connection.execute(_BEGIN[connection.dialect.name], {"name": name, "last_id": 0})
    return int(connection.scalar(OF_MARK, {"of_name": name}) or 0)


def _moved(connection: Connection, name: str, was: int, now_at: int) -> bool:
    """Returns whether the mark was moved; whoever has moved it meanwhile has entered the rows."""
    place = {"of_name": name, "was": was, "now_at": now_at}
    return bool(connection.execute(_MOVE, place).rowcount == 1)


def _add(connection: Connection, entered: Iterable[tuple[Entry, Sums]]) -> None:
    lines: dict[Entry, Sums] = {}
    for entry, sums in entered:
        lines[entry] = lines.get(entry, Sums()).plus(sums)
    rows = [to_row(entry, lines[entry]) for entry in sorted(lines) if lines[entry] != Sums()]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)
