"""`gateway broadcast check` and `rehearse`: what it would come to, before anybody gets it."""

from __future__ import annotations

import sys

import click

from gateway.cli.broadcast.options import id_argument
from gateway.cli.broadcast.shown import echo_json, estimate_lines, plain, state_line
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.broadcast.states import what_next
from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.reading.typed_number import typed_number


@click.command(epilog="\b\nExample:\n  gateway broadcast check 1\n")
@id_argument
@click.option("--by-the-gateway", "asked_on_page", is_flag=True, hidden=True)
@actor_option
@json_option
def check(broadcast_id: int, asked_on_page: bool, by: str, as_json: bool) -> None:
    """Count whom broadcast ID reaches, in which language, and what that costs.

    Nothing is sent. One to more than `broadcasts.approval_above` then waits for a second person.
    """
    counting = {"seen": 0}

    def progress(number: int) -> None:
        counting["seen"] += number
        if sys.stderr.isatty():
            click.echo(f"\r{counting['seen']:,} looked at", nl=False, err=True)

    with own_gateway() as gateway:
        if asked_on_page:
            gateway.broadcast.check.for_worker(broadcast_id, by)
            return
        checked = gateway.broadcast.check(broadcast_id, by, progress)
        costs = gateway.broadcast.read.cost_of(checked)
        if sys.stderr.isatty():
            click.echo("\r", nl=False, err=True)
        if as_json:
            echo_json(plain(checked, costs))
            return
        for line in estimate_lines(checked, costs):
            click.echo(line)
        click.echo(state_line(gateway.deployment, checked))
        click.echo(what_next(checked.state, checked.id))


@click.command(epilog="\b\nExample:\n  gateway broadcast rehearse 1 --to 0712345678\n")
@id_argument
@click.option("--to", "number", required=True, metavar="MSISDN", help="Your own number.")
@click.option("--language", "languages", multiple=True, help="Only the text in this language.")
@actor_option
@json_option
def rehearse(
    broadcast_id: int, number: str, languages: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Send the texts of broadcast ID to your own phone, each beginning with TEST."""
    with own_gateway() as gateway:
        region = gateway.deployment.settings.national_region
        try:
            phone = typed_number(number, region)
        except InvalidAddress as error:
            raise click.BadParameter(f"This is no phone number. {error}") from None
        sent = gateway.broadcast.rehearse(broadcast_id, phone, by, languages)
    if as_json:
        echo_json({"id": broadcast_id, "to": str(phone), "languages": list(sent)})
    else:
        click.echo(f"On its way to {phone}: {', '.join(sent)}.")
