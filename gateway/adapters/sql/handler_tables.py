"""The tables of the desk: what handlers keep for a subscriber, and who has looked at it.

A deployment's own tables are not here: they are made from their declaration (record_tables.py).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from gateway.adapters.sql.tables import Id, Instant, institution, metadata

#: A write that is asked for again gives the result it gave at first. `result` is empty meanwhile.
desk_calls = Table(
    "desk_calls",
    metadata,
    Column("call_index", LargeBinary, primary_key=True),
    Column("result", String, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_desk_calls_at", desk_calls.c.at)

#: A row stands until it is handed to the outbox, or cancelled.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("topic", String, nullable=False),
    Column("reminder_key", String, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("channel", String, nullable=False),
    Column("message", String, nullable=False),
    Column("values_sealed", LargeBinary, nullable=False),
    Column("language", String, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("scheduled_at", Instant, nullable=False),
    institution(),
    UniqueConstraint("msisdn_index", "topic", "reminder_key"),
    sqlite_autoincrement=True,
)
Index("ix_reminders_due_at", reminders.c.due_at, reminders.c.id)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("language", String, nullable=False),
    Column("since", Instant, nullable=False),
)
Index(
    "ix_subscriptions_audience",
    subscriptions.c.topic,
    subscriptions.c.scope,
    subscriptions.c.msisdn_index,
)

#: `of_index` is the keyed hash of what the PIN guards, such as an ID number. `hash` is a salt and
#: what scrypt makes of the PIN; `wrong` counts since the last right one.
pins = Table(
    "pins",
    metadata,
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("service", String, primary_key=True),
    Column("of_index", LargeBinary, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

#: Which phone has proven with a second fact that it asks for what is its owner's. `what_index` is
#: the keyed hash of the service and of what was asked for, such as an ID number.
proofs = Table(
    "proofs",
    metadata,
    Column("what_index", LargeBinary, primary_key=True),
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("channel", String, nullable=False),
    Column("language", String, nullable=False),
    Column("proved_at", Instant, nullable=False),
    Column("told_at", Instant, nullable=True),
)
Index("ix_proofs_proved_at", proofs.c.proved_at)
Index("ix_proofs_msisdn_index", proofs.c.msisdn_index)

#: Wrong second facts: by what was asked for, by phone, and by both where the phone has proven it.
proof_tries = Table(
    "proof_tries",
    metadata,
    Column("scope_index", LargeBinary, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)
Index("ix_proof_tries_last_at", proof_tries.c.last_at)

#: Who has read, changed or erased what belongs to a subscriber. It holds nothing that was read.
#: What a person did or saw has its line in the audit (`audit_trail`): `chain` is its institution.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("look_index", LargeBinary, nullable=False, unique=True),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("chain", String),
    Column("line", BigInteger),
    sqlite_autoincrement=True,
)
Index("ix_audit_msisdn_index", audit.c.msisdn_index, audit.c.at)
_of_line = audit.c.chain.is_not(None)
Index(
    "ix_audit_line",
    audit.c.chain,
    audit.c.line,
    sqlite_where=_of_line,
    postgresql_where=_of_line,
)

#: What happened to a case after it was opened: `kind` is confirmed, not_mended, amended, note or
#: moved. `by` is who moved it; empty where its citizen did it.
case_events = Table(
    "case_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("call_index", LargeBinary, nullable=False, unique=True),
    Column("number", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("ix_case_events_number", case_events.c.number, case_events.c.id)
