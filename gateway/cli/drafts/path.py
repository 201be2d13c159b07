"""`gateway drafts check`, `diff`, `hand-over`, `approve`, `publish` and `withdraw`."""

from __future__ import annotations

from dataclasses import asdict

import click

from gateway.cli.broadcast.options import moment
from gateway.cli.drafts.shown import echo_json, id_argument, neighbour_lines, tell
from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.menu.draft import DraftState

_seen_option = click.option(
    "--version",
    type=int,
    help="The version that you have seen; the newest otherwise.",
)


@click.command(epilog="\b\nExample:\n  gateway drafts check 1\n")
@id_argument
@actor_option
@json_option
@click.pass_context
def check(context: click.Context, draft_id: str, by: str, as_json: bool) -> None:
    """Check draft ID as `gateway menus check` does: every fault, at its place in the draft."""
    with own_gateway() as gateway:
        faults = gateway.drafts.check(draft_id, by=by)
    if as_json:
        echo_json([asdict(each) for each in faults])
    else:
        click.echo("\n".join(map(str, faults)) or "No faults.")
    context.exit(1 if faults else 0)


@click.command(epilog="\b\nExample:\n  gateway drafts diff 1\n")
@id_argument
@actor_option
@json_option
def diff(draft_id: str, by: str, as_json: bool) -> None:
    """Say in plain language what draft ID would change of what is served now."""
    with own_gateway() as gateway:
        changes = gateway.drafts.review.difference(draft_id, by=by)
    if as_json:
        echo_json(list(changes))
    else:
        click.echo("\n".join(changes) or "Nothing differs.")


@click.command(
    "hand-over",
    epilog="\b\nExamples:\n  gateway drafts hand-over 1 juma\n  gateway drafts hand-over 1\n",
)
@id_argument
@click.argument("to", required=False, default="", metavar="[NAME]")
@actor_option
@json_option
def hand_over(draft_id: str, to: str, by: str, as_json: bool) -> None:
    """Hand draft ID to NAME, or to all who may publish it: from then on they see it, too."""
    with own_gateway() as gateway:
        draft = gateway.drafts.review.hand_over(draft_id, to, by=by)
        whom = draft.handed_to or "all who may publish it"
        said = [f"Draft {draft.id} is handed to {whom}. Next: gateway drafts approve {draft.id}"]
        said += neighbour_lines(gateway, draft)
        tell(gateway, draft, "\n".join(said), as_json=as_json)


@click.command(epilog="\b\nExample:\n  gateway drafts approve 1 --by juma\n")
@id_argument
@_seen_option
@actor_option
@json_option
def approve(draft_id: str, version: int | None, by: str, as_json: bool) -> None:
    """Let draft ID, which somebody else has written, go live. It does not by that."""
    with own_gateway() as gateway:
        seen = version or gateway.drafts.one(draft_id, by=by).version
        draft = gateway.drafts.review.approve(draft_id, version=seen, by=by)
        said = f"Draft {draft.id} is approved. Next: gateway drafts publish {draft.id}"
        tell(gateway, draft, said, as_json=as_json)


@click.command(
    epilog="""\b
Examples:
  gateway drafts publish 1
  gateway drafts publish 1 --at '2036-12-01 06:00' --note "Before the rains"
"""
)
@id_argument
@click.option("--at", metavar="TIME", help="When it goes live, in the deployment's time zone.")
@click.option("--note", default="", help="Why, for the history; its title otherwise.")
@_seen_option
@actor_option
@json_option
def publish(
    draft_id: str, at: str | None, note: str, version: int | None, by: str, as_json: bool
) -> None:
    """Let draft ID go live, once a second person has approved it and its dialogues went well.

    Exits with 1 for faults in the draft, and with 5, saying what to do, when something else is
    live than it began at, when nobody else has approved it, or its dialogues go otherwise.
    """
    with own_gateway() as gateway:
        live_at = moment(at, gateway.deployment.settings.zone) if at else None
        seen = version or gateway.drafts.one(draft_id, by=by).version
        draft = gateway.drafts.review.publish(
            draft_id, version=seen, by=by, live_at=live_at, note=note
        )
        when = "now"
        if draft.state is DraftState.SCHEDULED and draft.live_at is not None:
            when = local(gateway.deployment, draft.live_at)
        said = f"Release {draft.release} is published. It goes live {when}."
        tell(gateway, draft, said, as_json=as_json)


@click.command(epilog="\b\nExample:\n  gateway drafts withdraw 1\n")
@id_argument
@actor_option
@json_option
def withdraw(draft_id: str, by: str, as_json: bool) -> None:
    """Take back draft ID, which is to go live at a time that has not come."""
    with own_gateway() as gateway:
        draft = gateway.drafts.review.withdraw(draft_id, by=by)
        tell(gateway, draft, f"Draft {draft.id} does not go live. It is open.", as_json=as_json)
