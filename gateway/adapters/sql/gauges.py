"""How much is where: the numbers that `/metrics` and `gateway doctor` show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, case, false, func, or_, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.help_desk_rows import help_desk_messages
from gateway.adapters.sql.leader_lock import TICKER
from gateway.adapters.sql.posting.tables import postings
from gateway.adapters.sql.sms import lanes
from gateway.adapters.sql.sms.switching.tables import channel_states
from gateway.adapters.sql.tables import (
    datasets,
    inbound_sms,
    leader_locks,
    turns,
)
from gateway.adapters.sql.ussd.kept_question_tables import kept_questions
from gateway.adapters.sql.ussd.slow_call_tables import slow_calls
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.domain.telecom.sms import Lane

_message = help_desk_messages.c

#: Those of the index on active MTs.
ON_THEIR_WAY = (
    DeliveryStatus.QUEUED,
    DeliveryStatus.LEASED,
    DeliveryStatus.SENDING,
    DeliveryStatus.UNKNOWN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """MTs on their way, MOs, messages and questions that wait, rows of datasets; ages in seconds.

    `outbound` is by channel and status. `queues` tells of each queue how much is due, and how long
    the oldest of it has been. `ticker_idle` is how long ago a ticker last swept: infinite
    when none ever did. `unposted` is how many stored rows wait to go on to another system, and how
    many were given up. `standings` is how each channel stands of which something is known.
    """

    outbound: Mapping[tuple[str, str], int]
    queues: Mapping[str, tuple[int, float]]
    inbound_waiting: int
    oldest_due: float
    datasets: Mapping[str, int]
    help_desk_open: int
    questions_waiting: int
    unposted: Mapping[str, int]
    ticker_idle: float
    standings: Mapping[str, str]


#: So many of the newest MOs are looked at: there is no index by how they ended.
_NEWEST_MOS = 50_000


def given_up(engine: Engine, since: datetime) -> int:
    """Returns how many of the newest MOs since then could not be routed; raises StoreUnavailable.

    For now and then, not for each scrape.
    """
    mo = inbound_sms.c
    newest = select(func.max(mo.id) - _NEWEST_MOS).scalar_subquery()
    failed = select(func.count()).where(
        mo.id > newest, mo.outcome == "failed", mo.received_at >= since
    )
    with statements(engine) as connection:
        return connection.execute(failed).scalar_one()


def read(engine: Engine, now: datetime) -> Gauges:
    """Returns the numbers; raises StoreUnavailable.

    Each query reads what waits, through an index, and nothing of what is over: that grows for ever.
    """
    mo = inbound_sms.c
    waiting = select(mo.id).where(mo.due_at.is_not(None))
    for_people = select(_message.id).where(_message.status == HelpDeskStatus.OPEN.value)
    questions = select(kept_questions.c.id).where(kept_questions.c.expires_at > now)
    posting, due = select(postings.c.id), postings.c.due_at
    standing = select(channel_states.c.name, channel_states.c.standing)
    swept = select(leader_locks.c.until).where(leader_locks.c.name == TICKER)
    loaded = select(datasets.c.name, datasets.c.row_count)
    with statements(engine) as connection:
        queues = _queues(connection, now)
        ticked = connection.execute(swept).scalar()
        return Gauges(
            outbound=_on_their_way(connection),
            queues=queues,
            inbound_waiting=_counted(connection, waiting),
            oldest_due=max(queues[lane.value][1] for lane in Lane),
            datasets={row.name: row.row_count for row in connection.execute(loaded)},
            help_desk_open=_counted(connection, for_people),
            questions_waiting=_counted(connection, questions),
            unposted={
                "waiting": _counted(connection, posting.where(due.is_not(None)).order_by(due)),
                "given_up": _counted(connection, posting.where(due.is_(None))),
            },
            ticker_idle=max(0.0, (now - ticked).total_seconds()) if ticked else math.inf,
            standings={row.name: row.standing for row in connection.execute(standing)},
        )


def late_turns(
    engine: Engine, since: datetime, deadlines: Mapping[str, float]
) -> Mapping[str, tuple[int, int]]:
    """Returns the turns since then by channel, and how many of them came after its deadline.

    `deadlines` are in seconds. Raises StoreUnavailable.
    """
    turn = turns.c
    late = or_(
        false(),
        *(
            and_(turn.channel == name, turn.milliseconds > int(seconds * 1000))
            for name, seconds in deadlines.items()
        ),
    )
    found = (
        select(turn.channel, func.count(), func.sum(case((late, 1), else_=0)))
        .where(turn.at >= since)
        .group_by(turn.channel)
    )
    with statements(engine) as connection:
        return {name: (number, int(over)) for name, number, over in connection.execute(found)}


def _counted(connection: Connection, rows: Select[Any]) -> int:
    """Returns how many rows there are, as far as anything is counted here."""
    query = select(func.count()).select_from(rows.limit(lanes.COUNTED_TO).subquery())
    return int(connection.execute(query).scalar_one())


def _on_their_way(connection: Connection) -> Mapping[tuple[str, str], int]:
    """Returns the MTs of each active status by channel."""
    found: dict[tuple[str, str], int] = {}
    for status in ON_THEIR_WAY:
        for place in lanes.places(connection, status):
            key = (place.channel, status.value)
            found[key] = found.get(key, 0) + lanes.count(connection, status, place)
    return found


def _queues(connection: Connection, now: datetime) -> Mapping[str, tuple[int, float]]:
    """Returns of each queue what is due and waits for a worker."""
    mo, call = inbound_sms.c, slow_calls.c
    waits = (mo.due_at.is_not(None), mo.due_at <= now)
    is_open = (call.delivered_at.is_(None), call.due_at <= now)
    found: list[tuple[str, int, datetime | None]] = []
    for name, column, where in (("inbound", mo.due_at, waits), ("calls", call.due_at, is_open)):
        number = _counted(connection, select(column).where(*where))
        first_due = select(column).where(*where).order_by(column).limit(1)
        found.append((name, number, connection.execute(first_due).scalar()))
    for place in lanes.places(connection, DeliveryStatus.QUEUED):
        if place.first_due <= now:
            number = lanes.count(connection, DeliveryStatus.QUEUED, place, due_by=now)
            found.append((place.lane.value, number, place.first_due))
    queues = dict.fromkeys(("inbound", "calls", *(lane.value for lane in Lane)), (0, 0.0))
    for name, number, due in found:
        before, oldest = queues[name]
        age = (now - due).total_seconds() if due else 0.0
        queues[name] = (before + number, max(oldest, age))
    return queues
