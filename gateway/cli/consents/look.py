"""`gateway consents show`, `list` and `export`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click

from gateway.adapters.dataset_files.export import harmless, spreadsheet_csv
from gateway.cli.shared.formatting import counted, for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.telecom.consent import EVERYTHING, EXPORTED, ConsentState, is_of_all
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.consents import ConsentLine, ConsentQuery

_ENDINGS = (".csv", ".jsonl")
#: The first five are those of `gateway consents import`.
_COLUMNS = ("number", "topic", "state", "day", "evidence", "institution", "source")

institution_option = click.option("--institution", default="", metavar="NAME")
topic_option = click.option("--topic", default="", metavar="NAME", help="Only of this topic.")
state_option = click.option("--state", type=click.Choice([each.value for each in ConsentState]))
since_option = click.option("--since", metavar="DAY", help="Said on this day or later: 2026-11-01.")


@click.command(
    epilog="""\b
Examples:
  gateway consents show +254711000001
  gateway consents show 0711000001 --reveal 'the citizen complains' --json
"""
)
@click.argument("number", metavar="NUMBER")
@click.option(
    "--reveal",
    metavar="WHY",
    help="Show the words in which it was said, for this reason: it is recorded.",
)
@looker_option
@json_option
def show(number: str, reveal: str | None, by: str, as_json: bool) -> None:
    """Show how the consents of NUMBER stand, and each time that they said something of them.

    Who looks is recorded, and the citizen sees that somebody did.
    """
    with own_gateway() as gateway:
        stands, said = gateway.consents.read.of(parsed(gateway, number), by, reveal)
        if as_json:
            told = {"stands": [_plain(each) for each in stands], "said": [_plain(e) for e in said]}
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for each in stands:
            click.echo(f"{_word(each.state):<10} {_topic(each)}, since {_at(gateway, each)}")
        if not stands:
            click.echo("Has said nothing: notices on any topic may go out.")
        for each in said:
            click.echo(f"  {_at(gateway, each)}  {_word(each.state)} {_topic(each)}: {_how(each)}")


@click.command(
    "list", epilog="\b\nExample:\n  gateway consents list --state opted_out --limit 20\n"
)
@institution_option
@topic_option
@state_option
@since_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@looker_option
@json_option
def list_(
    institution: str, topic: str, state: str | None, since: str | None, limit: int, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """List what subscribers said last of our writing to them, the newest first; numbers masked."""
    with own_gateway() as gateway:
        query = _query(gateway, institution, topic, state, since)
        found = gateway.consents.read.newest(query, limit, by)
        if as_json:
            click.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False, indent=2))
            return
        for each in found:
            click.echo(
                f"{_at(gateway, each)}  {each.subscriber or '(no key opens it)'}  "
                f"{_word(each.state)} {_topic(each)}: {_how(each)}"
            )
    if not found:
        click.echo("Nobody has said anything that fits.")


@click.command(
    epilog="""\b
Examples:
  gateway consents export consents.csv --reason 'yearly report to the regulator'
  gateway consents export agreed.jsonl --topic warnings --state opted_in --reason 'move'
"""
)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@institution_option
@topic_option
@state_option
@since_option
@click.option("--reason", required=True, help="Why numbers leave the gateway: it is recorded.")
@overwrite_option
@actor_option
@json_option
def export(
    file: Path, institution: str, topic: str, state: str | None, since: str | None, reason: str,
    overwrite: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Write what stands into FILE with numbers: .csv, or .jsonl with a line of JSON for each.

    `gateway consents import` takes such a CSV file in again.
    """
    if file.suffix.lower() not in _ENDINGS:
        raise click.UsageError("Let FILE end with .csv or .jsonl.")
    refuse_existing([file], overwrite)
    with own_gateway() as gateway:
        query = _query(gateway, institution, topic, state, since)
        found, unreadable = [], 0
        for each in gateway.consents.read.export(query, by, reason):
            if each.subscriber is None:
                unreadable += 1
                continue
            found.append(
                {
                    **_plain(each),
                    "number": each.subscriber.as_told,
                    "day": for_programs(each.said_at),
                    "evidence": f"{EXPORTED}{each.source}",
                }
            )
    written = _csv(found) if file.suffix.lower() == ".csv" else _json_lines(found)
    write_files({file: written}, overwrite)
    if as_json:
        told = {"file": str(file), "consents": len(found), "unreadable": unreadable}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{counted(len(found), 'consent')} written to {file}.")
    if unreadable:
        click.echo(f"{unreadable} of numbers that no key opens are left out.", err=True)


def parsed(gateway: Gateway, number: str) -> Msisdn:
    """Returns a number as it was typed; raises a usage error."""
    try:
        return typed_number(number, gateway.deployment.settings.national_region)
    except InvalidAddress as error:
        raise click.BadParameter(str(error), param_hint="NUMBER") from error


def _query(
    gateway: Gateway, institution: str, topic: str, state: str | None, since: str | None
) -> ConsentQuery:
    return ConsentQuery(
        institutions=frozenset({institution}) if institution else None,
        topic=topic,
        state=ConsentState(state) if state else None,
        since=None if since is None else _day(since, gateway),
    )


def _day(written: str, gateway: Gateway) -> datetime:
    try:
        day = datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise click.BadParameter(
            f"'{written}' is no day such as 2026-11-01.", param_hint="--since"
        ) from None
    return datetime.combine(day, time.min, gateway.deployment.settings.zone).astimezone(UTC)


def _plain(line: ConsentLine) -> dict[str, Any]:
    number = None if line.subscriber is None else str(line.subscriber)
    words = {"words": line.words} if line.words else {}
    return {
        "number": number,
        "topic": line.topic,
        "institution": line.institution,
        "state": line.state.value,
        "said_at": for_programs(line.said_at),
        "source": line.source,
        "channel": line.channel,
        "by": line.by,
        **({"stored_at": for_programs(line.stored_at)} if line.stored_at else {}),
        **words,
    }


def _at(gateway: Gateway, line: ConsentLine) -> str:
    return local(gateway.deployment, line.said_at)


def _word(state: ConsentState) -> str:
    return "agreed" if state is ConsentState.OPTED_IN else "STOP"


def _topic(line: ConsentLine) -> str:
    if line.topic == EVERYTHING:
        return "everything"
    if is_of_all(line.topic):
        return f"all of '{line.institution}'"
    return f"'{line.topic}' of '{line.institution}'"


def _how(line: ConsentLine) -> str:
    on = f" on {line.channel}" if line.channel else ""
    by = f", stored by {line.by}" if line.by else ""
    words = f", in the words: {_printable(line.words)}" if line.words else ""
    return f"{line.source}{on}{by}{words}"


def _printable(text: str) -> str:
    """Returns a text that a terminal shows and never obeys."""
    return "".join(char if char.isprintable() else " " for char in text)


def _csv(found: Iterable[dict[str, Any]]) -> bytes:
    told = ([str(each[name]) for name in _COLUMNS] for each in found)
    return spreadsheet_csv(_COLUMNS, ((number, *harmless(rest)) for number, *rest in told))


def _json_lines(found: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found).encode()
