"""`gateway cases`: what citizens have told an institution, and how far it has come."""

from __future__ import annotations

from datetime import timedelta

import click

from gateway.cli.casework.shown import (
    case_as_plain,
    file_as_plain,
    is_overdue,
    number_of,
    print_json,
)
from gateway.cli.shared.formatting import local
from gateway.cli.shared.lazy_group import LazyGroup, Row
from gateway.cli.shared.number_option import number_option, number_typed
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.domain.input_kinds.case_number import grouped
from gateway.use_cases.casework.work_on_cases import digits_of
from gateway.use_cases.ports.casework import STATUSES, CasesWanted

#: What is asked for when no status is: whatever still waits for an office.
_OPEN = STATUSES[:-1]
ROWS = {
    "list": Row("gateway.cli.casework.cases:list_", "List cases: nothing of what was told."),
    "show": Row("gateway.cli.casework.cases:show", "Show a case whole."),
    "move": Row("gateway.cli.casework.cases:move", "Say how far a case has come."),
    "answer": Row("gateway.cli.casework.working:answer", "Write to who opened a case."),
    "assign": Row("gateway.cli.casework.working:assign", "Say who works on a case."),
    "note": Row("gateway.cli.casework.working:note", "Note something, for the office alone."),
    "close": Row("gateway.cli.casework.working:close", "Solve several cases, for one reason."),
}


@click.group(cls=LazyGroup, rows=ROWS, epilog="\b\nExample:\n  gateway cases list\n")
def cases() -> None:
    """Work on the cases that citizens have opened. Numbers of phones are shown masked."""


@click.command(
    "list",
    epilog="""\b
Examples:
  gateway cases list
  gateway cases list --overdue --assigned-to hana
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
@number_option
@click.option("--assigned-to", metavar="NAME", help="Only those that NAME works on; '' is nobody.")
@click.option("--overdue", is_flag=True, help="Only those that take longer than `due_days` says.")
@click.option("--older", metavar="DAYS", type=click.IntRange(0), help="Opened longer ago.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@looker_option
@json_option
def list_(
    status: str,
    service: str,
    number: str | None,
    assigned_to: str | None,
    overdue: bool,
    older: int | None,
    limit: int,
    by: str,
    as_json: bool,
) -> None:
    """List cases: nothing of what was told. Open ones come oldest first, others newest first."""
    with own_gateway() as gateway:
        now, due = gateway.clock.now(), gateway.due_times
        region = gateway.deployment.settings.national_region
        wanted = CasesWanted(
            statuses={"open": _OPEN, "any": STATUSES}.get(status, (status,)),
            service=service,
            subscriber=None if number is None else number_typed(number, region),
            assigned_to=assigned_to,
            overdue=due.opened_before(now) if overdue else None,
            opened_before=None if older is None else now - timedelta(days=older),
            limit=limit,
        )
        found = gateway.cases.list(wanted, by)
        if as_json:
            print_json([case_as_plain(case, due) for case in found])
            return
        for case in found:
            opened = local(gateway.deployment, case.opened_at)
            late = "  OVERDUE" if is_overdue(case, due, now) else ""
            who = f"  {case.assigned_to}" if case.assigned_to else ""
            told = f"{opened}  {case.status}  {case.service} {case.category}"
            click.echo(f"{grouped(case.number)}  {told}{who}{late}")
    if not found:
        click.echo("No cases.")


@click.command(
    epilog="""\b
Examples:
  gateway cases show 100020266
  gateway cases show 100020266 --by "Water office"
  gateway cases show 100020266 --reveal 'we must call her back' --by amina
"""
)
@click.argument("number", metavar="NUMBER")
@click.option(
    "--reveal",
    metavar="WHY",
    help="Show the number whole, for this reason: it is recorded, and its citizen sees it.",
)
@looker_option
@json_option
def show(number: str, reveal: str | None, by: str, as_json: bool) -> None:
    """Show case NUMBER whole. Its citizen can see that it was read, under "my data"."""
    whole = reveal is not None
    with own_gateway() as gateway:
        file = gateway.cases.read(number, by, reveal)
        due = gateway.due_times
    if as_json:
        print_json(file_as_plain(file, due, whole=whole))
        return
    case, deployment = file.case, gateway.deployment
    told = {**case_as_plain(case, due), "from": number_of(file, whole=whole) or "-", **file.details}
    told["opened_at"] = local(deployment, case.opened_at)
    told["changed_at"] = local(deployment, case.changed_at or case.opened_at)
    due_at = due.due_at(case.service, case.opened_at)
    told["due_at"] = local(deployment, due_at) if due_at else "-"
    for name, value in told.items():
        click.echo(f"{name:<12} {value or '-'}")
    for event in file.events:
        at = local(deployment, event.at)
        who = f"by {event.by}" if event.by else ""
        click.echo(f"{at}  {event.kind}  {event.text}  {who}".rstrip())


@click.command(
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
        print_json({"number": digits_of(number), "status": status, "by": by})
    else:
        click.echo(f"Case {grouped(digits_of(number))} is {status}.")
