"""`gateway drafts list` and `show`."""

from __future__ import annotations

import click

from gateway.cli.drafts.shown import echo_json, id_argument, line, neighbour_lines, plain
from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option


@click.command(
    "list", epilog="\b\nExamples:\n  gateway drafts list\n  gateway drafts list --ended --json\n"
)
@click.option("--ended", is_flag=True, help="Those that were published or discarded, too.")
@actor_option
@json_option
def list_(ended: bool, by: str, as_json: bool) -> None:
    """List drafts that you may see: yours, those handed to you, and those that wait for anybody.

    The one that was changed last comes first.
    """
    with own_gateway() as gateway:
        found = gateway.drafts.listed(by=by, ended=ended)
        if as_json:
            echo_json([line(each) for each in found])
            return
        for each in found:
            changed = local(gateway.deployment, each.changed_at)
            services = ", ".join(sorted(each.services)) or "-"
            state = each.state.value.replace("_", " ")
            click.echo(
                f"{each.id:>4}  {changed}  {state:<11}  {each.owner}  {services}  {each.title}"
            )
    if not found:
        click.echo("No drafts. Begin one: gateway drafts begin TITLE")


@click.command(
    epilog="""\b
Examples:
  gateway drafts show 1
  gateway drafts show 1 find_clinic.yaml
"""
)
@id_argument
@click.argument("path", required=False, metavar="[FILE]")
@actor_option
@json_option
def show(draft_id: str, path: str | None, by: str, as_json: bool) -> None:
    """Show draft ID: how far it is, which files were changed, and who works on the same service.

    With FILE, a path such as find_clinic.yaml, its text is printed.
    """
    with own_gateway() as gateway:
        draft = gateway.drafts.one(draft_id, by=by)
        if path is not None:
            click.echo(gateway.drafts.text(draft, path), nl=False)
            return
        if as_json:
            echo_json(plain(gateway, draft))
            return
        deployment = gateway.deployment
        click.echo(f"Draft {draft.id}: {draft.title}")
        click.echo(
            f"{draft.state.value.replace('_', ' ')}, version {draft.version}; {draft.owner}'s, "
            f"begun {local(deployment, draft.begun_at)} at "
            f"{f'release {draft.base}' if draft.base else 'the files'}"
        )
        if draft.handed_to:
            click.echo(f"handed to {draft.handed_to}")
        for file in draft.changed_files:
            change = draft.changes.get(file)
            who = f"  {local(deployment, change.at)} by {change.by}" if change else ""
            click.echo(f"  {file}{who}")
        if not draft.changed_files:
            click.echo("Nothing is changed yet.")
        for sentence in neighbour_lines(gateway, draft):
            click.echo(sentence)
