"""Datasets and tables: what a deployment reads and what it writes, declared so as to be checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a dataset or table; `max` is the longest value in characters.

    A `secret` column (a date of birth that proves who asks) is stored as a keyed hash: it can be
    asked for equality and never read. A `personal` column of a table is sealed in the database;
    it can be asked for equality and read by handlers, and the subscriber can see that it was.
    """

    name: str
    max: int = 80
    required: bool = True
    secret: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows with the same columns; no two rows share the values of `key`."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that handlers write; no two rows of one subscriber share the values of `key`."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def is_personal(self) -> bool:
        """Returns whether reading a row of another is noted for that other to see."""
        return any(column.personal for column in self.columns)
