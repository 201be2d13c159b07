"""`gateway migrate` and `gateway data`: what stands in the database."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.adapters.sql.handler_toolkit.record_tables import make as make_tables
from gateway.adapters.sql.migrate import is_newer
from gateway.adapters.sql.migrate import migrate as apply
from gateway.adapters.sql.migrations.fill_institutions import fill_institutions
from gateway.adapters.sql.schema import probe
from gateway.adapters.system.private_files import make_folder
from gateway.cli.data.export import export
from gateway.cli.data.faults_told import told
from gateway.cli.data.import_file import import_
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.domain.faults_and_errors.errors import DataInvalid


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

    All steps are applied or none; a schema of a newer release is refused without --newer-too.
    Then rows that carry no institution are given the deployment's own, a few thousand at a time.
    """
    with own_gateway() as gateway:
        if newer_too and is_newer(gateway.engine):
            probe(gateway.engine)
            click.echo("A newer release has been here. All that this one needs is there.")
            return
        deployment = gateway.deployment
        make_folder(deployment.settings.data_folder)
        applied = apply(gateway.engine, lambda sentence: click.echo(sentence, err=True))
        steps = [*applied, *make_tables(gateway.engine, deployment.tables.values())]
        gateway.keys.settle()
        filled = fill_institutions(gateway.engine, deployment.settings.institution)
    click.echo(f"Applied: {', '.join(steps)}." if steps else "The database is up to date.")
    if filled:
        told = counted(filled, "row")
        click.echo(f"{told} of no service now carry '{deployment.settings.institution}'.")


@click.group(epilog="\b\nExample:\n  gateway data import facilities facilities.csv --dry-run\n")
def data() -> None:
    """Load reference data, and write out what is stored."""


data.add_command(export)
data.add_command(import_)


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
            click.echo("\n".join(told(error.faults)), err=True)
            raise SystemExit(1) from None
    for name, rows in loaded.items():
        click.echo(f"{name}: {counted(rows, 'row')} loaded.")
    for name in missing:
        if name not in loaded:
            click.echo(f"{name}: has no rows, and {folder} has no file {name}.csv.", err=True)
    if not missing:
        click.echo("Every dataset has rows. Nothing was loaded.")
