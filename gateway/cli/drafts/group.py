"""`gateway drafts`: a table of commands, each imported only when it is called."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gateway.cli.shared.lazy_group import LazyGroup, Row

COMMANDS: Mapping[str, Row] = {
    "begin": Row("gateway.cli.drafts.edit:begin", "Begin one at what is live."),
    "list": Row("gateway.cli.drafts.look:list_", "List those that people work on."),
    "show": Row("gateway.cli.drafts.look:show", "Show one: its files, who works on it, what next."),
    "save": Row("gateway.cli.drafts.edit:save", "Keep a file, or all files of a folder, in one."),
    "remove": Row("gateway.cli.drafts.edit:remove", "Take a file out of one."),
    "pull": Row("gateway.cli.drafts.edit:pull", "Write its files to a folder."),
    "discard": Row("gateway.cli.drafts.edit:discard", "End one that nobody will publish."),
}


@click.group(
    cls=LazyGroup,
    rows=COMMANDS,
    epilog="""\b
Examples:
  gateway drafts begin "Clinic hours for the rains"
  gateway drafts pull 1 work
  gateway drafts save 1 work/find_clinic.yaml
""",
)
def drafts() -> None:
    """Write menus that are not live yet: what the editor in the console does, too.

    A draft begins at what is live, and is its owner's until it is handed over.
    """
