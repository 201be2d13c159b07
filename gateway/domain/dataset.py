"""A dataset: reference data of a deployment, declared so that it can be checked and loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a dataset's file; `max` is the longest value in characters.

    A `secret` column (a date of birth that proves who asks) is stored as a keyed hash: it can be
    asked for equality and never read.
    """

    name: str
    max: int = 80
    required: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows with the same columns; no two rows share the values of `key`."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
