"""`gateway consents`: a table of commands, each imported only when it is called."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gateway.cli.shared.lazy_group import LazyGroup, Row

COMMANDS: Mapping[str, Row] = {
    "show": Row("gateway.cli.consents.look:show", "Show what one subscriber has said, and since."),
    "list": Row("gateway.cli.consents.look:list_", "List what was said last."),
    "export": Row("gateway.cli.consents.look:export", "Write what stands into a file."),
    "import": Row(
        "gateway.cli.consents.take:import_", "Take in a list of what was said elsewhere."
    ),
    "stop": Row("gateway.cli.consents.take:stop", "Keep a STOP that somebody told a person."),
}


@click.group(
    cls=LazyGroup,
    rows=COMMANDS,
    epilog="""\b
Examples:
  gateway consents show +254711000001
  gateway consents import signed.csv --by ruth
""",
)
def consents() -> None:
    """See whom you may write to, prove since when, and take in what was said elsewhere."""
