"""`gateway data export`: what stands in the database, as a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gateway.adapters.system.clock import SystemClock
from gateway.adapters.dataset_files.export import export_dataset, export_table
from gateway.adapters.sql import engine as database
from gateway.adapters.sql import gauges
from gateway.cli.shared.options import json_option, looker_option
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.deployment.load import load

ENDINGS = (".csv", ".xlsx")

#: Fewer are written before a progress bar could be read.
LONG_ROWS = 20_000


@click.command(
    "export",
    short_help="Write rows into a CSV or XLSX file.",
    epilog="""\b
Examples:
  gateway data export facilities facilities.xlsx
  gateway data export consultation_answers answers.csv
""",
)
@click.argument("dataset")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@looker_option
@json_option
def export(dataset: str, file: Path, by: str, as_json: bool) -> None:
    """Write the rows of DATASET into FILE (.csv or .xlsx).

    DATASET is a dataset, or a table that handlers write. Secret columns are not stored, and so are
    left out. Whoever's personal row is written can see that it was. A file that is there is
    replaced.
    """
    if file.suffix.lower() not in ENDINGS:
        raise click.UsageError("Let FILE end with .csv or .xlsx.")
    deployment = load()
    engine = database.create(deployment.settings.database_url)
    secret: list[str] = []
    now = SystemClock().now()
    expected = gauges.read(engine, now).datasets.get(dataset, 0)
    long = expected > LONG_ROWS
    with click.progressbar(
        length=expected, label=file.name, hidden=not long, file=sys.stderr
    ) as bar:
        if dataset in deployment.datasets:
            declared = deployment.datasets[dataset]
            secret = [each.name for each in declared.columns if each.secret]
            rows = export_dataset(engine, declared, file, progress=bar.update)
        elif dataset in deployment.tables:
            rows = export_table(
                engine,
                deployment.keyring,
                deployment.tables[dataset],
                file,
                who=by,
                now=now,
                progress=bar.update,
            )
        else:
            names = [*deployment.datasets, *deployment.tables]
            proposal = did_you_mean(dataset, names)
            raise Refused(f"No dataset or table '{dataset}' in handlers/__init__.py.{proposal}")
    if as_json:
        told = {"dataset": dataset, "rows": rows, "file": str(file), "left_out": secret}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{dataset}: {rows} rows written to {file}.")
    if secret:
        click.echo(f"Left out, since they are secret: {', '.join(secret)}.", err=True)
