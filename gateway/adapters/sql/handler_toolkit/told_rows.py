"""What a subscriber has told by forms, read back to the subscriber alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection, Engine, bindparam, inspect, select

from gateway.adapters.sql.casework.cases import open_details
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_toolkit.record_tables import ID, KEY, OWNER, SINCE, table_of
from gateway.adapters.sql.handler_toolkit.records import open_row
from gateway.adapters.sql.tables import cases
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.service_call import Row, ServiceCall
from gateway.domain.menu.told_again import lines_of, title_of
from gateway.use_cases.ports import Releases

#: More than anybody pages through on a small screen; lines that fit a page, and their keys.
MOST_ROWS, MOST_LINES, WIDEST_LINE = 20, 80, 40
#: So much of a row's keyed hash tells a subscriber's rows apart.
_OF_KEY = 16

_OWN_CASES = (
    select(cases)
    .where(cases.c.msisdn_index == bindparam("of_index"), cases.c.service == bindparam("of_form"))
    .order_by(cases.c.opened_at.desc(), cases.c.number)
    .limit(MOST_ROWS)
)


@dataclass(frozen=True, slots=True)
class _Told:
    """One row: the form, its name among the subscriber's, since when, and what it says."""

    form: Form
    key: str
    since: datetime
    row: Mapping[str, str]


class ToldRows:
    """Reads the rows of forms; what they are called and how they were asked is in `releases`."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        forms: Mapping[str, Form],
        releases: Releases,
        zone: tzinfo,
    ) -> None:
        self._engine, self._keyring = engine, keyring
        self._forms, self._releases, self._zone = forms, releases, zone

    def titles(self, call: ServiceCall) -> Sequence[Row]:
        """Returns the newest rows: `entry`, by which one is read, `title` and `at` (a date)."""
        release, told = self._releases.current(), list(self._own(call))
        told.sort(key=lambda each: each.since, reverse=True)
        return [
            {
                "entry": f"{each.form.name} {each.key}",
                "title": title_of(release, each.form.back_end, call.language),
                "at": each.since.astimezone(self._zone).date().isoformat(),
            }
            for each in told[:MOST_ROWS]
        ]

    def lines(self, call: ServiceCall, entry: str) -> Sequence[str]:
        """Returns what a row of the subscriber says; nothing for one that is there no more."""
        name, _, key = entry.partition(" ")
        for each in self._own(call, only=name):
            if each.key == key:
                return lines_of(
                    self._releases.current(),
                    each.form,
                    each.row,
                    call.language,
                    width=WIDEST_LINE,
                    most=MOST_LINES,
                )
        return []

    def _own(self, call: ServiceCall, only: str = "") -> Iterator[_Told]:
        owner = self._keyring.index_of(call.subscriber)
        forms = [form for form in self._forms.values() if only in ("", form.name)]
        with statements(self._engine) as connection:
            present = set(inspect(connection).get_table_names())
            for form in forms:
                if form.reference:
                    yield from self._cases(connection, form, owner)
                elif f"rec_{form.name}" in present:
                    yield from self._rows(connection, form, owner)

    def _cases(self, connection: Connection, form: Form, owner: bytes) -> Iterator[_Told]:
        asked = {"of_index": owner, "of_form": form.name}
        for row in connection.execute(_OWN_CASES, asked).mappings():
            said = open_details(self._keyring, row)
            if form.category:
                said[form.category] = row["category"]
            yield _Told(form, row["number"], row["opened_at"], said)

    def _rows(self, connection: Connection, form: Form, owner: bytes) -> Iterator[_Told]:
        declared = form.table()
        stored = table_of(declared)
        own = (
            select(stored)
            .where(stored.c[OWNER] == owner)
            .order_by(stored.c[ID].desc())
            .limit(MOST_ROWS)
        )
        for row in connection.execute(own).mappings():
            said = open_row(self._keyring, declared, row)
            yield _Told(form, row[KEY].hex()[:_OF_KEY], row[SINCE], said)
