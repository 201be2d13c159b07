"""Messages to the help desk: their table, and how one is added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, Index, LargeBinary, String, Table

from gateway.adapters.sql.sealed_columns import HELP_DESK
from gateway.adapters.sql.tables import Id, Instant, Institution, metadata
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.help_desk_message import HelpDeskStatus, NewHelpDeskMessage

help_desk_messages = Table(
    "help_desk_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_index", LargeBinary, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("link_id", String, nullable=False),
    Column("in_reply_to", Id),
    Column("institution", Institution, nullable=False),
    Column("language", String, nullable=False),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("answer_sealed", LargeBinary),
    Column("status", String, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("settled_by", String, nullable=False, server_default=""),
    Column("assigned_to", String, nullable=False, server_default=""),
    sqlite_autoincrement=True,  # an id is a citizen's reference and is never given again
)
Index("ix_help_desk_messages_status", help_desk_messages.c.status, help_desk_messages.c.id)
Index(
    "ix_help_desk_messages_institution",
    help_desk_messages.c.institution,
    help_desk_messages.c.status,
    help_desk_messages.c.id,
)
Index(
    "ix_help_desk_messages_subscriber",
    help_desk_messages.c.msisdn_index,
    help_desk_messages.c.opened_at,
)

_ADD = insert_new(help_desk_messages, returning=(help_desk_messages.c.id,))


def add(
    connection: Connection, keyring: Keyring, new: Iterable[NewHelpDeskMessage], now: datetime
) -> None:
    """Stores messages within a transaction of the caller; a key that is known changes nothing."""
    rows = [_to_row(keyring, message, now) for message in new]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def _to_row(keyring: Keyring, message: NewHelpDeskMessage, now: datetime) -> dict[str, object]:
    key = {"key_index": keyring.index("help desk", message.key)}
    return {
        **key,
        "channel": message.channel,
        "sender": message.sender,
        "link_id": message.link_id,
        "in_reply_to": message.in_reply_to,
        "institution": message.institution,
        "language": message.language,
        "msisdn_index": keyring.index_of(message.subscriber),
        "msisdn_sealed": HELP_DESK.seal(
            keyring, "msisdn_sealed", key, message.subscriber.as_stored
        ),
        "text_sealed": HELP_DESK.seal(keyring, "text_sealed", key, message.text),
        "status": HelpDeskStatus.OPEN.value,
        "opened_at": now,
        "changed_at": now,
    }
