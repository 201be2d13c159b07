"""`gateway overview`: what goes on, how well it goes, and for whom, in tables of figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import assert_never

import click

from gateway.adapters.dataset_files.figures import csv_of, plain_value
from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.deployment.load import Deployment
from gateway.domain.analytics.spans import Period
from gateway.domain.analytics.tables import Column, Table, Unit, Value

#: Rows of a table that are shown to people; --json and --csv have all of them.
MOST_ROWS = 30


@click.command(
    epilog="""\b
Tables: incidents, now, time, answers, services, screens, wrong, equity,
languages, networks, delivery, queues, back_ends, breakers, budgets.

\b
Examples:
  gateway overview
  gateway overview incidents queues
  gateway overview equity --period 30d --institution health
  gateway overview screens --period 7d --csv screens.csv
"""
)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option(
    "--period",
    type=click.Choice([each.value for each in Period]),
    default=Period.DAY.value,
    show_default=True,
    help="The last 24 hours, or so many days up to now. What is summed by days alone begins in the "
    "morning.",
)
@click.option("--institution", default="", metavar="NAME", help="Only what is of its services.")
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE", help="Write one TABLE into FILE.",
)  # fmt: skip
@overwrite_option
@actor_option
@json_option
def overview(
    tables: Sequence[str], period: str, institution: str, csv_file: Path | None, overwrite: bool,
    by: str, as_json: bool,
) -> None:  # fmt: skip
    """Show what goes on: how much, how fast, how many complete what they began, and who does not.

    Without TABLE it shows all of them. Nothing in them is about a person, and small counts are not
    shown by themselves.
    """
    if csv_file is not None:
        if len(tables) != 1:
            raise click.UsageError("Name the one TABLE that goes into the file.")
        refuse_existing([csv_file], overwrite)
    with own_gateway() as gateway:
        found = gateway.overview(by, Period(period), institution, tables)
        deployment = gateway.deployment
    if csv_file is not None:
        write_files({csv_file: csv_of(found[0])} if found else {}, overwrite)
    if as_json:
        click.echo(json.dumps([plain(each) for each in found], ensure_ascii=False, indent=2))
        return
    if csv_file is not None:
        click.echo(f"{csv_file} has the table '{tables[0]}'.")
        return
    for number, each in enumerate(found):
        click.echo("" if number else None, nl=bool(number))
        for line in _lines(deployment, each):
            click.echo(line)


def plain(table: Table) -> dict[str, object]:
    """Returns a table as JSON has it: a row is an object by the names of the columns."""
    names = [column.name for column in table.columns]
    return {
        "table": table.name,
        "title": table.title,
        "rows": [dict(zip(names, map(plain_value, row), strict=True)) for row in table.rows],
        "note": table.told,
    }


def _lines(deployment: Deployment, table: Table) -> Iterator[str]:
    yield f"{table.title} ({table.name})"
    rows = [
        [
            _shown(deployment, column, value)
            for column, value in zip(table.columns, row, strict=True)
        ]
        for row in table.rows[:MOST_ROWS]
    ]
    if rows:
        titles = [column.title for column in table.columns]
        widths = [max(map(len, each)) for each in zip(titles, *rows, strict=True)]
        for cells in (titles, *rows):
            padded = (
                cell.ljust(width) if _is_text(column) else cell.rjust(width)
                for cell, width, column in zip(cells, widths, table.columns, strict=True)
            )
            yield f"  {'  '.join(padded)}".rstrip()
    if len(table.rows) > MOST_ROWS:
        yield f"  … {len(table.rows) - MOST_ROWS} more: --json and --csv have them."
    if table.note or not rows:
        yield f"  {table.told or 'Nothing yet.'}"


def _is_text(column: Column) -> bool:
    return column.unit in (Unit.WORDS, Unit.MOMENT, Unit.MINUTE)


def _shown(deployment: Deployment, column: Column, value: Value) -> str:
    """Returns a value as people read it."""
    if value is None:
        return "-"
    match column.unit:
        case Unit.WORDS:
            return str(value)
        case Unit.MOMENT | Unit.MINUTE:
            return local(deployment, value) if isinstance(value, datetime) else str(value)
        case Unit.SHARE:
            return f"{float(str(value)):.0%}"
        case Unit.SECONDS:
            seconds = float(str(value))
            return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
        case Unit.NUMBER:
            return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
        case _:
            assert_never(column.unit)
