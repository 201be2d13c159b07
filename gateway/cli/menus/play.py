"""`gateway menus test`: plays the golden dialogues, and says which screens none of them shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.cli.menus.rehearsed import conclusion, rehearsed, tell, verbose_option, verdict_rows
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.deployment.load import load
from gateway.domain.dialogue.golden_dialogue import FILE_ENDING
from gateway.domain.menu_checks.ways.graph import unvisited
from gateway.rehearsal.rehearse import Rehearsed
from gateway.rehearsal.update import update as write_anew


@click.command(
    epilog="""\b
Examples:
  gateway menus test
  gateway menus test menus/dialogues/find_clinic_sw.dialogue.yaml
  gateway menus test --coverage
  gateway menus test --update; git diff menus
  gateway menus test --update --accept-other-screens menus/dialogues/find_clinic_sw.dialogue.yaml
"""
)
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--coverage", is_flag=True, help="List the screens that no dialogue shows.")
@click.option("--update", is_flag=True, help="Write what is seen now into the files. Review it.")
@click.option(
    "--accept-other-screens",
    "accepted",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --update: write FILE though it comes to other screens. Repeat it for more.",
)
@verbose_option
@json_option
@click.pass_context
def test(
    context: click.Context,
    path: Path | None,
    coverage: bool,
    update: bool,
    accepted: Sequence[Path],
    verbose: bool,
    as_json: bool,
) -> None:
    """Play the golden dialogues: every file that ends with .dialogue.yaml in the menu's folder.

    PATH is one of them, or a folder. Each is played on the menu as it stands in the files, with the
    sample data, and held to what is written, page by page. Exits with 1 when any goes otherwise.

    --update follows what is chosen: where a line has another key now, that key is written. It
    writes all files that differ, or none: a dialogue that comes to other screens must be named.
    """
    if accepted and not update:
        raise click.UsageError("--accept-other-screens goes with --update.")
    deployment = load()
    release = deployment.load_release()
    folder = deployment.settings.menus_folder
    paths = _files(path or folder)
    played = rehearsed(deployment, release, paths)
    rewritten = write_anew(played, folder, accepted) if update else ()
    missing = unvisited(release, played.visited) if coverage else {}
    if as_json:
        click.echo(_as_json(played, missing))
    else:
        _tell(played, missing, release.languages, len(rewritten), verbose=verbose)
    context.exit(1 if played.failed else 0)


def _files(path: Path) -> Sequence[Path]:
    return dialogue_files.found_in(path) if path.is_dir() else [path]


def _tell(
    rehearsed: Rehearsed,
    missing: Mapping[str, Sequence[str]],
    languages: Mapping[str, str],
    rewritten: int,
    *,
    verbose: bool,
) -> None:
    for language, screens in missing.items():
        if screens:
            click.echo(f"{languages[language]}: no dialogue shows {', '.join(screens)}.")
    if missing and not any(missing.values()):
        click.echo("Every screen is shown in every language.")
    if not rehearsed.verdicts:
        click.echo(f"No dialogues: no file here ends with {FILE_ENDING}.")
    elif not rehearsed.failed:
        click.echo(conclusion(rehearsed, "all as written."))
    elif rewritten:
        _tell_moves(rehearsed)
        click.echo(conclusion(rehearsed, f"{rewritten} rewritten. Review the difference."))
    else:
        tell(rehearsed, verbose=verbose)


def _tell_moves(rehearsed: Rehearsed) -> None:
    """Says which lines were followed to another key, and in how many dialogues."""
    moves = Counter(
        move for verdict in rehearsed.failed if verdict.followed for move in verdict.followed.moves
    )
    for move, count in moves.most_common():
        click.echo(f"{move}: followed in {counted(count, 'dialogue')}.")


def _as_json(rehearsed: Rehearsed, missing: Mapping[str, Sequence[str]]) -> str:
    told = {"dialogues": verdict_rows(rehearsed), "not_shown": missing}
    return json.dumps(told, ensure_ascii=False, indent=2)
