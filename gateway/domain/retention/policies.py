"""What a deployment may remove by its own policy: rows that else stay until somebody deletes them.

How long is for each country's law to say, so none of it has a default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.retention.what_is_removed import Removal


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rows of a table that go so many days after the time in `column`, as `name` is set.

    They stand in the table in the order of that time, by their ids. `only` says which go, where
    others of that age stay.
    """

    name: str
    table: str
    column: str
    since: str
    only: str = ""


POLICIES = (
    Policy(
        name="sms_days",
        table="inbound_sms",
        column="received_at",
        since="it came",
        only="MOs that were routed, or given up",
    ),
    Policy(
        name="sms_days",
        table="outbound_sms",
        column="created_at",
        since="it was accepted",
        only="MTs that wait for nothing more from us",
    ),
    Policy(name="turns_days", table="turns", column="at", since="the turn"),
    Policy(name="sessions_days", table="kept_sessions", column="began_at", since="it began"),
    Policy(
        name="help_desk_days",
        table="help_desk_messages",
        column="changed_at",
        since="it was settled",
        only="messages that were answered or closed",
    ),
    Policy(name="cases_days", table="cases", column="changed_at", since="it was moved last"),
    Policy(
        name="cases_days",
        table="case_events",
        column="at",
        since="the event",
        only="events whose case is gone",
    ),
)


def removals(days: Mapping[str, int | None]) -> Sequence[Removal]:
    """Returns what goes by a deployment's policy; a name without days removes nothing.

    With 0 days everything goes: what is not to be kept any more was kept before.
    """
    return [
        Removal(
            table=each.table,
            column=each.column,
            after=timedelta(days=wanted),
            since=each.since,
            why="The deployment's policy says so.",
            only=each.only,
            in_order=True,
        )
        for each in POLICIES
        if (wanted := days.get(each.name)) is not None
    ]
