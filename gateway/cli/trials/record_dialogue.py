"""`--record`: writes what was typed on a phone as a golden dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
from gateway.adapters.yaml.documents import shown_name
from gateway.adapters.yaml.quoted import Unwritable
from gateway.cli.shared.output_files import refuse_existing, write_files
from gateway.deployment.load import Deployment
from gateway.domain.dialogue.golden_dialogue import (
    FILE_ENDING,
    Dialogue,
    DialogueTurn,
    Surface,
    difference,
)
from gateway.domain.faults_and_errors.errors import Refused
from gateway.rehearsal.stage import stage

#: A page that was seen, and what was typed on seeing it; None at the end.
Seen = tuple[str, str | None]

record_option = click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Write a golden dialogue into FILE (in the menu's folder, ending with {FILE_ENDING}).",
)


def check_place(deployment: Deployment, path: Path | None, overwrite: bool) -> None:
    """Refuses a file that is there, and one that `gateway menus test` would not find.

    Raises Refused for the first and a usage error for the second.
    """
    if path is None:
        return
    folder = deployment.settings.menus_folder
    if not path.name.endswith(FILE_ENDING) or not path.resolve().is_relative_to(folder):
        raise click.BadParameter(
            f"expected a file in {shown_name(folder)} that ends with {FILE_ENDING}",
            param_hint="--record",
        )
    refuse_existing([path], overwrite)


def as_seen(
    surface: Surface, opening: str, seen: Sequence[Seen], channel: str | None, language: str
) -> Dialogue:
    """Returns what was typed and seen as a dialogue."""
    return Dialogue(
        title="Recorded from a phone",
        surface=surface,
        opening=opening,
        channel=channel or "",
        language=language,
        turns=[DialogueTurn(sees=page, types=typed) for page, typed in seen],
    )


def write_dialogue(
    deployment: Deployment,
    path: Path,
    seen: Dialogue,
    heard: HeardCalls,
    *,
    overwrite: bool = False,
) -> None:
    """Plays what was typed over the sample data, and writes it down.

    What declared calls came to is pinned; raises Refused where that cannot be known. Where the
    sample data show other pages than were seen, it says so: a dialogue must not rest on what
    changes from day to day.
    """
    root = dialogue_files.way_to_root(path, deployment.settings.menus_folder)
    _as_file(seen, root)  # what no file can hold is refused before it is played
    seen = replace(seen, handlers=heard.pins())
    with stage(deployment, deployment.load_release()) as used:
        played = used.play(seen)
        if used.unpinned:
            names = ", ".join(sorted(used.unpinned))
            raise Refused(
                f"What the gateway elsewhere heard from {names} is not known here, so nothing was "
                f"recorded. Record it without --url."
            )
    *before, last = played.turns
    whole = replace(played, turns=[*before, replace(last, types=None)])
    write_files({path: dialogue_files.written(whole, root).encode()}, overwrite)
    click.echo(f"Recorded in {shown_name(path)}. Now give it a title.", err=True)
    pages = [[turn.sees for turn in each.turns] for each in (seen, played)]
    if pages[0] != pages[1]:
        click.echo("Over the sample data its pages are others than you saw:", err=True)
        click.echo("\n".join(difference(seen, played)), err=True)


def _as_file(dialogue: Dialogue, root: str) -> str:
    try:
        return dialogue_files.written(dialogue, root)
    except Unwritable as error:
        raise Refused(
            f"Nothing was recorded. What was typed cannot be written: {error}."
        ) from error
