"""Datasets and tables: what a deployment reads and what it writes, declared so as to be checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.datasets.column_kinds import TEXT, ColumnKind
from gateway.domain.datasets.written_forms import form_of
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean

#: With the gateway's own prefixes it stays within the 63 characters of PostgreSQL.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a dataset or table; `max` is the longest value in characters.

    `kind` is what its values must be, checked when a file is loaded and when a row is put.
    A `secret` column (a date of birth that proves who asks) is stored as a keyed hash: it can be
    asked for equality and never read. A `personal` column of a table is sealed in the database;
    it can be asked for equality and read by handlers, and the subscriber can see that it was.
    `aliases` are what sources call it. `written` says how a source writes the values, where that is
    not the form of their kind: `d/m/y` for days, `1.234,56` for numbers, `without zeros` for codes.
    """

    name: str
    max: int = 80
    kind: ColumnKind = TEXT
    required: bool = True
    secret: bool = False
    personal: bool = False
    aliases: tuple[str, ...] = ()
    written: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError when it is too narrow for what it holds, or not written like that."""
        form_of(self.kind, self.written)
        if self.max < 1:
            raise ValueError(f"Column '{self.name}' holds nothing: its max is {self.max}.")
        if self.kind.longest > self.max:
            raise ValueError(
                f"Column '{self.name}' holds up to {self.kind.longest} characters, and its max is "
                f"{self.max}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """That each row of a dataset is a slot, or a quota, of which the rows of a form take places.

    `per` are columns of the dataset that tell slots apart, each with the column of the form that
    has the same value. `most` is how many places each has, or the column that says it. `at` is the
    column that says when a slot begins; empty where it has no time.
    """

    form: str
    per: tuple[tuple[str, str], ...]
    most: int | str
    at: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Returns the columns of the dataset that tell how many places of what there are."""
        said = (self.most,) if isinstance(self.most, str) else ()
        return (*(mine for mine, _ in self.per), *said)

    def places(self, row: Mapping[str, str]) -> int:
        """Returns how many places a row of the dataset has: none where it does not say."""
        return int(row[self.most] or 0) if isinstance(self.most, str) else self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows with the same columns; no two rows share the values of `key`.

    In the columns `search` people look for words. `asked_by` are the columns, or lists of them, by
    which look-ups ask: each has an index. Rows of a source are left out where a column of `skip`,
    which need not be one of these, has one of its values; with `ignore_others` a source may have
    columns that are not declared. With `slots` its rows are what the rows of a form take places of.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    search: tuple[str, ...] = ()
    asked_by: tuple[tuple[str, ...], ...] = ()
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_others: bool = False
    slots: Slots | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that handlers and forms write, each for one subscriber.

    No two rows of one subscriber share the values of `key`: the newer one takes the place of the
    older. With an empty key a subscriber has one row; with `many` each call that puts a row adds
    one, and there is no key. A `kept` table is spared when a subscriber wishes to be erased: it
    counts wrong tries or the like, which must not begin anew so easily. It has no personal columns.
    With `days` a row is removed so many days after it was first put; otherwise it stays. Rows are
    counted by the values of `counted_by`. Who takes a row back takes back the reminder of it, too,
    which is of the topic `reminds`; empty where there is none.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    many: bool = False
    kept: bool = False
    days: int = 0
    counted_by: tuple[str, ...] = ()
    reminds: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a table that no database could hold."""
        names = [column.name for column in self.columns]
        for name in (self.name, *names):
            if not _NAME.fullmatch(name):
                raise ValueError(f"'{name}' is not a name: use small letters, digits and _.")
        if len(set(names)) < len(names):
            raise ValueError(f"A column of table '{self.name}' is declared twice.")
        if [name for name in self.key if name not in names]:
            raise ValueError(f"The key of table '{self.name}' names columns that it has not.")
        if self.many and self.key:
            raise ValueError(f"Table '{self.name}' has a row for each call, so it has no key.")
        if any(column.secret for column in self.columns):
            raise ValueError(f"Table '{self.name}' has a secret column; use `personal` instead.")
        if self.kept and self.is_personal:
            raise ValueError(f"Table '{self.name}' is kept and has a personal column.")

    @property
    def is_personal(self) -> bool:
        """Returns whether reading a row of another is noted for that other to see."""
        return any(column.personal for column in self.columns)

    def held(self, row: Mapping[str, str], *, whole: bool = True) -> Mapping[str, str]:
        """Returns a row with every declared column; a value that was left out is empty.

        Not `whole`, it has the columns that are given. Raises LookupError for a column that is not
        declared, ValueError for a value that is missing, too long, or not of its kind. A value is
        never quoted: it may be a citizen's.
        """
        columns = {each.name: each for each in self.columns}
        for name in row:
            if name not in columns:
                proposal = did_you_mean(name, columns)
                raise LookupError(f"Table '{self.name}' has no column '{name}'.{proposal}")
        for name, column in columns.items():
            if not whole and name not in row:
                continue
            value = row.get(name, "")
            if not value and (column.required or name in self.key):
                raise ValueError(f"'{name}' of table '{self.name}' is empty.")
            if len(value) > column.max:
                raise ValueError(
                    f"'{name}' of table '{self.name}' has {len(value)} characters, "
                    f"{column.max} at most."
                )
            if value and (wrong := column.kind.wrong(value)):
                raise ValueError(f"'{name}' of table '{self.name}' is {wrong}")
        return {name: row.get(name, "") for name in columns if whole or name in row}
