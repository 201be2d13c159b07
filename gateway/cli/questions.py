"""`gateway questions`: look-ups that wait for their answer, and are told by SMS."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.use_cases.ports.reminders import KeptOfScreen


@click.group(epilog="\b\nExample:\n  gateway questions list\n")
def questions() -> None:
    """List the look-ups that wait for their answer, and ask again. Nobody's number is shown."""


@questions.command(
    "list",
    short_help="List what waits for an answer.",
    epilog="""\b
Examples:
  gateway questions list
  gateway questions list --json
""",
)
@looker_option
@json_option
def list_(by: str, as_json: bool) -> None:
    """List how many look-ups wait, by service and screen, and when the next is asked."""
    with own_gateway() as gateway:
        found = gateway.questions.by_screen(by)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in found], indent=2))
        return
    for each in found:
        oldest = local(gateway.deployment, each.oldest_at)
        due = (
            f"{each.due} due now" if each.due else f"next {local(gateway.deployment, each.next_at)}"
        )
        click.echo(f"{each.screen}  {each.number} since {oldest}, {due}")
    if not found:
        click.echo("Nobody waits for an answer.")


@questions.command(
    short_help="Ask again at once.",
    epilog="""\b
Examples:
  gateway questions ask id_card
  gateway questions ask
""",
)
@click.argument("service", default="")
@actor_option
@json_option
def ask(service: str, by: str, as_json: bool) -> None:
    """Let the ticker ask all that is kept of SERVICE at once, of all services without one.

    After `gateway data import` of what a handler reads that is done by itself. Another system can
    say nothing by itself: use this when its answers are out. It is still asked step by step.
    """
    with own_gateway() as gateway:
        number = gateway.questions.ask_now(service, by)
    if as_json:
        click.echo(json.dumps({"service": service, "asked": number}))
    else:
        click.echo(f"Asked again within minutes: {number}.")


def _plain(each: KeptOfScreen) -> dict[str, object]:
    return {
        "service": each.service,
        "screen": each.screen.partition(".")[2],
        "number": each.number,
        "due": each.due,
        "oldest_at": each.oldest_at.isoformat(),
        "next_at": each.next_at.isoformat(),
    }
