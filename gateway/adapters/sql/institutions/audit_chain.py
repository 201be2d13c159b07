"""The chain of the audit: each line is tied to the one before it, by a key that no row holds.

A line that is changed, or taken out of the middle, no longer fits the next one. The head says which
line is the last, and is sealed: lines cannot be taken off the end either. Writers of one
institution wait for each other at its head, those of different ones do not. To add lines is the
last thing that a transaction does, so that nobody who waits there holds what another waits for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.institutions.tables import audit_heads, audit_trail
from gateway.adapters.sql.sealed_columns import AUDIT_TRAIL
from gateway.adapters.sql.tables import named
from gateway.adapters.sql.upserts import counting_up, insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.use_cases.ports.institutions import AuditEntry

#: The act of the line by which the chain of all institutions says that another chain has begun.
BEGUN = "chain begun"
#: The act of the line that says: what stood in the head, or below it, was no work of ours.
TAMPERED = "chain tampered with"
#: Who writes such lines.
GATEWAY = "gateway"

_head = audit_heads.c
_STEP_ON = counting_up(
    audit_heads, "line", returning=(_head.line, _head.mac, _head.first_line, _head.first_mac,
                                    _head.seal)
)  # fmt: skip
_ADD = insert(audit_trail)
_SET_HEAD = (
    update(audit_heads)
    .where(_head.institution == bindparam("of_institution"))
    .values(line=bindparam("new_line"), mac=bindparam("new_mac"), seal=bindparam("new_seal"))
)
_LAST = (
    select(audit_trail.c.line, audit_trail.c.mac)
    .where(audit_trail.c.institution == bindparam("of_institution"))
    .order_by(audit_trail.c.line.desc())
    .limit(1)
)
_LOOKS = insert_new(looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a citizen reads of a line: whose it was, who has touched it, and what it was."""

    owner: bytes
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last line of a chain, and the one that stands for what was removed by its age."""

    institution: str
    line: int
    mac: bytes
    first_line: int = 1
    first_mac: bytes = b""

    def beginning(self, first_line: int, first_mac: bytes) -> Head:
        """Returns the head of the chain that begins at a line, behind one with this hash."""
        return replace(self, first_line=first_line, first_mac=first_mac)

    def seal(self, keyring: Keyring) -> bytes:
        """Returns what nobody can make who has not the key."""
        return keyring.index("audit head", _text(
            self.institution, self.line, self.mac.hex(), self.first_line, self.first_mac.hex()
        ))  # fmt: skip


def append(connection: Connection, keyring: Keyring, entries: Iterable[AuditEntry]) -> None:
    """Adds lines at the end of a transaction; all of them in one call, and nothing after it."""
    chains: dict[str, list[AuditEntry]] = defaultdict(list)
    for entry in entries:
        chains[named(connection, entry.institution)].append(entry)
    # In one order, so that of two who need the same two chains none waits for the other: that of
    # all institutions is the last, since a new chain is told there.
    begun: list[AuditEntry] = chains.pop(EVERYWHERE, [])
    for institution in sorted(chains):
        if _add(connection, keyring, institution, chains[institution]):
            begun.append(_of_gateway(chains[institution][0], EVERYWHERE, BEGUN, institution))
    if begun:
        _add(connection, keyring, EVERYWHERE, begun)


def mac_of(
    keyring: Keyring, before: bytes, row: Mapping[Any, Any], reason: str, seen: Sequence[Look]
) -> bytes:
    """Returns what ties a line to the one before it, and to what citizens read of it."""
    whose = sorted((look.owner.hex(), look.who, look.what) for look in seen)
    parts = (row["who"], row["act"], row["what"], reason, whose)
    return keyring.index("audit line", _text(
        before.hex(), row["institution"], row["line"], row["at"].astimezone(UTC).isoformat(), *parts
    ))  # fmt: skip


def _add(
    connection: Connection, keyring: Keyring, institution: str, entries: Sequence[AuditEntry]
) -> bool:
    """Adds the lines of one chain; returns whether it has begun with them."""
    head, is_new, is_ours = _stepped_on(connection, keyring, institution, len(entries))
    if not is_ours:
        entries = [_of_gateway(entries[0], institution, TAMPERED, "head"), *entries]
    for entry in entries:
        head = _add_line(connection, keyring, head, entry)
    connection.execute(_SET_HEAD, {
        "of_institution": institution, "new_line": head.line, "new_mac": head.mac,
        "new_seal": head.seal(keyring),
    })  # fmt: skip
    return is_new


def _stepped_on(
    connection: Connection, keyring: Keyring, institution: str, lines: int
) -> tuple[Head, bool, bool]:
    """Returns the head as it was, once it is ours alone; whether it is new; and as we left it."""
    new = {
        "institution": institution, "line": lines, "mac": b"", "first_line": 1, "first_mac": b"",
        "seal": b"",
    }  # fmt: skip
    row = connection.execute(_STEP_ON[connection.dialect.name], new).one()
    head = Head(
        institution=institution,
        line=row.line - lines,
        mac=row.mac,
        first_line=row.first_line,
        first_mac=row.first_mac,
    )
    if row.seal:
        return head, False, row.seal == head.seal(keyring)
    last = connection.execute(_LAST, {"of_institution": institution}).first()
    if last is None:
        return head, True, True
    return replace(head, line=last.line, mac=last.mac), False, False  # the head was taken away


def _add_line(connection: Connection, keyring: Keyring, head: Head, entry: AuditEntry) -> Head:
    key = {"institution": head.institution, "line": head.line + 1}
    sealed = AUDIT_TRAIL.seal(keyring, "reason_sealed", key, entry.reason) if entry.reason else None
    row = {
        **key, "at": entry.at, "who": entry.by, "act": str(entry.act), "what": entry.what,
        "reason_sealed": sealed,
    }  # fmt: skip
    seen = _looks_of(keyring, entry)
    mac = mac_of(keyring, head.mac, row, entry.reason, seen)
    connection.execute(_ADD, {**row, "mac": mac})
    if seen:
        stored = [_look_row(keyring, key, look, entry.at) for look in seen]
        connection.execute(_LOOKS[connection.dialect.name], stored)
    return replace(head, line=head.line + 1, mac=mac)


def _looks_of(keyring: Keyring, entry: AuditEntry) -> list[Look]:
    who = entry.known_as or entry.by
    what = entry.seen or entry.what.partition(" ")[0]
    indexes = [*(keyring.index_of(each) for each in entry.subscribers), *entry.owners]
    owners = dict.fromkeys(filter(None, indexes))
    return [Look(owner=owner, who=who, what=what) for owner in owners]


def _look_row(
    keyring: Keyring, key: Mapping[str, Any], look: Look, at: datetime
) -> dict[str, object]:
    occasion = f"trail\0{key['institution']}\0{key['line']}\0{look.owner.hex()}"
    return {
        "look_index": keyring.index("look", occasion),
        "msisdn_index": look.owner,
        "who": look.who,
        "what": look.what,
        "at": at,
        "chain": key["institution"],
        "line": key["line"],
    }


def _of_gateway(cause: AuditEntry, institution: str, act: str, what: str) -> AuditEntry:
    return AuditEntry(at=cause.at, by=GATEWAY, institution=institution, act=act, what=what)


def _text(*parts: object) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
