"""`gateway migrate` and `gateway data`: what stands in the database."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.adapters.database import engine as database
from gateway.loaded import load
from gateway.domain.errors import Refused


@click.command(epilog="\b\nExample:\n  gateway migrate\n")
def migrate() -> None:
    """Bring the database's schema up to date. Safe to run again, and from several machines."""
    from gateway.adapters.database.migrate import migrate as apply

    steps = apply(database.create(load().database_url))
    click.echo(f"Applied: {', '.join(steps)}." if steps else "The database is up to date.")


@click.group()
def data() -> None:
    """Load reference data: clinics, results, prices."""


@data.command(
    "import",
    epilog="""\b
Examples:
  gateway data import facilities config/sample-data/facilities.csv
  gateway data import exam_results results.csv --dry-run
""",
)
@click.argument("dataset")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and load nothing.")
def import_(dataset: str, file: Path, dry_run: bool) -> None:
    """Replace the rows of DATASET by those of FILE (CSV, UTF-8).

    The file is loaded whole or not at all: every fault is shown, with its line, before anything
    changes. While it is loaded, citizens are answered from the old rows.
    """
    from gateway.adapters import data_files

    deployment = load()
    declared = deployment.datasets.get(dataset)
    if declared is None:
        names = ", ".join(deployment.datasets)
        raise Refused(f"No dataset '{dataset}' in handlers/__init__.py. There are: {names}.")
    with click.progressbar(length=file.stat().st_size, label=f"{file.name}", hidden=None) as bar:
        pass
