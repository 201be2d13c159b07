"""Reminders as rows: texts that wait to be sent, whoever noted them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.adapters.sql.handler_tables import reminders
from gateway.adapters.sql.sealed_columns import REMINDERS
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity

_KEY = ("msisdn_index", "topic", "reminder_key")
_SCHEDULE = insert_or_update(
    reminders,
    "channel",
    "message",
    "values_sealed",
    "language",
    "due_at",
    "scheduled_at",
    "institution",
    key=_KEY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReminder:
    """A text that waits to be sent to a subscriber."""

    subscriber: Identity
    channel: str
    language: str
    message: str
    values: Mapping[str, str]
    topic: str
    key: str
    due_at: datetime
    scheduled_at: datetime
    institution: str


def put(connection: Connection, keyring: Keyring, new: NewReminder) -> None:
    """Stores a reminder, in the place of the one of the same subscriber, topic and key."""
    told = json.dumps(dict(new.values))
    place = {
        "msisdn_index": keyring.index_of(new.subscriber),
        "topic": new.topic,
        "reminder_key": new.key,
    }
    row = {
        **place,
        "msisdn_sealed": REMINDERS.seal(keyring, "msisdn_sealed", place, new.subscriber.as_stored),
        "channel": new.channel,
        "message": new.message,
        "values_sealed": REMINDERS.seal(keyring, "values_sealed", place, told),
        "language": new.language,
        "due_at": new.due_at,
        "scheduled_at": new.scheduled_at,
        "institution": new.institution,
    }
    connection.execute(_SCHEDULE[connection.dialect.name], row)
