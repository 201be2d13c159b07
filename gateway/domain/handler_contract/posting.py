"""A posting: a stored row that goes on to another system by itself, until that one has taken it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.telecom.identity import Identity

#: What a call that is made with a stored row may send, beside its columns: by what the row is known
#: however often it is corrected, the number of its case, and when it was stored.
ROW_ID, ROW_NUMBER, STORED_AT = "row", "number", "stored_at"

#: How long a posting is left alone after each failure; the last holds for all that follow.
_WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
#: A system that has been down for so long is not asked any more until somebody says so.
GIVEN_UP_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What waits to be posted: which row of which form, and whose.

    `row` is what tables know the row by, or the number of its case. `key` is the same however often
    this state of the row is posted, and another when it is corrected. `attempt` counts from 1,
    `noted_at` is when the row was stored or changed last.
    """

    id: int
    form: str
    row: str
    key: str
    subscriber: Identity
    channel: str
    language: str
    attempt: int
    noted_at: datetime


def next_try(attempts: int, noted_at: datetime, now: datetime) -> datetime | None:
    """Returns when a posting that has failed so often is tried again; None when it is given up.

    `noted_at` is when its row was stored or changed last.

    >>> noon = datetime(2026, 3, 10, 12)
    >>> next_try(1, noon, noon), next_try(9, noon, noon + timedelta(days=8))
    (datetime.datetime(2026, 3, 10, 12, 0, 30), None)
    """
    if now - noted_at >= GIVEN_UP_AFTER:
        return None
    return now + _WAITS[min(attempts, len(_WAITS)) - 1]
