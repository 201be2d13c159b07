"""A group of commands that are imported only when they are called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click


class Row(NamedTuple):
    """Where a command stands, as `module:attribute`, and what `gateway --help` says of it."""

    target: str
    summary: str


class LazyGroup(click.Group):
    """A group whose commands are rows of a table."""

    def __init__(self, *args: Any, rows: Mapping[str, Row], **named: Any) -> None:
        super().__init__(*args, **named)
        self._rows = rows

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names of all commands, in the order of the table."""
        return list(self._rows)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Returns a command, importing its module; None when there is no such command."""
        if name not in self._rows:
            return None
        module, _, attribute = self._rows[name].target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self._rows[name].target} is no command.")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands from the table, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.summary) for name, row in self._rows.items()])
