"""The tables of the first release."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "cases", "consents", "conversations", "datasets", "early_reports", "inbound_sms",
    "leader_locks", "outbound_sms", "subscribers", "turns",
)  # fmt: skip


def upgrade() -> None:
    """Makes the tables."""
    _subscribers()
    _inbound()
    _outbound()
    _cases()
    _bookkeeping()


def downgrade() -> None:
    """Drops them, with what they hold."""
    for table in _TABLES:
        op.drop_table(table)


def _subscribers() -> None:
    op.create_table(
        "subscribers",
        _sealed("msisdn_index"),
        _sealed("msisdn_sealed"),
        _text("language"),
        _instant("changed_at"),
        _primary_key("subscribers", "msisdn_index"),
    )
    op.create_table(
        "consents",
        _sealed("msisdn_index"),
        _text("topic"),
        _sealed("msisdn_sealed"),
        _text("state"),
        _text("source"),
        _instant("changed_at"),
        _primary_key("consents", "msisdn_index", "topic"),
    )


def _inbound() -> None:
    op.create_table(
        "inbound_sms",
        _id(),
        _text("channel"),
        _text("provider_ref"),
        _sealed("msisdn_index"),
        _sealed("msisdn_sealed"),
        _text("to_address"),
        _sealed("text_sealed", nullable=True),
        _text("link_id"),
        _text("opt_out"),
        _instant("received_at"),
        _instant("due_at", nullable=True),
        _number("attempts", server_default="0"),
        _text("error", server_default=""),
        _instant("routed_at", nullable=True),
        _text("outcome", server_default=""),
        _primary_key("inbound_sms", "id"),
        _unique("inbound_sms", "channel", "provider_ref"),
        sqlite_autoincrement=True,
    )
    _partial_index("ix_inbound_sms_waiting", "inbound_sms", ["id"], "due_at IS NOT NULL")
    op.create_index("ix_inbound_sms_subscriber", "inbound_sms", ["msisdn_index", "id"])
    op.create_table(
        "conversations",
        _text("channel"),
        _sealed("msisdn_index"),
        _sealed("session_sealed", nullable=True),
        _number("version"),
        _instant("expires_at"),
        _primary_key("conversations", "channel", "msisdn_index"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])


def _outbound() -> None:
    op.create_table(
        "outbound_sms",
        _id(),
        _sealed("key_index"),
        *map(_text, ("channel", "lane", "purpose", "topic", "sender", "link_id")),
        _id("in_reply_to", nullable=True),
        *map(_sealed, ("msisdn_index", "msisdn_sealed", "text_sealed")),
        _text("status"),
        _instant("due_at"),
        _number("attempts", server_default="0"),
        _instant("created_at"),
        _instant("changed_at"),
        _text("provider_ref", nullable=True),
        _number("segments", nullable=True),
        _text("cost", server_default=""),
        _text("error", server_default=""),
        _text("report_detail", server_default=""),
        _primary_key("outbound_sms", "id"),
        _unique("outbound_sms", "key_index"),
        sqlite_autoincrement=True,
    )
    active = "status = 'queued' OR status = 'leased' OR status = 'sending'"
    claim = ["status", "channel", "lane", "due_at", "id"]
    _partial_index("ix_outbound_sms_active", "outbound_sms", claim, active)
    age = ["status", "created_at"]
    _partial_index("ix_outbound_sms_age", "outbound_sms", age, "status = 'queued'")
    report = ["channel", "provider_ref"]
    _partial_index("ix_outbound_sms_report", "outbound_sms", report, "provider_ref IS NOT NULL")
    op.create_index("ix_outbound_sms_subscriber", "outbound_sms", ["msisdn_index", "id"])
    op.create_table(
        "early_reports",
        _id(),
        _text("channel"),
        _text("provider_ref"),
        _text("status", nullable=True),
        _text("detail"),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        _instant("received_at"),
        _primary_key("early_reports", "id"),
    )
    op.create_index("ix_early_reports_report", "early_reports", report)


def _cases() -> None:
    op.create_table(
        "cases",
        _id(),
        _text("number"),
        _sealed("call_index"),
        *map(_text, ("service", "category", "status")),
        *map(_sealed, ("msisdn_index", "msisdn_sealed", "details_sealed")),
        _instant("opened_at"),
        _instant("changed_at"),
        _primary_key("cases", "id"),
        _unique("cases", "call_index"),
        _unique("cases", "number"),
    )
    op.create_index("ix_cases_service", "cases", ["service", "status", "opened_at"])


def _bookkeeping() -> None:
    op.create_table(
        "turns",
        _id(),
        _instant("at"),
        *map(_text, ("channel", "service", "screen", "event", "language")),
        _number("milliseconds"),
        _text("network_code"),
        _primary_key("turns", "id"),
    )
    op.create_index("ix_turns_at", "turns", ["at"])
    op.create_table(
        "leader_locks",
        _text("name"),
        _text("holder"),
        _instant("until"),
        _primary_key("leader_locks", "name"),
    )
    op.create_table(
        "datasets",
        _text("name"),
        _number("row_count"),
        _instant("loaded_at"),
        _primary_key("datasets", "name"),
    )


def _id(name: str = "id", *, nullable: bool = False) -> sa.Column[Any]:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, big, nullable=nullable)


def _text(
    name: str, *, nullable: bool = False, server_default: str | None = None
) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable, server_default=server_default)


def _number(
    name: str, *, nullable: bool = False, server_default: str | None = None
) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=server_default)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
