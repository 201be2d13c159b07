"""`gateway helpdesk`: the messages that no menu answers, and the answers people give."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus

#: How much of a text a list shows.
_EXCERPT = 60
#: Below the first of several texts, which `show` gives a line each.
_NEXT_LINE = f"\n{'':<13}"
#: What stands for a text whose key is gone.
_UNREADABLE = "(cannot be read: the key it was sealed with is gone)"


@click.group(epilog="\b\nExample:\n  gateway helpdesk list\n")
def helpdesk() -> None:
    """Read and answer the messages that no menu answers. Numbers are shown masked."""


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
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@looker_option
@json_option
def list_(status: str, institution: str, limit: int, by: str, as_json: bool) -> None:
    """List messages. Their citizens can see that they were read, under "my data"."""
    wanted = None if status == "any" else HelpDeskStatus(status)
    with own_gateway() as gateway:
        messages = gateway.help_desk.read.newest(wanted, institution, limit, by)
    if as_json:
        _print([_plain(message) for message in messages])
        return
    for each in messages:
        text = _printable(each.text) if each.subscriber else _UNREADABLE
        text = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
        where = each.institution or "-"
        opened = local(gateway.deployment, each.opened_at)
        click.echo(f"{each.id:>5}  {opened}  {each.status}  {where}  {text}")
    if not messages:
        click.echo("No messages.")


@helpdesk.command(epilog="\b\nExample:\n  gateway helpdesk show 12\n")
@click.argument("message_id", metavar="ID", type=int)
@looker_option
@json_option
def show(message_id: int, by: str, as_json: bool) -> None:
    """Show message ID whole. Its citizen can see that it was read, under "my data"."""
    with own_gateway() as gateway:
        message = gateway.help_desk.read.one(message_id, by)
    plain = _plain(message)
    if as_json:
        _print(plain)
        return
    for moment in ("opened_at", "changed_at"):
        plain[moment] = local(gateway.deployment, getattr(message, moment))
    for name, value in plain.items():
        lines = map(_printable, str(value).splitlines())
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
@actor_option
@json_option
def answer(message_id: int, text: str, by: str, as_json: bool) -> None:
    """Answer message ID with TEXT, by SMS. A message is answered once."""
    with own_gateway() as gateway:
        segments = gateway.help_desk.answer(message_id, text, by)
    if as_json:
        status = HelpDeskStatus.ANSWERED.value
        _print({"id": message_id, "status": status, "segments": segments, "by": by})
    else:
        click.echo(f"Message {message_id} is answered, in {segments} SMS.")


@helpdesk.command(epilog="\b\nExample:\n  gateway helpdesk close 12\n")
@click.argument("message_id", metavar="ID", type=int)
@actor_option
@json_option
def close(message_id: int, by: str, as_json: bool) -> None:
    """Close message ID without an answer."""
    with own_gateway() as gateway:
        gateway.help_desk.answer.close(message_id, by)
    if as_json:
        _print({"id": message_id, "status": HelpDeskStatus.CLOSED.value, "by": by})
    else:
        click.echo(f"Message {message_id} is closed.")


def _plain(message: HelpDeskMessage) -> dict[str, str | int]:
    return {
        "id": message.id,
        "status": message.status.value,
        "from": str(message.subscriber or ""),  # masked
        "channel": message.channel,
        "institution": message.institution,
        "language": message.language,
        "opened_at": message.opened_at.isoformat(),
        "changed_at": message.changed_at.isoformat(),
        "text": message.text if message.subscriber else _UNREADABLE,
        "answer": message.answer,
        "settled_by": message.settled_by,
    }


def _printable(text: str) -> str:
    """Returns a text that a terminal shows and never obeys: anybody can text an escape sequence."""
    return "".join(char if char.isprintable() else " " for char in text)


def _print(plain: object) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
