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
    "change": Row("gateway.cli.drafts.change:change", "Change texts and lines of a file in one."),
    "remove": Row("gateway.cli.drafts.edit:remove", "Take a file out of one."),
    "pull": Row("gateway.cli.drafts.edit:pull", "Write its files to a folder."),
    "import": Row("gateway.cli.drafts.import_form:import_", "Make one of a form (XLSForm)."),
    "check": Row("gateway.cli.drafts.path:check", "Name every fault of one at its line."),
    "test": Row("gateway.cli.drafts.trial:test", "Play its dialogues, and compare."),
    "diff": Row("gateway.cli.drafts.path:diff", "Say what would change, in plain language."),
    "update": Row("gateway.cli.drafts.onto_live:update", "Bring one onto what is live now."),
    "hand-over": Row("gateway.cli.drafts.path:hand_over", "Let a second person see it."),
    "approve": Row("gateway.cli.drafts.path:approve", "Let another person's go live."),
    "publish": Row("gateway.cli.drafts.path:publish", "Let it go live, now or at a time."),
    "withdraw": Row("gateway.cli.drafts.path:withdraw", "Take back what is not live yet."),
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
  gateway drafts test 1
  gateway drafts hand-over 1 juma
  gateway drafts approve 1 --by juma
  gateway drafts publish 1
""",
)
def drafts() -> None:
    """Write menus that are not live yet: what the editor in the console does, too.

    A draft begins at what is live, and is its owner's until it is handed over.
    """
