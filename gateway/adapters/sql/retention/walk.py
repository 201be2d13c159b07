"""Walks a large table from its oldest row, and removes what is due.

An index on the age of SMS would cost every SMS a write, for what is asked once in years. Their ids
are given in the order in which they come, so what is old stands at the beginning.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Table, bindparam, delete, select

from gateway.adapters.sql.engine import statements
from gateway.domain.retention.what_is_removed import Removal

#: Rows looked at in one step for each that may go: some stay, however old.
_LOOKED_AT = 2


class Walk:
    """One way through a table; the next step goes on where the last one ended.

    It begins anew once it has met a row that is not old enough.
    """

    def __init__(
        self, engine: Engine, table: Table, removal: Removal, may_go: ColumnElement[bool]
    ) -> None:
        self._engine = engine
        self._behind = 0
        id, time = table.c.id, table.c[removal.column]
        self._oldest = (
            select(id, time, may_go.label("may_go"))
            .where(id > bindparam("behind"))
            .order_by(id)
            .limit(bindparam("most"))
        )
        # Somebody may have changed a row since it was read: what must stay is asked once more.
        self._delete = delete(table).where(
            id.in_(bindparam("ids", expanding=True)), time <= bindparam("before"), may_go
        )

    def remove(self, before: datetime, most: int) -> int:
        """Removes up to `most` rows of that time or earlier; returns how many they were."""
        window = {"behind": self._behind, "most": most * _LOOKED_AT}
        with statements(self._engine) as connection:
            rows = connection.execute(self._oldest, window).all()
            old = [row for row in rows if row[1] <= before]
            going = [row.id for row in old if row.may_go][:most]
            # What is younger may stand before what is older by a little: the rest of the window is
            # looked at all the same, and the walk ends with it.
            self._behind = rows[-1].id if len(old) == len(rows) and rows else 0
            if len(going) == most:
                self._behind = going[-1]
            if not going:
                return 0
            return connection.execute(self._delete, {"ids": going, "before": before}).rowcount
