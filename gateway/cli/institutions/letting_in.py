"""`gateway people link`, `sessions` and `sign-out`: letting people into the console, and out."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.formatting import counted, for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option


@click.command(
    short_help="Make a one-time link into the console.",
    epilog="""\b
Examples:
  gateway people link hana
  gateway people link hana --json
  gateway people link --first
""",
)
@click.argument("name", required=False, default="")
@click.option("--first", is_flag=True, help="For the first administrator, while nobody is known.")
@actor_option
@json_option
def link(name: str, first: bool, by: str, as_json: bool) -> None:
    """Make a link by which NAME sets a password and a telephone, once, within a day.

    Links that NAME had before are no good any more. Give it to nobody else: who opens it first sets
    the password. It takes an administrator of all the institutions in which NAME works.
    """
    if first == bool(name):
        raise click.UsageError("Say for whom: NAME, or --first.")
    with own_gateway() as gateway:
        let_in = gateway.sign_in.let_in
        invitation = let_in.first_link() if first else let_in.link(name, by)
        url = gateway.deployment.way_in_url(invitation.token)
        until = local(gateway.deployment, invitation.expires_at)
    if as_json:
        plain = {
            "name": invitation.name,
            "url": url,
            "expires_at": for_programs(invitation.expires_at),
        }
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    click.echo(url)
    click.echo(f"It works once, until {until}.", err=True)


@click.command(
    epilog="""\b
Examples:
  gateway people sessions
  gateway people sessions hana --json
"""
)
@click.argument("name", required=False, default="")
@actor_option
@json_option
def sessions(name: str, by: str, as_json: bool) -> None:
    """List who is signed in to the console, or the sessions of NAME."""
    with own_gateway() as gateway:
        found = gateway.sign_in.let_in.sessions_of(name, by)
        deployment = gateway.deployment
    if as_json:
        plain = [
            {
                "name": each.name,
                "begun_at": for_programs(each.begun_at),
                "seen_at": for_programs(each.seen_at),
                "expires_at": for_programs(each.expires_at),
            }
            for each in found
        ]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    for each in found:
        begun, seen = local(deployment, each.begun_at), local(deployment, each.seen_at)
        click.echo(f"{each.name:<20} since {begun}, last seen {seen}")
    if not found:
        click.echo("Nobody is signed in.")


@click.command("sign-out", epilog="\b\nExample:\n  gateway people sign-out hana\n")
@click.argument("name")
@actor_option
@json_option
def sign_out(name: str, by: str, as_json: bool) -> None:
    """End all sessions of NAME in the console.

    Who left altogether is removed: gateway people remove --help
    """
    with own_gateway() as gateway:
        ended = gateway.sign_in.let_in.end_sessions(name, by)
    if as_json:
        click.echo(json.dumps({"name": name, "ended": ended}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{counted(ended, 'session')} of {name} ended.")
