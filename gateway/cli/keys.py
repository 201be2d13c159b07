"""`gateway keys`: the master keys, and the end of their rotation."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.progress import progress_bar


@click.group(epilog="\b\nExample:\n  gateway keys list\n")
def keys() -> None:
    """List the master keys, and end a rotation. No key is ever shown, only its name."""


@keys.command(
    "list",
    short_help="List the keys of the deployment and of its database.",
    epilog="""\b
Examples:
  gateway keys list
  gateway keys list --json | jq '.[] | select(.held | not)'
""",
)
@json_option
def list_(as_json: bool) -> None:
    """List the keys by name, the newest first: which are in GATEWAY_KEY, and which in use.

    A key that is in use seals something in the database. It must stay in GATEWAY_KEY until
    `gateway keys reseal` has ended.
    """
    with own_gateway() as gateway:
        found = gateway.keys.listed()
    if as_json:
        told = [
            {**asdict(each), "since": each.since.isoformat() if each.since else None}
            for each in found
        ]
        click.echo(json.dumps(told, indent=2))
        return
    for each in found:
        place = "newest  " if each.newest else ("retired " if each.held else "MISSING ")
        since = f"in use since {each.since:%Y-%m-%d}" if each.since else "not in use"
        click.echo(f"{each.id}  {place}  {since}")


@keys.command(
    "reseal",
    short_help="Seal all that is stored with the newest key.",
    epilog="""\b
Examples:
  gateway keys reseal
  gateway keys reseal --json
""",
)
@actor_option
@json_option
def reseal(by: str, as_json: bool) -> None:
    """Seal all that is stored with the newest key, bound to its row, while the gateway runs.

    Start every process with the new GATEWAY_KEY first. Safe to run again, also after it was cut
    short. When it has ended, the old keys can be taken off the list. Exits with 1 when something
    still needs them.
    """
    with own_gateway() as gateway:
        gateway.keys.settle()
        bar = progress_bar(gateway.keys.count(), "rows", hidden=as_json)
        with bar:
            done = gateway.keys.reseal(by, bar.update)
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
    else:
        click.echo(f"{counted(done.values, 'value')} of {counted(done.rows, 'row')} sealed anew.")
        for name, many in done.unreadable.items():
            click.echo(
                f"{name}: {counted(many, 'value')} cannot be read. They were left.", err=True
            )
        for name in done.undeclared:
            click.echo(f"{name} is declared no longer. Declare it again, or drop it.", err=True)
        if done.ended:
            click.echo("GATEWAY_KEY needs no key but the first any more.")
        elif not done.unreadable and not done.undeclared:
            sentence = "Something was sealed with an old key meanwhile. Start every process with "
            click.echo(f"{sentence}the new GATEWAY_KEY, then run this again.", err=True)
        else:
            click.echo("Keep the old keys in GATEWAY_KEY until it is mended.", err=True)
    raise SystemExit(0 if done.ended else 1)
