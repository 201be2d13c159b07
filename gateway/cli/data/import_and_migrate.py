"""`gateway migrate` and `gateway data`: what stands in the database."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gateway.adapters.sql.handler_toolkit.record_tables import make as make_tables
from gateway.adapters.sql.migrate import is_newer
from gateway.adapters.sql.migrate import migrate as apply
from gateway.adapters.sql.schema import probe
from gateway.adapters.system.private_files import make_folder
from gateway.cli.data.export import export
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.faults_and_errors.errors import DataInvalid

#: A smaller file is loaded before a progress bar could be read.
LONG_FILE_BYTES = 200_000


@click.command(
    epilog="""\b
Examples:
  gateway migrate
  gateway migrate --newer-too      where an older release is started again
"""
)
@click.option(
    "--newer-too",
    is_flag=True,
    help="Take a schema that a newer release has made, if it has all that this one needs.",
)
def migrate(newer_too: bool) -> None:
    """Bring the database's schema up to date. Safe to run again, and from several machines.

    All steps are applied or none. A schema of a newer release is refused without --newer-too.
    """
    with own_gateway() as gateway:
        if newer_too and is_newer(gateway.engine):
            probe(gateway.engine)
            click.echo("A newer release has been here. All that this one needs is there.")
            return
        deployment = gateway.deployment
        make_folder(deployment.settings.data_folder)
        steps = [*apply(gateway.engine), *make_tables(gateway.engine, deployment.tables.values())]
        gateway.keys.settle()
    click.echo(f"Applied: {', '.join(steps)}." if steps else "The database is up to date.")


@click.group(epilog="\b\nExample:\n  gateway data import facilities facilities.csv --dry-run\n")
def data() -> None:
    """Load reference data, and write out what is stored."""


data.add_command(export)


@data.command(
    epilog="""\b
Examples:
  gateway data fill config/sample-data
  gateway data fill /srv/our-data
""",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def fill(folder: Path) -> None:
    """Load the datasets that have no rows yet, from the files in FOLDER.

    A file is called as its dataset, and ends in .csv or .xlsx. What is loaded stays as it is, so
    this is safe to run at every start. Exits with 1 at the first file with faults.
    """
    with own_gateway() as gateway:
        missing = gateway.datasets.missing()
        try:
            loaded = gateway.datasets.load_folder(folder, missing)
        except DataInvalid as error:
            click.echo("\n".join(str(fault) for fault in error.faults), err=True)
            raise SystemExit(1) from None
    for name, rows in loaded.items():
        click.echo(f"{name}: {rows} rows loaded.")
    for name in missing:
        if name not in loaded:
            click.echo(f"{name}: has no rows, and {folder} has no file {name}.csv.", err=True)
    if not missing:
        click.echo("Every dataset has rows. Nothing was loaded.")


@data.command(
    "import",
    short_help="Replace the rows of a dataset by those of a file.",
    epilog="""\b
Examples:
  gateway data import facilities config/sample-data/facilities.csv
  gateway data import exam_results results.xlsx --dry-run
  gateway data import exam_results results.xlsx --by "Examinations Council"
""",
)
@click.argument("dataset")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and load nothing.")
@click.option("--allow-empty", is_flag=True, help="Take a file without rows: nothing stays.")
@actor_option
@json_option
def import_(
    dataset: str, file: Path, dry_run: bool, allow_empty: bool, by: str, as_json: bool
) -> None:
    """Replace the rows of DATASET by those of FILE (CSV in UTF-8, or the first sheet of an XLSX).

    The file is loaded whole or not at all: every fault is shown, with its line, before anything
    changes. Until then citizens are answered from the old rows. Exits with 1 when there are faults.
    """
    size = file.stat().st_size
    long = size > LONG_FILE_BYTES
    bar = click.progressbar(length=size, label=file.name, hidden=not long, file=sys.stderr)
    with own_gateway() as gateway, bar:
        try:
            rows = gateway.datasets.load(
                dataset,
                file,
                dry_run=dry_run,
                may_be_empty=allow_empty,
                by=by,
                progress=bar.update,
            )
        except DataInvalid as error:
            rows, faults = 0, [str(fault) for fault in error.faults]
        else:
            faults = []
    if as_json:
        told = {"dataset": dataset, "rows": rows, "by": by, "faults": faults}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif faults:
        click.echo("\n".join(faults), err=True)
        click.echo(f"{counted(len(faults), 'fault')}. Nothing was loaded.", err=True)
    else:
        done = "are free of faults; nothing was loaded" if dry_run else "loaded"
        click.echo(f"{dataset}: {rows} rows {done}.")
    raise SystemExit(1 if faults else 0)
