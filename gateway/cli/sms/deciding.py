"""`gateway sms settle` and `gateway sms resend`."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.telecom.delivery import DeliveryStatus

why_option = click.option(
    "--why", required=True, metavar="REASON", help="It is recorded with your name: no numbers."
)


@click.command(
    epilog="""\b
Examples:
  gateway sms settle 1207 delivered --why 'the citizen has read it out to us'
  gateway sms settle 1207 failed --why 'the provider has it not in its log' --by amina
""",
)
@click.argument("sms_id", metavar="ID", type=click.IntRange(1))
@click.argument("status", type=click.Choice(["delivered", "failed"]))
@why_option
@actor_option
@json_option
def settle(sms_id: int, status: str, why: str, by: str, as_json: bool) -> None:
    """Say what became of message ID, which is unknown, sent or unreported.

    Nothing is sent. What failed can be sent once more: gateway sms resend.
    """
    with own_gateway() as gateway:
        had = gateway.messages.settle(sms_id, DeliveryStatus(status), why, by)
    if as_json:
        click.echo(json.dumps({"id": sms_id, "status": status, "before": had.value}))
    else:
        click.echo(f"SMS {sms_id} is {status}; it was {had}.")


@click.command(
    epilog="""\b
Examples:
  gateway sms resend 1207 --why 'the phone was off, and is on again'
  gateway sms resend 1207 --why 'the warning matters more than a second one' --force
""",
)
@click.argument("sms_id", metavar="ID", type=click.IntRange(1))
@why_option
@click.option("--force", is_flag=True, help="Even if the citizen may have it, or get it.")
@actor_option
@json_option
def resend(sms_id: int, why: str, force: bool, by: str, as_json: bool) -> None:
    """Send message ID once more, as a message of its own that consents and pace hold for.

    Refused where the citizen may have it, unless --force is given; where it still waits, or its
    citizen has said STOP, always.
    """
    with own_gateway() as gateway:
        copy = gateway.messages.resend(sms_id, why, by, force=force)
    if as_json:
        click.echo(json.dumps({"id": sms_id, "copy": copy}))
    else:
        click.echo(f"SMS {sms_id} is sent once more, as SMS {copy}. See: gateway sms show {copy}")
