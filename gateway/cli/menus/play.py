"""`gateway menus test`: plays the golden dialogues, and says which screens none of them shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.yaml.documents import shown_name
from gateway.cli.menus.rehearsed import rehearsed, verdict_rows
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.deployment.load import load
from gateway.domain.dialogue.golden_dialogue import FILE_ENDING
from gateway.domain.menu_checks.graph import unvisited
from gateway.rehearsal.stage import Rehearsed, Verdict


@click.command(
    epilog="""\b
Examples:
  gateway menus test
  gateway menus test menus/dialogues/find_clinic_sw.dialogue.yaml
  gateway menus test --coverage
  gateway menus test --update && git diff menus
"""
)
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--coverage", is_flag=True, help="List the screens that no dialogue shows.")
@click.option("--update", is_flag=True, help="Write what is seen now into the files. Review it.")
@json_option
@click.pass_context
def test(
    context: click.Context, path: Path | None, coverage: bool, update: bool, as_json: bool
) -> None:
    """Play the golden dialogues: every file that ends with .dialogue.yaml in the menu's folder.

    PATH is one of them, or a folder. Each is played on the menu as it stands in the files, with the
    sample data, and held to what is written, page by page. Exits with 1 when any goes otherwise.
    """
    deployment = load()
    release = deployment.load_release()
    folder = deployment.settings.menus_folder
    paths = _files(path or folder)
    played = rehearsed(deployment, release, paths)
    if update:
        _write(played.failed, folder)
    missing = unvisited(release, played.visited) if coverage else {}
    if as_json:
        click.echo(_as_json(played, missing))
    else:
        _tell(played, missing, release.languages, updated=update)
    context.exit(1 if played.failed else 0)


def _files(path: Path) -> Sequence[Path]:
    return dialogue_files.found_in(path) if path.is_dir() else [path]


def _write(verdicts: Sequence[Verdict], folder: Path) -> None:
    for verdict in verdicts:
        if verdict.seen is not None:
            root = dialogue_files.way_to_root(verdict.path, folder)
            verdict.path.write_text(dialogue_files.written(verdict.seen, root), "utf-8")


def _tell(
    rehearsed: Rehearsed,
    missing: Mapping[str, Sequence[str]],
    languages: Mapping[str, str],
    *,
    updated: bool,
) -> None:
    for verdict in rehearsed.failed:
        click.secho(f"{shown_name(verdict.path)}: {verdict.title}", bold=True)
        for line in verdict.differences:
            click.secho(f"  {line}", fg={"+": "green", "-": "red"}.get(line[:1]))
        click.echo()
    for language, screens in missing.items():
        if screens:
            click.echo(f"{languages[language]}: no dialogue shows {', '.join(screens)}.")
    if missing and not any(missing.values()):
        click.echo("Every screen is shown in every language.")
    total, failed = counted(len(rehearsed.verdicts), "dialogue"), len(rehearsed.failed)
    if not rehearsed.verdicts:
        click.echo(f"No dialogues: no file here ends with {FILE_ENDING}.")
    elif not failed:
        click.echo(f"{total}, all as written.")
    elif updated:
        click.echo(f"{total}, {failed} rewritten. Review the difference.")
    else:
        click.echo(f"{total}, {failed} not as written.")


def _as_json(rehearsed: Rehearsed, missing: Mapping[str, Sequence[str]]) -> str:
    told = {"dialogues": verdict_rows(rehearsed), "not_shown": missing}
    return json.dumps(told, ensure_ascii=False, indent=2)
