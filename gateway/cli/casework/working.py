"""`gateway cases assign|note|answer|close`: what an office does with a case besides moving it."""

from __future__ import annotations

import click

from gateway.cli.casework.shown import composed_as_plain, composed_in_words, print_json
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.input_kinds.case_number import grouped
from gateway.use_cases.casework.work_on_cases import digits_of

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Say how many SMS it takes and what they cost; send nothing."
)


@click.command(
    epilog="""\b
Examples:
  gateway cases assign 100020266 --to hana
  gateway cases assign 100020266 --to ''
"""
)
@click.argument("number", metavar="NUMBER")
@click.option("--to", required=True, metavar="NAME", help="By short name; '' for nobody.")
@actor_option
@json_option
def assign(number: str, to: str, by: str, as_json: bool) -> None:
    """Say who works on case NUMBER: somebody who may answer in its institution."""
    with own_gateway() as gateway:
        gateway.cases.assign(number, to, by)
    if as_json:
        print_json({"number": digits_of(number), "assigned_to": to})
    else:
        click.echo(f"Case {grouped(digits_of(number))} is worked on by {to or 'nobody'}.")


@click.command(
    epilog="\b\nExample:\n  gateway cases note 100020266 'The spare part comes on Monday.'\n"
)
@click.argument("number", metavar="NUMBER")
@click.argument("text")
@actor_option
@json_option
def note(number: str, text: str, by: str, as_json: bool) -> None:
    """Note TEXT with case NUMBER, for the office alone: no citizen ever sees it."""
    with own_gateway() as gateway:
        gateway.cases.remark(number, text, by)
    if as_json:
        print_json({"number": digits_of(number), "noted": True})
    else:
        click.echo(f"Noted with case {grouped(digits_of(number))}.")


@click.command(
    epilog="""\b
Examples:
  gateway cases answer 100020266 'We come on Monday.' --dry-run
  gateway cases answer 100020266 'We come on Monday.' --by "Water office"
"""
)
@click.argument("number", metavar="NUMBER")
@click.argument("text")
@dry_run_option
@actor_option
@json_option
def answer(number: str, text: str, dry_run: bool, by: str, as_json: bool) -> None:
    """Write TEXT to who opened case NUMBER, by SMS."""
    with own_gateway() as gateway:
        send = gateway.cases.compose_answer if dry_run else gateway.cases.answer
        composed = send(number, text, by)
    if as_json:
        plain = composed_as_plain(composed)
        print_json({"number": digits_of(number), "sent": not dry_run, **plain})
    elif dry_run:
        click.echo(f"It would go out {composed_in_words(composed)}. Nothing is sent.")
    else:
        case = grouped(digits_of(number))
        click.echo(f"Who opened case {case} is answered {composed_in_words(composed)}.")


@click.command(
    epilog="""\b
Example:
  gateway cases close 100020266 100020274 --why 'the main was repaired today'
"""
)
@click.argument("numbers", metavar="NUMBER…", nargs=-1, required=True)
@click.option(
    "--why", required=True, metavar="REASON", help="It is recorded with your name: no numbers."
)
@actor_option
@json_option
def close(numbers: tuple[str, ...], why: str, by: str, as_json: bool) -> None:
    """Solve several cases at once, for one REASON. Each citizen is told once of each case."""
    with own_gateway() as gateway:
        done = gateway.cases.close(numbers, why, by)
    if as_json:
        print_json({"solved": list(done)})
    else:
        click.echo(f"Solved: {len(done)} of {len(numbers)}.")
