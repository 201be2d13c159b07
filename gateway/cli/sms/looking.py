"""`gateway sms list` and `gateway sms show`."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from gateway.cli.shared.formatting import for_programs, local
from gateway.cli.shared.number_option import number_option, number_typed
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option, looker_option
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane, Purpose
from gateway.use_cases.outbound.life_of_sms import life_of
from gateway.use_cases.ports.sms.messages import MessageFile, Wanted

reveal_option = click.option(
    "--reveal",
    metavar="WHY",
    help="Show numbers (and of one its text) whole, for this reason: it is recorded, and their "
    "citizens see that you have looked.",
)


@click.command(
    "list",
    epilog="""\b
Examples:
  gateway sms list --status unknown
  gateway sms list --number +254711000001
  gateway sms list --status queued --lane urgent --older 10 --json
""",
)
@number_option
@click.option("--status", type=click.Choice([each.value for each in DeliveryStatus]))
@click.option("--lane", type=click.Choice([each.value for each in Lane]))
@click.option("--channel", default="", metavar="NAME", help="Only those of this channel.")
@click.option("--institution", default="", help="Only those of this institution.")
@click.option(
    "--older", metavar="MINUTES", type=click.IntRange(0), help="Accepted longer ago than that."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@reveal_option
@looker_option
@json_option
def list_(
    number: str | None,
    status: str | None,
    lane: str | None,
    channel: str,
    institution: str,
    older: int | None,
    limit: int,
    reveal: str | None,
    by: str,
    as_json: bool,
) -> None:
    """List messages, the newest first: never their texts.

    Without --number or a status that is on its way (queued, leased, sending, unknown) the newest
    100,000 are looked through.
    """
    with own_gateway() as gateway:
        region = gateway.deployment.settings.national_region
        now = gateway.clock.now()
        wanted = Wanted(
            subscriber=None if number is None else number_typed(number, region),
            status=None if status is None else DeliveryStatus(status),
            lane=None if lane is None else Lane(lane),
            channel=channel,
            institutions=[institution] if institution else None,
            before=None if older is None else now - timedelta(minutes=older),
            limit=limit,
        )
        found = gateway.messages.list(wanted, by, reveal)
        if as_json:
            _print([plain(each, whole=reveal is not None) for each in found])
            return
        for each in found:
            at = local(gateway.deployment, each.created_at)
            to = _to(each, whole=reveal is not None)
            why = f"  {each.error}" if each.error else ""
            why = f"  EMERGENCY{why}" if each.purpose is Purpose.EMERGENCY else why
            click.echo(
                f"{each.id:>7}  {at}  {each.status:<11} {each.lane:<6} {each.channel}  {to}  "
                f"{each.institution}{why}"
            )
    if not found:
        click.echo("No messages.")


@click.command(
    epilog="""\b
Examples:
  gateway sms show 1207
  gateway sms show 1207 --reveal 'the citizen has called and asks' --by amina
""",
)
@click.argument("sms_id", metavar="ID", type=click.IntRange(1))
@reveal_option
@looker_option
@json_option
def show(sms_id: int, reveal: str | None, by: str, as_json: bool) -> None:
    """Show the life of message ID: accepted, sent, unknown why, asked, reported, sent again."""
    whole = reveal is not None
    with own_gateway() as gateway:
        file = gateway.messages.show(sms_id, by, reveal)
        life = life_of(file)
        if as_json:
            told = [{"at": for_programs(at), "what": words} for at, words in life]
            _print({**plain(file, whole=whole), "life": told})
            return
        for name, value in plain(file, whole=whole).items():
            click.echo(f"{name:<12} {'-' if value in ('', None, []) else _printable(str(value))}")
        for at, words in life:
            zone = gateway.deployment.settings.zone
            click.echo(f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {_printable(words)}")


def plain(file: MessageFile, *, whole: bool) -> dict[str, object]:
    """Returns a message for programs; number and text only where they may be seen whole."""
    text = {"text": file.sms.text} if whole and file.sms is not None else {}
    return {
        "id": file.id,
        "status": file.status.value,
        "to": _to(file, whole=whole),
        "channel": file.channel,
        "lane": file.lane.value,
        "purpose": file.purpose.value,
        "institution": file.institution,
        "attempts": file.attempts,
        "accepted_at": for_programs(file.created_at),
        "changed_at": for_programs(file.changed_at),
        "valid_until": for_programs(file.valid_until) if file.valid_until else None,
        "error": file.error,
        "reference": file.provider_ref,
        "segments": file.segments,
        "cost": file.cost,
        "copy_of": file.resend_of,
        "copies": [id_ for id_, _ in file.copies],
        **text,
    }


def _to(file: MessageFile, *, whole: bool) -> str:
    if file.sms is None:
        return "(no key opens it)"
    return file.sms.subscriber.as_told if whole else str(file.sms.subscriber)


def _printable(text: str) -> str:
    """Returns a text that a terminal shows and never obeys."""
    return "".join(char if char.isprintable() else " " for char in text)


def _print(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
