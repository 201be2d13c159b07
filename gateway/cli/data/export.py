"""`gateway data export`: what stands in the database, as a file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option, looker_option
from gateway.cli.shared.output_files import overwrite_option, refusals, refuse_existing
from gateway.cli.shared.progress import progress_bar

ENDINGS = (".csv", ".xlsx")

#: Fewer are written before a progress bar could be read.
LONG_ROWS = 20_000


@click.command(
    "export",
    short_help="Write rows into a CSV or XLSX file.",
    epilog="""\b
Examples:
  gateway data export facilities facilities.xlsx
  gateway data export ratings ratings.csv
""",
)
@click.argument("dataset")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@overwrite_option
@looker_option
@json_option
def export(dataset: str, file: Path, overwrite: bool, by: str, as_json: bool) -> None:
    """Write the rows of DATASET into FILE (.csv or .xlsx).

    DATASET is a dataset, or a table that handlers write. Secret columns are not stored, and so are
    left out. Whoever's personal row is written can see that it was.
    """
    if file.suffix.lower() not in ENDINGS:
        raise click.UsageError("Let FILE end with .csv or .xlsx.")
    refuse_existing([file], overwrite)
    with own_gateway() as gateway, refusals():
        declared = gateway.deployment.datasets.get(dataset)
        secret = [each.name for each in declared.columns if each.secret] if declared else []
        expected = gateway.datasets.rows().get(dataset, 0)
        long = expected > LONG_ROWS
        with progress_bar(expected, file.name, hidden=not long) as bar:
            rows = gateway.datasets.export(
                dataset, file, by=by, overwrite=overwrite, progress=bar.update
            )
    if as_json:
        told = {"dataset": dataset, "rows": rows, "file": str(file), "left_out": secret}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{dataset}: {counted(rows, 'row')} written to {file}.")
    if secret:
        click.echo(f"Left out, since they are secret: {', '.join(secret)}.", err=True)
