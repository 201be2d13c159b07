"""`gateway drafts begin`, `save`, `remove`, `pull` and `discard`."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.adapters.releases.whole_folder import Base
from gateway.cli.drafts.folders import files_of, folder_file, written
from gateway.cli.drafts.shown import id_argument, neighbour_lines, tell
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.output_files import overwrite_option
from gateway.domain.menu.draft import Draft

_version_option = click.option(
    "--version",
    type=int,
    help="The version of the draft that was read: what was changed since is not lost.",
)


@click.command(
    epilog="""\b
Examples:
  gateway drafts begin "Clinic hours for the rains"
  gateway drafts begin "New survey" --by asha --json
"""
)
@click.argument("title")
@actor_option
@json_option
def begin(title: str, by: str, as_json: bool) -> None:
    """Begin a draft called TITLE at what is live; at the files where nothing was published."""
    with own_gateway() as gateway:
        draft = gateway.drafts.begin(title, by=by)
        at = f"release {draft.base}" if draft.base else "the files"
        tell(
            gateway,
            draft,
            f"Draft {draft.id} is begun at {at}. To work in a folder: gateway drafts pull "
            f"{draft.id} FOLDER",
            as_json=as_json,
        )


@click.command(
    epilog="""\b
Examples:
  gateway drafts save 1 work
  gateway drafts save 1 work/find_clinic.yaml
  gateway drafts save 1 clinics.yaml --as find_clinic.yaml --version 3
"""
)
@id_argument
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--as", "path", metavar="FILE", help="Its path in the draft; its name otherwise.")
@_version_option
@actor_option
@json_option
def save(
    draft_id: str, source: Path, path: str | None, version: int | None, by: str, as_json: bool
) -> None:
    """Keep SOURCE in draft ID: a file, or a folder that `drafts pull` wrote.

    A folder knows the version that it was written with, so what others have changed since is not
    lost: exits with 5, names the file, and saves nothing. Files that were taken out of the folder
    are taken out of the draft.
    """
    with own_gateway() as gateway:
        draft = gateway.drafts.one(draft_id, by=by)
        texts: dict[str, str | None] = {}
        if source.is_dir():
            texts, known = files_of(source, draft)
        else:
            texts, known = folder_file(source, path, draft)
        saved = gateway.drafts.save_all(
            draft_id, texts, version=version or known or draft.version, by=by
        )
        if source.is_dir():
            written(source, _base(saved), saved.files, overwrite=True)
        before = draft.files
        kept = [each for each, text in texts.items() if before.get(each) != text]
        said = f"Draft {saved.id} has version {saved.version}: {counted(len(kept), 'file')} changed"
        said = "\n".join([f"{said}.", *neighbour_lines(gateway, saved)])
        tell(gateway, saved, said, as_json=as_json)


@click.command(epilog="\b\nExample:\n  gateway drafts remove 1 dialogues/old.dialogue.yaml\n")
@id_argument
@click.argument("path", metavar="FILE")
@_version_option
@actor_option
@json_option
def remove(draft_id: str, path: str, version: int | None, by: str, as_json: bool) -> None:
    """Take FILE out of draft ID."""
    with own_gateway() as gateway:
        seen = version or gateway.drafts.one(draft_id, by=by).version
        draft = gateway.drafts.remove(draft_id, path, version=seen, by=by)
        tell(gateway, draft, f"{path} is no part of draft {draft.id} any more.", as_json=as_json)


@click.command(epilog="\b\nExample:\n  gateway drafts pull 1 work\n")
@id_argument
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@overwrite_option
@actor_option
def pull(draft_id: str, folder: Path, overwrite: bool, by: str) -> None:
    """Write the files of draft ID to FOLDER/menus, and those beside the menu next to it.

    So FOLDER is as a deployment is: any editor works on it, and `gateway drafts save ID FOLDER`
    brings it back.
    """
    with own_gateway() as gateway:
        draft = gateway.drafts.one(draft_id, by=by)
    number = written(folder, _base(draft), draft.files, overwrite=overwrite)
    click.echo(
        f"{counted(number, 'file')} of draft {draft.id}, version {draft.version}, in "
        f"{folder.resolve()}. To bring them back: gateway drafts save {draft.id} {folder}"
    )


@click.command(epilog="\b\nExample:\n  gateway drafts discard 1\n")
@id_argument
@actor_option
@json_option
def discard(draft_id: str, by: str, as_json: bool) -> None:
    """End draft ID, which nobody will publish. Nothing that is live changes."""
    with own_gateway() as gateway:
        draft = gateway.drafts.discard(draft_id, by=by)
        tell(gateway, draft, f"Draft {draft.id} is discarded.", as_json=as_json)


def _base(draft: Draft) -> Base:
    return Base(draft=draft.id, version=draft.version)
