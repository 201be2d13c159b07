"""`gateway broadcast`: a table of commands, each imported only when it is called."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gateway.cli.shared.lazy_group import LazyGroup, Row

COMMANDS: Mapping[str, Row] = {
    "new": Row("gateway.cli.broadcast.new:new", "Draft one: what it says, and to whom."),
    "check": Row("gateway.cli.broadcast.check:check", "Count whom it reaches, and what it costs."),
    "rehearse": Row("gateway.cli.broadcast.check:rehearse", "Send its texts to your own phone."),
    "emergency": Row(
        "gateway.cli.broadcast.direct:emergency", "Let it go to those who said STOP, too."
    ),
    "approve": Row("gateway.cli.broadcast.direct:approve", "Let another person's go out."),
    "schedule": Row("gateway.cli.broadcast.direct:schedule", "Let it begin at a time."),
    "start": Row("gateway.cli.broadcast.direct:start", "Let it begin now."),
    "pause": Row("gateway.cli.broadcast.direct:pause", "Hold what has not left."),
    "resume": Row("gateway.cli.broadcast.direct:resume", "Let it go on where it was paused."),
    "cancel": Row("gateway.cli.broadcast.direct:cancel", "End it, and take back what is left."),
    "list": Row("gateway.cli.broadcast.look:list_", "List broadcasts, the newest first."),
    "show": Row("gateway.cli.broadcast.look:show", "Show one with its texts, and how far it is."),
    "report": Row("gateway.cli.broadcast.look:report", "Say what came of it, and what it cost."),
    "watch": Row("gateway.cli.broadcast.look:watch", "Watch it go out."),
}


@click.group(
    cls=LazyGroup,
    rows=COMMANDS,
    epilog="""\b
Examples:
  gateway broadcast new --title Floods --institution disaster_management \\
    --topic warnings --district Mbale --text en='The river rises. Go to high ground.' --urgent
  gateway broadcast check 1
  gateway broadcast approve 1 --by juma
  gateway broadcast start 1
  gateway broadcast watch 1
""",
)
def broadcast() -> None:
    """Write to many: a warning to a district, a notice to a list.

    A draft is checked, perhaps approved by a second person, and then started or scheduled. Whoever
    said STOP gets none of it, unless somebody whose role allows it declares an emergency.
    """
