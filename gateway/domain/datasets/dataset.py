"""Datasets and tables: what a deployment reads and what it writes, declared so as to be checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.datasets.column_kinds import TEXT, ColumnKind
from gateway.domain.datasets.written_forms import form_of

#: With the gateway's own prefixes it stays within the 63 characters of PostgreSQL.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a dataset or table; `max` is the longest value in characters.

    `kind` is what the values of a dataset's column must be, checked when a file is loaded.
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
class Dataset:
    """Rows with the same columns; no two rows share the values of `key`.

    In the columns `search` people look for words. `asked_by` are the columns, or lists of them, by
    which look-ups ask: each has an index. Rows of a source are left out where a column of `skip`,
    which need not be one of these, has one of its values; with `ignore_others` a source may have
    columns that are not declared.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    search: tuple[str, ...] = ()
    asked_by: tuple[tuple[str, ...], ...] = ()
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that handlers write; no two rows of one subscriber share the values of `key`.

    A `kept` table is spared when a subscriber wishes to be erased: it counts wrong tries or the
    like, which must not begin anew so easily. It has no personal columns. With `days` a row is
    removed so many days after it was first put; otherwise it stays.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    kept: bool = False
    days: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for a table that no database could hold."""
        names = [column.name for column in self.columns]
        for name in (self.name, *names):
            if not _NAME.fullmatch(name):
                raise ValueError(f"'{name}' is not a name: use small letters, digits and _.")
        if len(set(names)) < len(names):
            raise ValueError(f"A column of table '{self.name}' is declared twice.")
        unknown = [name for name in self.key if name not in names]
        if unknown or not self.key:
            raise ValueError(f"The key of table '{self.name}' names columns that it has not.")
        if any(column.secret for column in self.columns):
            raise ValueError(f"Table '{self.name}' has a secret column; use `personal` instead.")
        for column in self.columns:
            if column.kind != TEXT:
                raise ValueError(
                    f"Column '{column.name}' of table '{self.name}' has a kind: only the files of "
                    "datasets are checked, and a table holds what its handler writes."
                )
        if self.kept and self.is_personal:
            raise ValueError(f"Table '{self.name}' is kept and has a personal column.")

    @property
    def is_personal(self) -> bool:
        """Returns whether reading a row of another is noted for that other to see."""
        return any(column.personal for column in self.columns)
