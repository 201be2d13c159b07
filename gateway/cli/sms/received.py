"""`gateway sms received`: what came from a number, without its words."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.formatting import for_programs, local
from gateway.cli.shared.number_option import number_typed
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option, looker_option
from gateway.use_cases.inbound.look_at_received import what_became
from gateway.use_cases.ports.sms.received import ReceivedSms


@click.command(
    epilog="""\b
Examples:
  gateway sms received --number '0711 000 001'
  gateway sms received --number +254711000001 --json
""",
)
@click.option("--number", required=True, metavar="NUMBER", help="In any way it is written.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@looker_option
@json_option
def received(number: str, limit: int, by: str, as_json: bool) -> None:
    """List SMS that came from a number, the newest first, and what became of each.

    Never their words: those were said to a service. Whose number it is can see, under "my data",
    that you have looked.
    """
    with own_gateway() as gateway:
        region = gateway.deployment.settings.national_region
        found = gateway.received.of(number_typed(number, region), limit, by)
        if as_json:
            click.echo(json.dumps([_plain(each) for each in found], indent=2, ensure_ascii=False))
            return
        for each in found:
            at = local(gateway.deployment, each.received_at)
            became = what_became(each)
            click.echo(f"{each.id:>7}  {at}  {each.channel}  {each.institution}  {became}")
    if not found:
        click.echo("No messages.")


def _plain(sms: ReceivedSms) -> dict[str, object]:
    return {
        "id": sms.id,
        "received_at": for_programs(sms.received_at),
        "channel": sms.channel,
        "to": sms.to,
        "institution": sms.institution,
        "waits": sms.waits,
        "outcome": sms.outcome,
        "became": str(what_became(sms)),
    }
