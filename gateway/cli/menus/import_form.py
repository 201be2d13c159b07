"""`gateway menus import`: a service, made of a form in a workbook (XLSForm)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from gateway.adapters.menu_files.load import parsed
from gateway.adapters.xlsforms.fitted import SAMPLES, files_of, fitted
from gateway.adapters.xlsforms.list_files import with_list_files
from gateway.adapters.xlsforms.planned import Asked, planned
from gateway.adapters.xlsforms.trial import FORMS, Trial
from gateway.adapters.xlsforms.workbook import sheets_of
from gateway.adapters.xlsforms.written import told
from gateway.adapters.yaml.documents import shown_name
from gateway.cli.menus.check import channels_of, find_menu
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.cli.shared.progress import progress_bar
from gateway.deployment.folder import load_handlers
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import dialled_with
from gateway.domain.xlsforms.form.findings import Finding, Findings, Kind
from gateway.domain.xlsforms.form.sheets import RawSheet
from gateway.domain.xlsforms.plan import Imported


@click.command(
    "import",
    epilog="""\b
Examples:
  gateway menus import household.xlsx --dry-run
  gateway menus import household.xlsx --service household --institution health --shortcut 53
  gateway menus import household.xlsx --rounds 5 --overwrite
  gateway menus import household.xlsx --into mycountry --json
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The deployment, when it is not the current one.",
)
@click.option("--service", default="", metavar="NAME", help="Its id; that of the form otherwise.")
@click.option("--title", default="", help="What it is called; the title of the form otherwise.")
@click.option("--institution", default="", metavar="NAME", help="Whose service it is.")
@click.option("--shortcut", default="", metavar="DIGITS", help="A free one otherwise.")
@click.option("--keyword", default="", metavar="WORD", help="Opens it by SMS; its id otherwise.")
@click.option(
    "--language", default="", metavar="CODE", help="The language of columns that name none."
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 20),
              help="How often a repeat is asked at most.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@overwrite_option
@json_option
@click.pass_context
def import_(
    context: click.Context,
    file: Path,
    into: Path | None,
    service: str,
    title: str,
    institution: str,
    shortcut: str,
    keyword: str,
    language: str,
    rounds: int,
    dry_run: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Make a service of FILE, a form as ODK, KoboToolbox and SurveyCTO write it (XLSForm).

    Writes menus/NAME.yaml and forms/NAME.yaml, which are yours to edit. What a phone cannot ask is
    left out and named with its row; what a person must decide is named, too, and stands above its
    screen. With a fault in the form, nothing is written, and the exit code is 1.

    With --overwrite a service that was made before is made anew, and what changes is told. What
    stands above its screens stays as it was written: title, keywords, hours and the like.
    """
    deployment = _Deployment.at(into)
    found = Findings()
    sheets = _read(file, found)
    asked = Asked(
        service=service,
        title=title,
        institution=institution,
        shortcut=shortcut,
        keyword=keyword,
        language=language,
        rounds=rounds,
    )
    made, files = None, {}
    changes: Sequence[str] = ()
    if "survey" in sheets:
        plan, unnamed = planned(
            asked,
            deployment.release,
            deployment.channels,
            sheets,
            file.stem,
            found,
            deployment.written,
        )
        targets = [deployment.file(f"{part}/{plan.service}.yaml") for part in ("menus", FORMS)]
        if not dry_run and not found.has_faults:
            refuse_existing(targets, overwrite)
        made = fitted(sheets, plan, unnamed, file.name, deployment.trial(), found)
        texts = files_of(made, file.name) if made.service else {}
        files = {deployment.file(name): text for name, text in texts.items()}
        if any(target.exists() for target in targets) and texts:
            declared = {name: text for name, text in texts.items() if name.endswith(".yaml")}
            changes = deployment.trial().changes_with(declared)
    findings = found.in_order() if made is None else list(made.findings)
    faulty = not files
    if files and not dry_run:
        write_files({path: text.encode() for path, text in files.items()}, overwrite)
    if as_json:
        click.echo(
            _as_json(file, made, files, findings, changes, written=bool(files) and not dry_run)
        )
    else:
        _tell(file, made, files, findings, changes, deployment, dry_run=dry_run)
    context.exit(1 if faulty else 0)


@dataclass(frozen=True, slots=True)
class _Deployment:
    """Where the service goes."""

    home: Path
    menus: Path
    release: Release
    channels: Sequence[Channel]

    @classmethod
    def at(cls, path: Path | None) -> _Deployment:
        """Returns a deployment; raises MenuInvalid where its menu cannot be read."""
        home, folder = find_menu(path)
        channels, configured = channels_of(home)
        menus = folder or configured
        menu, faults = parsed(menus)
        if menu is None:
            raise MenuInvalid(sorted(set(faults)))
        return cls(home, menus, menu.release, channels)

    def file(self, name: str) -> Path:
        """Returns a file by its name beside the folder of the menus."""
        folder, _, rest = name.partition("/")
        if folder == "menus":
            return self.menus / rest
        return (self.home if name.startswith(SAMPLES) else self.menus.parent) / name

    def written(self, service: str) -> str | None:
        """Returns the text of the file of a service that is there already."""
        file = self.file(f"menus/{service}.yaml")
        return file.read_text("utf-8", "replace") if file.is_file() else None

    def trial(self) -> Trial:
        """Returns the copy of the menu in which a service is tried."""
        return Trial(self.menus, partial(load_handlers, self.home), self.channels)


def _read(file: Path, found: Findings) -> Mapping[str, RawSheet]:
    long = file.stat().st_size > 200_000
    with progress_bar(3, file.name, hidden=not long) as bar:
        sheets = with_list_files(file, sheets_of(file, found), found)
        bar.update(3)
    return sheets


def _tell(
    file: Path,
    made: Imported | None,
    files: Mapping[Path, str],
    findings: Sequence[Finding],
    changes: Sequence[str],
    deployment: _Deployment,
    *,
    dry_run: bool,
) -> None:
    headings = {
        Kind.FAULT: "Wrong in the form:",
        Kind.DECIDE: "For a person to decide:",
        Kind.LEFT_OUT: "Left out:",
    }
    shown = Path(shown_name(file)).name
    for kind, heading in headings.items():
        lines = [told(each, shown) for each in findings if each.kind is kind]
        if lines:
            click.echo("\n".join([heading, *(f"  {line}" for line in lines)]))
    if not files or made is None:
        click.echo("Nothing was written.")
        return
    if changes:
        click.echo("\n".join(["What changes:", *(f"  {line}" for line in changes)]))
    verb = "would be written" if dry_run else "written"
    *before, last = (shown_name(path) for path in files)
    names = f"{', '.join(before)} and {last}"
    screens = made.service["screens"]
    count = len(screens) if isinstance(screens, Mapping) else 0
    click.echo(f"{names} {verb}: {counted(count, 'screen')}.")
    if not dry_run:
        for looked_up in made.lists:
            rows = f"{SAMPLES}/{looked_up.name}.csv"
            click.echo(f"A list to load: gateway data import {looked_up.name} {rows}")
        click.echo(f"{_ways_in(made, deployment)} Now: gateway menus check")


def _ways_in(made: Imported, deployment: _Deployment) -> str:
    """Returns a sentence about what is dialled and what is texted."""
    codes = [channel.service_code for channel in deployment.channels if channel.service_code]
    shortcut, keywords = str(made.service["shortcut"]), made.service["keywords"]
    dialled = f"Dial {dialled_with(codes[0], shortcut)}, or text" if codes else "Text"
    words = next(iter(keywords.values())) if isinstance(keywords, Mapping) else ""
    return f"{dialled} {words[0] if isinstance(words, list) else ''}."


def _as_json(
    file: Path,
    made: Imported | None,
    files: Mapping[Path, str],
    findings: Sequence[Finding],
    changes: Sequence[str],
    *,
    written: bool,
) -> str:
    rows = [
        {
            "kind": each.kind.value,
            "sheet": each.spot.sheet,
            "row": each.spot.row or None,
            "column": each.spot.column or None,
            "place": str(each.spot),
            "sentence": each.sentence,
        }
        for each in findings
    ]
    document = {
        "file": file.name,
        "service": made.service.get("service") if made else None,
        "shortcut": made.service.get("shortcut") if made else None,
        "files": [shown_name(path) for path in files],
        "written": written,
        "changes": list(changes),
        "findings": rows,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
