"""Whether the audit is as it was recorded: every line, its order, its end, and whose it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.institutions.audit_chain import (
    BEGUN,
    GATEWAY,
    TAMPERED,
    Head,
    Look,
    mac_of,
)
from gateway.adapters.sql.institutions.tables import audit_heads, audit_trail
from gateway.adapters.sql.sealed_columns import AUDIT_TRAIL
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.domain.text.secret_comparison import same_secret
from gateway.use_cases.ports.institutions import AuditFault

_AT_ONCE = 1000
_line, _look = audit_trail.c, looks.c
_HEAD = select(audit_heads).where(audit_heads.c.institution == bindparam("of_institution"))
_HEADS = select(audit_heads.c.institution)
_PAGE = (
    select(audit_trail)
    .where(
        _line.institution == bindparam("of_institution"),
        _line.line >= bindparam("first"),
        _line.line <= bindparam("last"),
    )
    .order_by(_line.line)
    .limit(_AT_ONCE)
)
_SEEN = select(_look.line, _look.msisdn_index, _look.who, _look.what).where(
    _look.chain == bindparam("of_institution"),
    _look.line >= bindparam("first"),
    _look.line <= bindparam("last"),
)

Lines = Sequence[Mapping[Any, Any]]


def faults(
    engine: Engine, keyring: Keyring, institution: str, progress: Callable[[int], object]
) -> Iterator[AuditFault]:
    """Yields what is not as it was recorded; what is added meanwhile is not looked at."""

    def fault(line: int, what: str) -> AuditFault:
        return AuditFault(institution=institution, line=line, what=what)

    begun: set[str] = set()
    found = _head(engine, institution)
    if found is None:
        yield fault(1, "The audit of this institution, or its end, was taken away.")
        return
    head, seal = found
    if seal != head.seal(keyring):
        yield fault(head.line, "The end of the audit was changed.")
    expected, before = head.first_line, head.first_mac
    while expected <= head.line:
        rows, seen = _page(engine, institution, expected, head.line)
        for row in rows:
            line = row["line"]
            if line > expected:
                if _moved_on(engine, institution, line):  # removed by its age just now
                    before = row["mac"]
                    expected = line + 1
                    continue
                yield fault(expected, _missing(expected, line - 1))
                before = b""
            told = _wrong(keyring, before, row, seen[line], after_gap=line > expected)
            if told:
                yield fault(line, told)
            if row["act"] == TAMPERED and row["who"] == GATEWAY:
                yield fault(line, "Before this line, the end of the audit was changed.")
            if institution == EVERYWHERE and row["act"] == BEGUN and row["who"] == GATEWAY:
                if row["what"] in begun:
                    yield fault(
                        line, f"The audit of '{row['what']}' was taken away, and began anew."
                    )
                begun.add(row["what"])
            expected, before = line + 1, row["mac"]
        progress(len(rows))
        if len(rows) < _AT_ONCE:
            break
    if expected <= head.line:
        yield fault(expected, _missing(expected, head.line))
    elif not same_secret(before, head.mac):
        yield fault(head.line, "The last line is not the one that was recorded.")
    if institution == EVERYWHERE:
        yield from _of_chains(engine, begun)


def _of_chains(engine: Engine, begun: set[str]) -> Iterator[AuditFault]:
    """Yields the chains that began and have no end any more, and those that never began."""
    with statements(engine) as connection:
        there = set(connection.scalars(_HEADS)) - {EVERYWHERE}
    for name in sorted(begun - there):
        yield AuditFault(institution=name, line=1, what="The whole audit was taken away.")
    for name in sorted(there - begun):
        yield AuditFault(institution=name, line=1, what="This audit never began: it was put there.")


def _wrong(
    keyring: Keyring, before: bytes, row: Mapping[Any, Any], seen: Sequence[Look], *,
    after_gap: bool,
) -> str:  # fmt: skip
    """Returns what is wrong with a line; after a gap nobody can know what it was tied to."""
    try:
        sealed = row["reason_sealed"] is not None
        reason = AUDIT_TRAIL.open_text(keyring, "reason_sealed", row) if sealed else ""
    except Refused:
        return "Its reason was changed, or the key it was sealed with is gone."
    if after_gap or same_secret(row["mac"], mac_of(keyring, before, row, reason, seen)):
        return ""
    return "The line was changed, or what citizens read of it."


def _missing(first: int, last: int) -> str:
    return "The line was taken away." if first == last else f"The lines to {last} were taken away."


def _page(
    engine: Engine, institution: str, first: int, last: int
) -> tuple[Lines, Mapping[int, list[Look]]]:
    seen: dict[int, list[Look]] = defaultdict(list)
    with statements(engine) as connection:
        values = {"of_institution": institution, "first": first, "last": last}
        rows = connection.execute(_PAGE, values).mappings().all()
        if rows:
            of_page = {**values, "last": rows[-1]["line"]}
            for row in connection.execute(_SEEN, of_page):
                seen[row.line].append(Look(owner=row.msisdn_index, who=row.who, what=row.what))
    return rows, seen


def _head(engine: Engine, institution: str) -> tuple[Head, bytes] | None:
    with statements(engine) as connection:
        return read_head(connection, institution)


def _moved_on(engine: Engine, institution: str, line: int) -> bool:
    """Returns whether what is missing before a line was removed by its age meanwhile."""
    found = _head(engine, institution)
    return found is not None and found[0].first_line >= line


def read_head(connection: Connection, institution: str) -> tuple[Head, bytes] | None:
    """Returns the end of a chain, and its seal as it stands."""
    row = connection.execute(_HEAD, {"of_institution": institution}).first()
    if row is None:
        return None
    head = Head(
        institution=institution,
        line=row.line,
        mac=row.mac,
        first_line=row.first_line,
        first_mac=row.first_mac,
    )
    return head, row.seal
