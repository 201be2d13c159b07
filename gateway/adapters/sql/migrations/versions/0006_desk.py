"""Tables of the desk: what handlers keep for a subscriber, and who has looked at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = ("audit", "case_events", "desk_calls", "pins", "reminders", "subscriptions")


def upgrade() -> None:
    """Makes the tables."""
    _bookkeeping()
    _reminders()
    op.create_table(
        "subscriptions",
        _bytes("msisdn_index"),
        _text("topic"),
        _text("scope"),
        _bytes("msisdn_sealed"),
        _text("language"),
        _instant("since"),
        sa.PrimaryKeyConstraint("msisdn_index", "topic", "scope", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_topic", "subscriptions", ["topic", "scope"])
    op.create_table(
        "pins",
        _bytes("msisdn_index"),
        _text("service"),
        _bytes("hash"),
        sa.Column("wrong", sa.Integer, nullable=False),
        _instant("changed_at"),
        sa.PrimaryKeyConstraint("msisdn_index", "service", name="pk_pins"),
    )


def downgrade() -> None:
    """Drops them, with what they hold."""
    for table in _TABLES:
        op.drop_table(table)


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", _ID, nullable=False),
        _bytes("msisdn_index"),
        _text("topic"),
        _text("reminder_key"),
        _bytes("msisdn_sealed"),
        _text("channel"),
        _text("message"),
        _bytes("values_sealed"),
        _text("language"),
        _instant("due_at"),
        _instant("scheduled_at"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint(
            "msisdn_index",
            "topic",
            "reminder_key",
            name="uq_reminders_msisdn_index_topic_reminder_key",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminders_due_at", "reminders", ["due_at", "id"])


def _bookkeeping() -> None:
    op.create_table(
        "desk_calls",
        _bytes("call_index"),
        _text("result"),
        _instant("at"),
        sa.PrimaryKeyConstraint("call_index", name="pk_desk_calls"),
    )
    op.create_index("ix_desk_calls_at", "desk_calls", ["at"])
    op.create_table(
        "audit",
        sa.Column("id", _ID, nullable=False),
        _bytes("look_index"),
        _bytes("msisdn_index"),
        _text("who"),
        _text("what"),
        _instant("at"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("look_index", name="uq_audit_look_index"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_msisdn_index", "audit", ["msisdn_index", "at"])
    op.create_table(
        "case_events",
        sa.Column("id", _ID, nullable=False),
        _bytes("call_index"),
        _text("number"),
        _text("kind"),
        _bytes("text_sealed"),
        _instant("at"),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        sa.UniqueConstraint("call_index", name="uq_case_events_call_index"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_events_number", "case_events", ["number", "id"])


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _instant(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)
