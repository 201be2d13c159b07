"""`gateway calls waiting` and `again`: stored rows that another system has not taken yet."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.formatting import counted, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option


@click.command(
    short_help="List the stored rows that no system has taken.",
    epilog="""\b
Examples:
  gateway calls waiting
  gateway calls waiting --json
""",
)
@looker_option
@json_option
def waiting(by: str, as_json: bool) -> None:
    """List what forms with `post_to` have stored and another system has not taken yet.

    It is tried again by itself for a week. Nobody's answers are shown.
    """
    with own_gateway() as gateway:
        found = gateway.calls_by_hand.waiting(by)
        forms = dict(gateway.live_forms.forms)
    if as_json:
        rows = [
            {
                "form": each.form,
                "call": forms[each.form].post_to if each.form in forms else "",
                "waiting": each.waiting,
                "given_up": each.given_up,
                "oldest_at": each.oldest_at.isoformat(),
                "last_failure": each.last_failure,
            }
            for each in found
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for each in found:
        call = forms[each.form].post_to if each.form in forms else "no call"
        since = local(gateway.deployment, each.oldest_at)
        click.echo(
            f"{each.form} → {call}: {counted(each.waiting, 'row')} since {since}, "
            f"{each.given_up} given up"
        )
        if each.last_failure:
            click.echo(f"  {each.last_failure}")
    if not found:
        click.echo("Every stored row has gone on.")


@click.command(
    short_help="Post the rows of a form at once.",
    epilog="\b\nExample:\n  gateway calls again wells\n",
)
@click.argument("form")
@actor_option
@json_option
def again(form: str, by: str, as_json: bool) -> None:
    """Post what waits of FORM at once, and what was given up, too.

    Use it when the other system is well again. A worker of the queue `calls` does it.
    """
    with own_gateway() as gateway:
        number = gateway.calls_by_hand.again(form, by)
    if as_json:
        click.echo(json.dumps({"form": form, "rows": number}))
    else:
        click.echo(f"{counted(number, 'row')} of {form} will be posted within seconds.")
