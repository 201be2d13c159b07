"""`gateway sms`: a command a row, each imported only when it is called."""

from __future__ import annotations

import click

from gateway.cli.shared.lazy_group import LazyGroup, Row

ROWS = {
    "list": Row("gateway.cli.sms.looking:list_", "List messages, masked."),
    "show": Row("gateway.cli.sms.looking:show", "Show the life of one."),
    "received": Row("gateway.cli.sms.received:received", "List those that came from a number."),
    "settle": Row("gateway.cli.sms.deciding:settle", "Say what became of one nobody knows of."),
    "resend": Row("gateway.cli.sms.deciding:resend", "Send one once more."),
}


@click.group(cls=LazyGroup, rows=ROWS, epilog="\b\nExample:\n  gateway sms list --status unknown\n")
def sms() -> None:
    """Look at messages on their way, and decide what no report has settled.

    Numbers are shown masked, and texts not at all, unless a reason is given, which is recorded.
    """
