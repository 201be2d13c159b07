"""`gateway cases`: what citizens have told an institution, and how far it has come."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.domain.input_kinds.case_number import grouped
from gateway.use_cases.casework.work_on_cases import digits_of
from gateway.use_cases.ports import Case
from gateway.use_cases.ports.casework import STATUSES, CaseFile

#: What is asked for when no status is: whatever still waits for an office.
_OPEN = STATUSES[:-1]


@click.group(epilog="\b\nExample:\n  gateway cases list\n")
def cases() -> None:
    """Read and move the cases that citizens have opened. Numbers of phones are shown masked."""


@cases.command(
    "list",
    epilog="""\b
Examples:
  gateway cases list
  gateway cases list --status solved --service report_problem --json
""",
)
@click.option(
    "--status",
    type=click.Choice(["open", *STATUSES, "any"]),
    default="open",
    show_default=True,
    help="Which cases; open ones are not solved yet.",
)
@click.option("--service", default="", help="Only those of this service.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@looker_option
@json_option
def list_(status: str, service: str, limit: int, by: str, as_json: bool) -> None:
    """List cases, the oldest first: nothing of what was told."""
    wanted = {"open": _OPEN, "any": STATUSES}.get(status, (status,))
    with own_gateway() as gateway:
        found = gateway.cases.list(wanted, service, limit, by)
    if as_json:
        _print([_plain(case) for case in found])
        return
    for case in found:
        opened = local(gateway.deployment, case.opened_at)
        click.echo(
            f"{grouped(case.number)}  {opened}  {case.status}  {case.service} {case.category}"
        )
    if not found:
        click.echo("No cases.")


@cases.command(
    epilog="""\b
Examples:
  gateway cases show 100020266
  gateway cases show 100020266 --by "Water office"
"""
)
@click.argument("number", metavar="NUMBER")
@looker_option
@json_option
def show(number: str, by: str, as_json: bool) -> None:
    """Show case NUMBER whole. Its citizen can see that it was read, under "my data"."""
    with own_gateway() as gateway:
        file = gateway.cases.read(number, by)
    if as_json:
        _print(_whole(file))
        return
    case = file.case
    told = {**_plain(case), "from": str(file.subscriber or "-"), **file.details}
    told["opened_at"] = local(gateway.deployment, case.opened_at)
    told["changed_at"] = local(gateway.deployment, case.changed_at or case.opened_at)
    for name, value in told.items():
        click.echo(f"{name:<12} {value}")
    for event in file.events:
        at = local(gateway.deployment, event.at)
        by = f"by {event.by}" if event.by else ""
        click.echo(f"{at}  {event.kind}  {event.text}  {by}".rstrip())


@cases.command(
    epilog="""\b
Examples:
  gateway cases move 100020266 solved
  gateway cases move 100020266 in_progress --by "Water office"
"""
)
@click.argument("number", metavar="NUMBER")
@click.argument("status", type=click.Choice(STATUSES))
@actor_option
@json_option
def move(number: str, status: str, by: str, as_json: bool) -> None:
    """Say how far case NUMBER has come. Who asks for it reads so; a solved one is confirmed."""
    with own_gateway() as gateway:
        gateway.cases.move(number, status, by)
    if as_json:
        _print({"number": digits_of(number), "status": status, "by": by})
    else:
        click.echo(f"Case {grouped(digits_of(number))} is {status}.")


def _plain(case: Case) -> dict[str, str]:
    changed = case.changed_at or case.opened_at
    return {
        "number": case.number,
        "service": case.service,
        "institution": case.institution,
        "category": case.category,
        "status": case.status,
        "opened_at": case.opened_at.isoformat(),
        "changed_at": changed.isoformat(),
    }


def _whole(file: CaseFile) -> dict[str, object]:
    events = [
        {"kind": event.kind, "text": event.text, "by": event.by, "at": event.at.isoformat()}
        for event in file.events
    ]
    number = str(file.subscriber) if file.subscriber else ""  # masked
    return {**_plain(file.case), "from": number, "details": dict(file.details), "events": events}


def _print(plain: object) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
