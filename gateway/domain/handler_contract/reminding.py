"""The reminder of a stored row: a text before a slot begins, for whoever has taken a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

#: What a column says where its citizen wants the reminder.
WANTED = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """When a form reminds of its rows: so long `before` the time in the column `at`.

    `at` is a column of the form, or that of the slot whose place a row takes. With `wish` only
    those are reminded whose row has yes in that column, which is a consent to the `topic`.
    """

    message: str
    topic: str
    before: timedelta
    at: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReminder:
    """A text of messages.yaml about a row, to be sent at an aware time.

    `agreed` says that its subscriber has asked for it just now, also after STOP.
    """

    message: str
    values: Mapping[str, str] = field(repr=False)
    at: datetime
    agreed: bool = False


def moment(written: str, zone: tzinfo | None) -> datetime | None:
    """Returns the aware time that a day or a moment says on clocks of `zone`; None of nothing.

    >>> from datetime import UTC
    >>> moment("2026-12-04T14:30", UTC).isoformat()
    '2026-12-04T14:30:00+00:00'
    """
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=zone)
