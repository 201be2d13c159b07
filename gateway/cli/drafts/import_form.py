"""`gateway drafts import`: a form in a workbook (XLSForm) as a draft."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.adapters.xlsforms.planned import Asked
from gateway.adapters.xlsforms.written import told
from gateway.cli.drafts.shown import echo_json
from gateway.cli.shared.faults import for_programs
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.composition.form_drafts import drafted
from gateway.domain.xlsforms.form.findings import Finding, Kind

_HEADINGS = {
    Kind.FAULT: "Wrong in the form:",
    Kind.DECIDE: "For a person to decide:",
    Kind.LEFT_OUT: "Left out:",
}


@click.command(
    "import",
    epilog="""\b
Examples:
  gateway drafts import household.xlsx
  gateway drafts import household.xlsx --service household --institution health --json
  gateway drafts import household.xlsx --draft 3
  gateway drafts import household.xlsx --overwrite
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--draft", "into", default="", metavar="ID", help="A draft of yours; a new one otherwise."
)
@click.option("--service", default="", metavar="NAME", help="Its id; that of the form otherwise.")
@click.option("--title", default="", help="What it is called; the title of the form otherwise.")
@click.option("--institution", default="", metavar="NAME", help="Whose service it is.")
@click.option("--shortcut", default="", metavar="DIGITS", help="A free one otherwise.")
@click.option("--keyword", default="", metavar="WORD", help="Opens it by SMS; its id otherwise.")
@click.option(
    "--overwrite", is_flag=True, help="Make a service anew that is there; what changes is told."
)
@actor_option
@json_option
@click.pass_context
def import_(
    context: click.Context,
    file: Path,
    into: str,
    service: str,
    title: str,
    institution: str,
    shortcut: str,
    keyword: str,
    overwrite: bool,
    by: str,
    as_json: bool,
) -> None:
    """Make a draft of FILE, a form as ODK, KoboToolbox and SurveyCTO write it (XLSForm).

    It is the service that `gateway menus import` makes, in a draft. Faults are named with their
    sheet, row and column; with any, there is no draft, and the exit code is 1.

    A service that is live is made anew with --overwrite, and what changes is told. What stands
    above its screens stays as it was written: title, keywords, hours and the like.
    """
    asked = Asked(
        service=service, title=title, institution=institution, shortcut=shortcut, keyword=keyword
    )
    with own_gateway() as gateway:
        made = drafted(
            gateway.drafts,
            gateway.deployment,
            gateway.datasets,
            file,
            file.name,
            asked,
            by=by,
            into=into,
            overwrite=overwrite,
        )
    if as_json:
        echo_json(
            {
                "draft": made.draft.id if made.draft else None,
                "service": made.service,
                "files": sorted(made.files),
                "lists": dict(made.lists),
                "changes": list(made.changes),
                "faults": for_programs(made.faults),
                "findings": [_row(each) for each in made.findings],
            }
        )
    else:
        for kind, heading in _HEADINGS.items():
            lines = [told(each, file.name) for each in made.findings if each.kind is kind]
            if lines:
                click.echo("\n".join([heading, *(f"  {line}" for line in lines)]))
        for name, rows in made.lists.items():
            click.echo(f"The list {name} is loaded: {rows:,} {'row' if rows == 1 else 'rows'}.")
        if made.faults:
            click.echo("\n".join(["Faults of the draft:", *(f"  {each}" for each in made.faults)]))
        if made.changes:
            click.echo("\n".join(["What changes:", *(f"  {line}" for line in made.changes)]))
        if made.draft is None:
            click.echo("There is no draft.")
        else:
            click.echo(
                f"{' and '.join(sorted(made.files))} are in draft {made.draft.id}. "
                f"Now: gateway drafts check {made.draft.id}"
            )
    context.exit(0 if made.draft else 1)


def _row(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind.value,
        "sheet": finding.spot.sheet,
        "row": finding.spot.row or None,
        "column": finding.spot.column or None,
        "sentence": finding.sentence,
    }
