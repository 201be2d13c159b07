"""The command line: a table of commands, each imported only when it is called.

`gateway menus check` runs in an editor on every save; it must not wait for Flask or SQLAlchemy.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from gateway.domain.errors import FilesInvalid, GatewayError, Refused, StoreUnavailable


class Row(NamedTuple):
    """Where a command stands, as `module:attribute`, and what `gateway --help` says of it."""

    target: str
    summary: str


COMMANDS: Mapping[str, Row] = {
    "run": Row("gateway.cli.run:run", "Run the whole gateway on this machine, for development."),
    "dial": Row("gateway.cli.try_out:dial", "Dial a service code, like a citizen."),
    "text": Row("gateway.cli.try_out:text", "Text a keyword, like a citizen."),
    "menus": Row("gateway.cli.menus:menus", "Check the menus."),
    "data": Row("gateway.cli.stores:data", "Load reference data."),
    "channels": Row("gateway.cli.channels:channels", "List channels and their webhook URLs."),
    "serve": Row("gateway.cli.processes:serve", "Serve the webhooks."),
    "work": Row("gateway.cli.processes:work", "Work on one queue, or be the ticker."),
    "migrate": Row("gateway.cli.stores:migrate", "Bring the database's schema up to date."),
    "doctor": Row("gateway.cli.doctor:doctor", "Check everything, and say how to mend it."),
}

#: Exit codes are part of the interface: 0 done, 1 faults found, 2 wrong usage, 130 interrupted.
EXIT_CONFIGURATION = 3
EXIT_UNREACHABLE = 4
EXIT_REFUSED = 5


class LazyGroup(click.Group):
    """A group whose commands are rows of `COMMANDS`."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names of all commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Returns a command, importing its module; None when there is no such command."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[name].target} is no command.")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands from the table, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.summary) for name, row in COMMANDS.items()])

    def invoke(self, context: click.Context) -> Any:
        """Runs a command; an error of ours becomes its sentence and its exit code."""
        try:
            return super().invoke(context)
        except GatewayError as error:
            click.echo(f"Error: {error}", err=True)
            context.exit(exit_code_of(error))


def exit_code_of(error: GatewayError) -> int:
    """Returns the exit code that an error ends a command with."""
    if isinstance(error, FilesInvalid):
        return EXIT_CONFIGURATION
    if isinstance(error, StoreUnavailable):
        return EXIT_UNREACHABLE
    return EXIT_REFUSED if isinstance(error, Refused) else 1


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """SMS and USSD for public services.

    Commands work on the deployment in the working directory, or in GATEWAY_HOME.

    Exit codes: 0 done, 1 faults found, 2 wrong usage, 3 wrong configuration, 4 database or Redis
    unreachable, 5 refused by the state of things, 130 interrupted.
    """
