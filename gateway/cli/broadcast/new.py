"""`gateway broadcast new`: draft one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import click

from gateway.cli.broadcast.options import moment, texts
from gateway.cli.broadcast.shown import echo_json, plain
from gateway.cli.data.faults_told import told
from gateway.cli.shared.faults import for_programs
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.progress import progress_bar
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import NewBroadcast
from gateway.domain.broadcast.states import what_next
from gateway.domain.faults_and_errors.errors import DataInvalid
from gateway.domain.telecom.sms import Lane

#: A smaller list is taken before a progress bar could be read.
_LONG_LIST_BYTES = 200_000
#: Who stops an institution's broadcasts to its own people or to a list stops this, unless named.
_NOTICES = "notices"


@click.command(
    short_help="Draft one: what it says, and to whom.",
    epilog="""\b
Examples:
  gateway broadcast new --title Floods --institution disaster_management \\
    --topic warnings --district Mbale --district Wendu --urgent --valid-for 6h \\
    --text en='The river rises. Go to high ground.' --text sw='Mto unafurika. Nenda mlimani.'
  gateway broadcast new --title 'Vaccination day' --institution health \\
    --list mothers.xlsx --text en='Dear {name}, come on {day}.'
  gateway broadcast new --title News --institution health --to-institution --text en=@news.txt
""",
)
@click.option("--title", required=True, help="What people here call it; no citizen reads it.")
@click.option("--institution", default="", help="Who speaks; the deployment's own otherwise.")
@click.option(
    "--text",
    "written",
    multiple=True,
    required=True,
    metavar="CODE=TEXT",
    callback=texts,
    help="What it says in a language; @FILE reads a file. {name} is a column of the list.",
)
@click.option("--fallback", default="", help="The language of who reads none; the first otherwise.")
@click.option(
    "--topic",
    default="",
    help="What it is about: to its subscribers, and STOP ends it.",
)
@click.option("--district", "districts", multiple=True, help="Only who subscribed to it.")
@click.option("--language", "languages", multiple=True, help="Only who reads it.")
@click.option("--to-institution", is_flag=True, help="To whoever wants to hear of the institution.")
@click.option(
    "--list",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="To the numbers of a file: CSV or XLSX with a column `number`.",
)
@click.option("--urgent", is_flag=True, help="It goes before all else, and at night.")
@click.option("--channel", default="", help="The channel; the first that sends otherwise.")
@click.option(
    "--per-minute",
    default=0,
    type=click.IntRange(0),
    help="At most so many; 0 is no limit.",
)
@click.option("--code", default="", help="The service code that it names: readers will dial it.")
@click.option(
    "--valid-until", default="", metavar="TIME", help="Not sent after '2036-12-01 18:00'."
)
@click.option("--valid-for", default="", metavar="TIME", help="Not sent after 90m, 6h or 2d.")
@actor_option
@json_option
def new(
    title: str,
    institution: str,
    written: Mapping[str, str],
    fallback: str,
    topic: str,
    districts: tuple[str, ...],
    languages: tuple[str, ...],
    to_institution: bool,
    listed: Path | None,
    urgent: bool,
    channel: str,
    per_minute: int,
    code: str,
    valid_until: str,
    valid_for: str,
    by: str,
    as_json: bool,
) -> None:
    """Draft a broadcast. Nothing is sent before it is checked and started.

    It goes to the subscribers of a topic, of some districts of it with --district; to whoever wants
    to hear of the institution, with --to-institution; or to a list. A list is taken whole or not at
    all: each faulty row is named. Exits with 1 when there are faults.
    """
    audience = _audience(topic, districts, languages, to_institution, listed)
    with own_gateway() as gateway:
        zone, now = gateway.deployment.settings.zone, gateway.clock.now()
        draft = NewBroadcast(
            key=f"command line {secrets.token_hex(16)}",
            institution=institution or gateway.deployment.settings.institution,
            topic=topic or _NOTICES,
            title=title.strip(),
            audience=audience,
            texts=written,
            fallback=fallback or next(iter(written)),
            lane=Lane.URGENT if urgent else Lane.BULK,
            channel=channel,
            per_minute=per_minute,
            service_code=code,
            valid_until=_valid_until(valid_until, valid_for, now, zone),
            created_by=by,
        )
        if listed is None:
            made, taken = gateway.broadcast.draft(draft), None
        else:
            size = listed.stat().st_size
            bar = progress_bar(size, listed.name, hidden=size < _LONG_LIST_BYTES)
            try:
                with bar:
                    made, taken = gateway.broadcast.draft_with_list(draft, listed, bar.update)
            except DataInvalid as error:
                _tell_faults(error, as_json=as_json)
                raise SystemExit(1) from None
        found = gateway.broadcast.read.one(made.id, by)
    if as_json:
        echo_json({**plain(found, {}), "twice": taken.twice if taken else 0})
        return
    click.echo(f"Broadcast {found.id} is drafted; nothing is sent yet.")
    if taken is not None:
        twice = f"; {taken.twice:,} stood there more than once" if taken.twice else ""
        click.echo(f"{counted(taken.rows, 'number')} taken from {listed}{twice}.")
    click.echo(what_next(found.state, found.id))


def _audience(
    topic: str,
    districts: tuple[str, ...],
    languages: tuple[str, ...],
    to_institution: bool,
    listed: Path | None,
) -> Audience:
    if listed is not None and to_institution:
        raise click.UsageError("Give --list or --to-institution, not both.")
    source = Source.LIST if listed else Source.INSTITUTION if to_institution else Source.TOPIC
    if source is Source.TOPIC and not topic:
        raise click.UsageError("To whom? Give --topic, --to-institution or --list.")
    try:
        return Audience(source=source, topic=topic, districts=districts, languages=languages)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _valid_until(until: str, lasting: str, now: datetime, zone: tzinfo) -> datetime | None:
    if until and lasting:
        raise click.UsageError("Give --valid-until or --valid-for, not both.")
    if until:
        return moment(until, zone)
    if not lasting:
        return None
    number, unit = lasting[:-1], {"m": "minutes", "h": "hours", "d": "days"}.get(lasting[-1:])
    if unit is None or not number.isdecimal() or not 0 < int(number) < 10_000:
        raise click.BadParameter(f"'{lasting}' is not a time such as 90m, 6h or 2d.")
    return now + timedelta(**{unit: int(number)})


def _tell_faults(error: DataInvalid, *, as_json: bool) -> None:
    if as_json:
        echo_json({"faults": for_programs(error.faults)})
        return
    click.echo("\n".join(told(error.faults)), err=True)
    click.echo(f"{counted(len(error.faults), 'fault')}. Nothing was stored.", err=True)
