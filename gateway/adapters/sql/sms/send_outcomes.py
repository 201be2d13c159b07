"""What attempts came to, and which MTs are tried next, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, literal, literal_column, or_, update

from gateway.adapters.sql.by_driver.prepared import Prepared
from gateway.adapters.sql.many.among import Among
from gateway.adapters.sql.many.each_row import EachRow
from gateway.adapters.sql.sms import delivery_reports
from gateway.adapters.sql.sms.outbound_rows import has_status, lower_than
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports import Outcomes

_mt = outbound_sms.c
_BY_ID = _mt.id == bindparam("of_id")

# A report may have been faster than the answer to the send: its status stays then.
_ACCEPT = EachRow(
    update(outbound_sms)
    .where(_BY_ID)
    .values(
        provider_ref=bindparam("ref"),
        segments=bindparam("segment_count"),
        cost=bindparam("price"),
        error="",
        status=case(
            (has_status(*lower_than(DeliveryStatus.SENT)), literal_column("'sent'")),
            else_=_mt.status,
        ),
        changed_at=bindparam("now"),
    ),
    own=("of_id", "ref", "segment_count", "price"),
)
# Only what is being sent goes back to the queue. An MT that was given up as unknown stays so.
_RETRY = (
    update(outbound_sms)
    .where(_BY_ID, has_status(DeliveryStatus.SENDING))
    .values(
        status=DeliveryStatus.QUEUED.value,
        due_at=bindparam("at"),
        error=bindparam("why"),
        changed_at=bindparam("now"),
    )
)
_FINISH = {
    status: update(outbound_sms)
    .where(_BY_ID, has_status(*lower_than(status)))
    .values(status=status.value, error=bindparam("why"), changed_at=bindparam("now"))
    for status in DeliveryStatus
}
_START = Prepared(
    update(outbound_sms)
    .where(
        Among(_mt.id, "ids"),
        has_status(DeliveryStatus.LEASED),
        # One whose lease ran out may have been moved to another channel, and leased there.
        or_(_mt.channel == bindparam("on_channel"), literal("") == bindparam("on_channel")),
    )
    .values(
        status=DeliveryStatus.SENDING.value,
        due_at=bindparam("now"),
        attempts=_mt.attempts + 1,
        changed_at=bindparam("now"),
        price_due_at=bindparam("price_at"),
    )
    .returning(_mt.id)
)


def start(
    connection: Connection,
    keyring: Keyring,
    ids: Sequence[int],
    outcomes: Outcomes,
    now: datetime,
    channel: str = "",
    price_at: datetime | None = None,
) -> list[int]:
    """Stores outcomes, then marks MTs as being sent; returns those of `ids` that were leased.

    With a `channel`, only those that are leased on it. What they cost is asked for at `price_at`.
    """
    _store(connection, keyring, outcomes, now)
    if not ids:
        return []
    values = {"ids": ids, "now": now, "on_channel": channel, "price_at": price_at}
    marked = {marked for (marked,) in _START(connection, **values)}
    return [each for each in ids if each in marked]


def _store(connection: Connection, keyring: Keyring, outcomes: Outcomes, now: datetime) -> None:
    if outcomes.accepted:
        accepted = [
            (id_, each.provider_ref, each.segments, each.cost)
            # In the order in which reports take them, or both could wait for each other.
            for id_, each in sorted(outcomes.accepted.items())
        ]
        _ACCEPT(connection, accepted, now=now)
        delivery_reports.apply_early(connection, keyring, list(outcomes.accepted), now)
    if outcomes.retry_at:
        retries = [
            {"of_id": id_, "at": at, "why": why, "now": now}
            for id_, (at, why) in sorted(outcomes.retry_at.items())
        ]
        connection.execute(_RETRY, retries)
    for id_, (status, why) in sorted(outcomes.final.items()):
        connection.execute(_FINISH[status], {"of_id": id_, "why": why, "now": now})
