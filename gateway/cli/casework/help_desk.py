"""`gateway helpdesk`: the messages that no menu answers, and the answers people give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from gateway.cli.casework.alike import alike, teach
from gateway.cli.casework.shown import (
    UNREADABLE,
    composed_as_plain,
    composed_in_words,
    excerpt,
    print_json,
    printable,
)
from gateway.cli.casework.working import dry_run_option
from gateway.cli.shared.formatting import local
from gateway.cli.shared.number_option import number_option, number_typed
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.use_cases.casework.due_times import HELP_DESK

#: Where no time is set nothing is overdue.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: Below the first of several texts, which `show` gives a line each.
_NEXT_LINE = f"\n{'':<13}"


@click.group(epilog="\b\nExample:\n  gateway helpdesk list\n")
def helpdesk() -> None:
    """Read and answer the messages that no menu answers. Numbers are shown masked."""


helpdesk.add_command(alike)
helpdesk.add_command(teach)


@helpdesk.command(
    "list",
    epilog="""\b
Examples:
  gateway helpdesk list
  gateway helpdesk list --status answered --institution health --json
""",
)
@click.option(
    "--status",
    type=click.Choice([*(each.value for each in HelpDeskStatus), "any"]),
    default=HelpDeskStatus.OPEN.value,
    show_default=True,
    help="Which messages; open ones come oldest first.",
)
@click.option("--institution", default="", help="Only those for this institution.")
@number_option
@click.option("--assigned-to", metavar="NAME", help="Only those for NAME to answer; '' is nobody.")
@click.option("--overdue", is_flag=True, help="Only those that wait longer than `due_days` says.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@looker_option
@json_option
def list_(
    status: str,
    institution: str,
    number: str | None,
    assigned_to: str | None,
    overdue: bool,
    limit: int,
    by: str,
    as_json: bool,
) -> None:
    """List messages. Their citizens can see that they were read, under "my data"."""
    wanted = None if status == "any" else HelpDeskStatus(status)
    with own_gateway() as gateway:
        region = gateway.deployment.settings.national_region
        due = gateway.due_times.opened_before(gateway.clock.now())
        messages = gateway.help_desk.read.newest(
            wanted,
            institution,
            limit,
            by,
            subscriber=None if number is None else number_typed(number, region),
            assigned_to=assigned_to,
            opened_before=due.get(HELP_DESK, NEVER) if overdue else None,
        )
    if as_json:
        print_json([_plain(message) for message in messages])
        return
    for each in messages:
        text = excerpt(each.text) if each.subscriber else UNREADABLE
        where = f"{each.institution or '-'}{f' {each.assigned_to}' if each.assigned_to else ''}"
        opened = local(gateway.deployment, each.opened_at)
        click.echo(f"{each.id:>5}  {opened}  {each.status}  {where}  {text}")
    if not messages:
        click.echo("No messages.")


@helpdesk.command(
    epilog="""\b
Examples:
  gateway helpdesk show 12
  gateway helpdesk show 12 --reveal 'we must call him back' --by amina
"""
)
@click.argument("message_id", metavar="ID", type=int)
@click.option(
    "--reveal",
    metavar="WHY",
    help="Show the number whole, for this reason: it is recorded, and its citizen sees it.",
)
@looker_option
@json_option
def show(message_id: int, reveal: str | None, by: str, as_json: bool) -> None:
    """Show message ID whole. Its citizen can see that it was read, under "my data"."""
    with own_gateway() as gateway:
        message = gateway.help_desk.read.one(message_id, by, reveal)
    plain = _plain(message, whole=reveal is not None)
    if as_json:
        print_json(plain)
        return
    for moment in ("opened_at", "changed_at"):
        plain[moment] = local(gateway.deployment, getattr(message, moment))
    for name, value in plain.items():
        lines = map(printable, str(value).splitlines())
        click.echo(f"{name:<12} {_NEXT_LINE.join(lines) or '-'}")


@helpdesk.command(
    epilog="""\b
Examples:
  gateway helpdesk answer 12 'It opens on 3 May.'
  gateway helpdesk answer 12 'It opens on 3 May.' --by "Ministry of Health"
"""
)
@click.argument("message_id", metavar="ID", type=int)
@click.argument("text")
@dry_run_option
@actor_option
@json_option
def answer(message_id: int, text: str, dry_run: bool, by: str, as_json: bool) -> None:
    """Answer message ID with TEXT, by SMS. A message is answered once."""
    with own_gateway() as gateway:
        send = gateway.help_desk.answer
        composed = (send.composed if dry_run else send)(message_id, text, by)
    if as_json:
        status = (HelpDeskStatus.OPEN if dry_run else HelpDeskStatus.ANSWERED).value
        plain = composed_as_plain(composed)
        print_json({"id": message_id, "status": status, "by": by, **plain})
    elif dry_run:
        click.echo(f"It would go out {composed_in_words(composed)}. Nothing is sent.")
    else:
        click.echo(f"Message {message_id} is answered, in {composed.segments} SMS.")


@helpdesk.command(
    epilog="\b\nExample:\n  gateway helpdesk assign 12 --to hana\n",
)
@click.argument("message_id", metavar="ID", type=int)
@click.option("--to", required=True, metavar="NAME", help="By short name; '' for nobody.")
@actor_option
@json_option
def assign(message_id: int, to: str, by: str, as_json: bool) -> None:
    """Say who answers message ID.

    It is somebody who may answer in its institution.
    """
    with own_gateway() as gateway:
        gateway.help_desk.answer.assign(message_id, to, by)
    if as_json:
        print_json({"id": message_id, "assigned_to": to})
    else:
        click.echo(f"Message {message_id} is for {to or 'nobody'} to answer.")


@helpdesk.command(
    epilog="""\b
Examples:
  gateway helpdesk close 12
  gateway helpdesk close 12 13 14 --why 'thanks, and no question'
"""
)
@click.argument("message_ids", metavar="ID…", type=int, nargs=-1, required=True)
@click.option("--why", metavar="REASON", help="Needed for several: it is recorded. No numbers.")
@actor_option
@json_option
def close(message_ids: tuple[int, ...], why: str | None, by: str, as_json: bool) -> None:
    """Close messages without an answer; several take a reason."""
    if len(message_ids) > 1 and why is None:
        raise click.UsageError("Say why with --why REASON: several messages are closed for it.")
    [first, *_] = message_ids
    with own_gateway() as gateway:
        if why is None:
            gateway.help_desk.answer.close(first, by)
            done: Sequence[int] = [first]
        else:
            done = gateway.help_desk.answer.close_many(message_ids, why, by)
    if as_json and len(message_ids) == 1:
        print_json({"id": first, "status": HelpDeskStatus.CLOSED.value, "by": by})
    elif as_json:
        print_json({"closed": list(done)})
    elif len(message_ids) == 1:
        click.echo(f"Message {first} is closed.")
    else:
        click.echo(f"Closed: {len(done)} of {len(message_ids)}.")


def _plain(message: HelpDeskMessage, *, whole: bool = False) -> dict[str, str | int]:
    subscriber = message.subscriber
    return {
        "id": message.id,
        "status": message.status.value,
        "assigned_to": message.assigned_to,
        "from": "" if subscriber is None else subscriber.as_told if whole else str(subscriber),
        "channel": message.channel,
        "institution": message.institution,
        "language": message.language,
        "opened_at": message.opened_at.isoformat(),
        "changed_at": message.changed_at.isoformat(),
        "text": message.text if message.subscriber else UNREADABLE,
        "answer": message.answer,
        "settled_by": message.settled_by,
    }
