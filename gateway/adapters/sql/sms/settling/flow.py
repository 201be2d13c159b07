"""How the delivery reports of each channel come: what shows that one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, case, select, update

from gateway.adapters.sql.sms.settling.tables import report_flow
from gateway.adapters.sql.upserts import insert_new
from gateway.domain.outbound.settling import ReportFlow

_flow = report_flow.c
_NEWEST: BindParameter[datetime] = bindparam("newest")
_MOVE = (
    update(report_flow)
    .where(_flow.channel == bindparam("of_channel"))
    .values(
        at=bindparam("now"),
        through=case((_flow.through < _NEWEST, _NEWEST), else_=_flow.through),
    )
)
_BEGIN = insert_new(report_flow)
_READ = select(_flow.channel, _flow.at, _flow.through)


def note(connection: Connection, newest: Mapping[str, datetime], now: datetime) -> None:
    """Notes of each channel when the newest MT was begun of which a final report has come."""
    for channel in sorted(newest):  # always in the same order, so that nobody waits for each other
        values = {"of_channel": channel, "newest": newest[channel], "now": now}
        if connection.execute(_MOVE, values).rowcount == 0:
            first = {"channel": channel, "at": now, "through": newest[channel]}
            connection.execute(_BEGIN[connection.dialect.name], first)


def read(connection: Connection) -> dict[str, ReportFlow]:
    """Returns how the reports of each channel come that ever had any."""
    return {
        row.channel: ReportFlow(at=row.at, through=row.through) for row in connection.execute(_READ)
    }
