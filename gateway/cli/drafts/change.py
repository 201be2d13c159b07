"""`gateway drafts change`: what the forms of the console do to a file, as a command."""

from __future__ import annotations

from collections.abc import Iterator

import click

from gateway.cli.drafts.shown import id_argument, tell
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import Edit, Move, Remove, Rename, SetText


@click.command(
    epilog="""\b
Examples:
  gateway drafts change 1 health.yaml --set 'screens.menu.text.sw=Afya yako'
  gateway drafts change 1 health.yaml --up screens.menu.choice.3
  gateway drafts change 1 health.yaml --rename screens.menu=first
"""
)
@id_argument
@click.argument("file")
@click.option("--set", "sets", multiple=True, metavar="PATH=TEXT", help="Write a text.")
@click.option("--rename", "renames", multiple=True, metavar="PATH=NAME", help="Name it otherwise.")
@click.option("--up", "ups", multiple=True, metavar="PATH", help="Move a line up.")
@click.option("--down", "downs", multiple=True, metavar="PATH", help="Move a line down.")
@click.option("--take-out", "outs", multiple=True, metavar="PATH", help="Take a part out.")
@actor_option
@json_option
def change(
    draft_id: str,
    file: str,
    sets: tuple[str, ...],
    renames: tuple[str, ...],
    ups: tuple[str, ...],
    downs: tuple[str, ...],
    outs: tuple[str, ...],
    by: str,
    as_json: bool,
) -> None:
    """Change parts of FILE in draft ID, and leave comments, order and layout as they are.

    A PATH is the way to a part, with points between: screens.menu.text.sw. Texts are written first,
    then parts are moved, taken out and named otherwise. A screen that has another name is named so
    wherever its file leads to it.
    """
    screens = [(path[1], name) for path, name in map(_named, renames) if _is_screen(path)]
    edits = list(_edits(sets, renames, ups, downs, outs))
    if not edits and not screens:
        raise click.UsageError("Say what to change: --set, --rename, --up, --down or --take-out.")
    with own_gateway() as gateway:
        draft = gateway.editor.change.edit(draft_id, file, edits, by=by)
        for old, new in screens:
            draft = gateway.editor.change.rename_screen(draft_id, file, old, new, by=by)
        made = counted(len(edits) + len(screens), "change")
        said = f"{made} in {file}. Draft {draft.id} has version {draft.version}."
        tell(gateway, draft, said, as_json=as_json)


def _edits(
    sets: tuple[str, ...],
    renames: tuple[str, ...],
    ups: tuple[str, ...],
    downs: tuple[str, ...],
    outs: tuple[str, ...],
) -> Iterator[Edit]:
    for each in sets:
        path, text = _named(each)
        yield SetText(path=path, text=text)
    for each in ups:
        yield Move(path=_path(each), up=True)
    for each in downs:
        yield Move(path=_path(each), up=False)
    for each in outs:
        yield Remove(path=_path(each))
    for each in renames:
        path, name = _named(each)
        if not _is_screen(path):
            yield Rename(path=path, name=name)


def _is_screen(path: Path) -> bool:
    return len(path) == 2 and path[0] == "screens"


def _named(written: str) -> tuple[Path, str]:
    path, sign, text = written.partition("=")
    if not sign:
        raise click.UsageError(f"'{written}' has no =: write PATH=TEXT.")
    return _path(path), text


def _path(written: str) -> Path:
    path = tuple(written.split("."))
    if not all(path):
        raise click.UsageError(f"'{written}' is no path: write screens.menu.text.sw.")
    return path
