"""`gateway data import`: the rows of a ministry's file, as it comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gateway.adapters.dataset_files.export import write_rows
from gateway.adapters.dataset_files.file_kinds import is_encoding
from gateway.adapters.dataset_files.load import Imported
from gateway.adapters.dataset_files.reading import Reading
from gateway.cli.data.faults_told import told
from gateway.cli.shared.faults import for_programs
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.progress import progress_bar
from gateway.domain.faults_and_errors.errors import DataInvalid
from gateway.domain.faults_and_errors.fault import Fault

#: A smaller file is loaded before a progress bar could be read.
LONG_FILE_BYTES = 200_000

#: How the name of a file ends that has the rows which were left out.
_FAULTY = ".faulty.csv"


def _names(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> Mapping[str, str]:
    names = {}
    for each in given:
        name, sign, column = each.rpartition("=")
        if not sign or not name.strip() or not column.strip():
            raise click.BadParameter(f"'{each}' is not of the form 'Facility name=name'.")
        names[name.strip()] = column.strip()
    return names


def _encoding(_: click.Context, __: click.Parameter, name: str) -> str:
    if name and not is_encoding(name):
        raise click.BadParameter(f"'{name}' is no encoding of texts, such as windows-1256.")
    return name


@click.command(
    "import",
    short_help="Replace the rows of a dataset by those of a file.",
    epilog="""\b
Examples:
  gateway data import facilities config/sample-data/facilities.csv
  gateway data import exam_results results.xlsx --dry-run
  gateway data import exam_results results.xlsx --by "Examinations Council"
  gateway data import facilities list.xlsx --sheet 2026 --map "Facility name=name"
  gateway data import facilities list.xlsx --ignore-others --skip-faulty
""",
)
@click.argument("dataset")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and load nothing.")
@click.option("--sheet", default="", help="The sheet of a workbook; the first otherwise.")
@click.option(
    "--map",
    "names",
    multiple=True,
    metavar="NAME=COLUMN",
    callback=_names,
    help="A column of the file, and which of the dataset it is. May be repeated.",
)
@click.option(
    "--encoding",
    default="",
    metavar="NAME",
    callback=_encoding,
    help="How a CSV file is coded, such as windows-1256, where it is not UTF-8.",
)
@click.option("--ignore-others", is_flag=True, help="Take a file with columns that are not used.")
@click.option(
    "--skip-faulty",
    is_flag=True,
    help="Load the faultless rows, and write the others into a file beside FILE.",
)
@click.option("--allow-empty", is_flag=True, help="Take a file without rows: nothing stays.")
@actor_option
@json_option
def import_(
    dataset: str,
    file: Path,
    dry_run: bool,
    sheet: str,
    names: Mapping[str, str],
    encoding: str,
    ignore_others: bool,
    skip_faulty: bool,
    allow_empty: bool,
    by: str,
    as_json: bool,
) -> None:
    """Replace the rows of DATASET by those of FILE (CSV, or a sheet of an XLSX).

    Columns are found by name, whatever their case, spaces and accents; titles may stand above them.
    The file is loaded whole or not at all: every fault is shown, with its line, before anything
    changes, and how many rows are new (+), gone (-) and changed (~). Until then citizens are
    answered from the old rows. Exits with 1 when there are faults.
    """
    if file.name.endswith(_FAULTY):
        raise click.ClickException(
            f"{file.name} has only the rows that were left out, and would take the place of all "
            "that are loaded. Mend them in the list itself, and import that."
        )
    size = file.stat().st_size
    long = size > LONG_FILE_BYTES
    bar = progress_bar(size, file.name, hidden=not long)
    reading = Reading(
        names=names,
        ignore_others=ignore_others,
        sheet=sheet,
        skip_faulty=skip_faulty,
        encoding=encoding,
    )
    with own_gateway() as gateway, bar:
        try:
            imported = gateway.datasets.load(
                dataset,
                file,
                reading=reading,
                dry_run=dry_run,
                may_be_empty=allow_empty,
                by=by,
                progress=bar.update,
            )
        except DataInvalid as error:
            _tell_faults(dataset, error.faults, by, as_json=as_json)
            raise SystemExit(1) from None
    aside = _set_aside(file, imported)
    if as_json:
        _echo_json(dataset, by, imported.rows, changes=imported, aside=aside)
        return
    changes = f": {imported.changes}" if imported.changes is not None else ""
    done = "are free of faults; nothing was loaded" if dry_run else "loaded"
    are = done if imported.rows != 1 else done.replace("are free", "is free")
    click.echo(f"{dataset}: {counted(imported.rows, 'row')} {are}{changes}.")
    if imported.skipped:
        click.echo(f"{counted(imported.skipped, 'row')} left out, as `skip` says.")
    if aside is not None:
        rows = counted(len(imported.set_aside), "row")
        click.echo(
            f"{rows} with faults left out; see {aside}. Mend them in {file.name}, and import it "
            "again.",
            err=True,
        )


def _tell_faults(dataset: str, faults: Sequence[Fault], by: str, *, as_json: bool) -> None:
    if as_json:
        _echo_json(dataset, by, 0, faults=faults)
        return
    click.echo("\n".join(told(faults)), err=True)
    click.echo(f"{counted(len(faults), 'fault')}. Nothing was loaded.", err=True)


def _echo_json(
    dataset: str,
    by: str,
    rows: int,
    *,
    changes: Imported | None = None,
    faults: Sequence[Fault] | None = None,
    aside: Path | None = None,
) -> None:
    what = changes.changes if changes is not None else None
    document = {
        "dataset": dataset,
        "rows": rows,
        "by": by,
        "changes": None
        if what is None
        else {"added": what.added, "removed": what.removed, "changed": what.changed},
        "skipped": changes.skipped if changes is not None else 0,
        "set_aside": len(changes.set_aside) if changes is not None else 0,
        "set_aside_in": None if aside is None else str(aside),
        "faults": for_programs(faults or ()),
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _set_aside(file: Path, imported: Imported) -> Path | None:
    """Writes the rows with faults beside their file, and returns where; None where there are none.

    They have their line, and what is wrong, behind their own columns.
    """
    if not imported.set_aside:
        return None
    path = file.with_name(file.stem + _FAULTY)
    width = len(imported.names)
    rows = (
        (*each.values[:width], *[""] * (width - len(each.values)), str(each.line), each.why)
        for each in imported.set_aside
    )
    try:
        write_rows(path, [*imported.names, "line", "why"], rows, overwrite=True)
    except OSError as error:
        raise click.ClickException(
            f"The rows with faults cannot be written to {path}: {error.strerror}. The others are "
            "loaded."
        ) from None
    return path
