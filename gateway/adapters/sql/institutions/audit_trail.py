"""The `AuditTrail` port on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, bindparam, func, select, tuple_

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.institutions import audit_age, audit_check
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.institutions.tables import audit_heads, audit_trail
from gateway.adapters.sql.sealed_columns import AUDIT_TRAIL
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.use_cases.ports.institutions import (
    AuditEntry,
    AuditFault,
    AuditHead,
    AuditLine,
    AuditQuery,
)

_line = audit_trail.c
_AT_ONCE = 1000
#: What stands for a reason whose key is gone.
UNREADABLE = "(cannot be read: the key it was sealed with is gone)"

_of_line = looks.alias("of_line")
_WHOSE = (
    select(func.count())
    .where(_of_line.c.chain == _line.institution, _of_line.c.line == _line.line)
    .scalar_subquery()
)
_LINES = select(audit_trail, _WHOSE.label("subscribers"))
_PLACE = tuple_(_line.institution, _line.line)
_PAGE = (
    tuple_(bindparam("after_institution", type_=_line.institution.type),
                    bindparam("after_line", type_=_line.line.type)) < _PLACE
)  # fmt: skip
_HEADS = select(audit_heads).order_by(audit_heads.c.institution)


class SqlAuditTrail:
    """Fits the `AuditTrail` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def record(self, entry: AuditEntry) -> None:
        """Adds a line to the chain of the entry's institution."""
        with transaction(self._engine) as connection:
            append(connection, self._keyring, [entry])

    def newest(self, query: AuditQuery) -> Sequence[AuditLine]:
        """Returns the lines that fit, the newest first."""
        newest = self._fitting(query).order_by(_line.at.desc(), _line.line.desc())
        with statements(self._engine) as connection:
            return self._lines(connection, newest.limit(query.limit).offset(query.skip), {})

    def each(self, query: AuditQuery) -> Iterator[AuditLine]:
        """Yields all lines that fit: chain by chain, in their order."""
        page = self._fitting(query).where(_PAGE).order_by(_line.institution, _line.line)
        after = {"after_institution": " ", "after_line": 0}  # before every name, and before `*`
        while True:
            with statements(self._engine) as connection:
                found = self._lines(connection, page.limit(_AT_ONCE), after)
            yield from found
            if len(found) < _AT_ONCE:
                return
            last = found[-1]
            after = {"after_institution": last.institution, "after_line": last.line}

    def shorten(self, before: datetime, most: int) -> int:
        """Removes up to `most` of the oldest lines of each chain; returns how many they were."""
        return audit_age.shorten(self._engine, self._keyring, before, most)

    def heads(self) -> Sequence[AuditHead]:
        """Returns the last line of each chain."""
        with statements(self._engine) as connection:
            return [
                AuditHead(
                    institution=row.institution,
                    line=row.line,
                    mac=row.mac.hex(),
                    first=row.first_line,
                )
                for row in connection.execute(_HEADS)
            ]

    def check(self, institution: str, progress: Callable[[int], object]) -> Iterator[AuditFault]:
        """Yields what is not as it was recorded."""
        return audit_check.faults(self._engine, self._keyring, institution, progress)

    def mac_at(self, institution: str, line: int) -> str | None:
        """Returns the keyed hash of a line in hex; None where there is no such line."""
        with statements(self._engine) as connection:
            found = connection.scalar(
                select(_line.mac).where(_line.institution == institution, _line.line == line)
            )
            if found is None:
                head = audit_heads.c
                found = connection.scalar(
                    select(head.first_mac).where(
                        head.institution == institution, head.first_line == line + 1
                    )
                )
        return found.hex() if found else None

    def _fitting(self, query: AuditQuery) -> Select[*tuple[Any, ...]]:
        found = _LINES
        if query.subscriber is not None:
            owner = self._keyring.index_of(query.subscriber)
            found = found.join(
                looks, (looks.c.chain == _line.institution) & (looks.c.line == _line.line)
            ).where(looks.c.msisdn_index == owner)
        if query.institutions is not None:
            found = found.where(_line.institution.in_(sorted(query.institutions)))
        for column, wanted in ((_line.who, query.by), (_line.act, query.act)):
            if wanted:
                found = found.where(column == wanted)
        if query.since is not None:
            found = found.where(_line.at >= query.since)
        if query.until is not None:
            found = found.where(_line.at < query.until)
        return found

    def _lines(
        self, connection: Connection, query: Select[*tuple[Any, ...]], values: dict[str, Any]
    ) -> list[AuditLine]:
        return [self._opened(row) for row in connection.execute(query, values)]

    def _opened(self, row: Row[*tuple[Any, ...]]) -> AuditLine:
        reason = ""
        if row.reason_sealed is not None:
            try:
                reason = AUDIT_TRAIL.open_text(self._keyring, "reason_sealed", row._mapping)
            except Refused:
                reason = UNREADABLE
        return AuditLine(
            institution=row.institution,
            line=row.line,
            at=row.at,
            by=row.who,
            act=row.act,
            what=row.what,
            reason=reason,
            subscribers=row.subscribers,
        )
