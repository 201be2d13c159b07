"""The `ExpiredRows` port on a database: carries out the table of what is removed when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Delete,
    Engine,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    select,
    true,
    tuple_,
    update,
)

from gateway.adapters.sql.analytics.tables import answer_times, sms_sums, turn_sums
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import case_events
from gateway.adapters.sql.handler_toolkit.record_tables import SINCE, make, table_of
from gateway.adapters.sql.help_desk_rows import help_desk_messages
from gateway.adapters.sql.releases.draft_tables import drafts
from gateway.adapters.sql.retention.walk import Walk
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.tables import cases, inbound_sms
from gateway.adapters.sql.ussd.slow_calls import IS_OVER
from gateway.domain.analytics.spans import Span
from gateway.domain.datasets.dataset import Table as Declared
from gateway.domain.menu.draft import ON_ITS_WAY
from gateway.domain.retention.what_is_removed import REMOVED, Removal
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.help_desk_message import HelpDeskStatus

_WAITS = (DeliveryStatus.QUEUED, DeliveryStatus.LEASED, DeliveryStatus.SENDING)

#: The `only` of a removal, by its table.
CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "drafts": drafts.c.state.not_in([each.value for each in ON_ITS_WAY]),
    "slow_calls": IS_OVER,
    "inbound_sms": inbound_sms.c.due_at.is_(None),
    "outbound_sms": ~has_status(*_WAITS),
    "help_desk_messages": help_desk_messages.c.status != HelpDeskStatus.OPEN.value,
    **{table.name: table.c.span != Span.DAY.value for table in (turn_sums, answer_times, sms_sums)},
    "case_events": ~exists().where(cases.c.number == case_events.c.number),
}


class SqlExpiredRows:
    """Fits the `ExpiredRows` port.

    `declared` are the tables of the deployment, `policy` is what it wants removed of the others.
    """

    def __init__(
        self, engine: Engine, declared: Mapping[str, Declared], policy: Sequence[Removal] = ()
    ) -> None:
        self._engine, self._all_declared, self._policy = engine, declared, policy
        tables, always = metadata.tables, (*REMOVED, *policy)
        self._of_ours = {
            each.table: _step(tables[each.table], each) for each in always if not each.in_order
        }
        self._walks = {
            each.table: Walk(engine, tables[each.table], each, CONDITIONS.get(each.table, true()))
            for each in always
            if each.in_order
        }
        self._short_lived: list[Declared] = []
        self._made, self._steps = True, dict(self._of_ours)

    @property
    def removals(self) -> Sequence[Removal]:
        """What is removed; a release may have brought another table."""
        short_lived = [each for each in self._all_declared.values() if each.days]
        if short_lived != self._short_lived:
            steps = {
                table_of(each).name: _step(table_of(each), _declared(each)) for each in short_lived
            }
            self._short_lived, self._made = short_lived, False
            self._steps = {**self._of_ours, **steps}
        return (*REMOVED, *map(_declared, short_lived), *self._policy)

    def remove(self, removal: Removal, now: datetime, most: int) -> int:
        """Removes up to `most` rows that are due, oldest first; returns how many they were."""
        if not self._made:  # a deployment's tables are made when they are first used
            make(self._engine, self._short_lived)
            self._made = True
        before = now - removal.after
        if removal.in_order:
            return self._walks[removal.table].remove(before, most)
        values = {"before": before, "most": most}
        with statements(self._engine) as connection:
            return connection.execute(self._steps[removal.table], values).rowcount


def _declared(table: Declared) -> Removal:
    return Removal(
        table=table_of(table).name,
        column=SINCE,
        after=timedelta(days=table.days),
        since="it was first put there",
        why="The deployment declares so.",
    )


def _step(table: Table, removal: Removal) -> Delete | Update:
    """Returns the statement that removes, or empties, some of the rows that are due.

    It asks twice whether a row is due. When somebody changes a row after it was chosen, PostgreSQL
    looks at the outer condition again, and at no other: a conversation that has gone on stays.
    """
    time = table.c[removal.column]
    due = (time <= bindparam("before")) & CONDITIONS.get(removal.table, true())
    if removal.empties:
        due &= table.c[removal.empties].is_not(None)
    key = tuple_(*table.primary_key.columns)
    oldest = select(*table.primary_key.columns).where(due).order_by(time).limit(bindparam("most"))
    chosen = due & key.in_(oldest)
    if removal.empties:
        return update(table).where(chosen).values({removal.empties: None})
    return delete(table).where(chosen)
