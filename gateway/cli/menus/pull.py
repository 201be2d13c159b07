"""`gateway menus pull`: what is live, or any release, as files in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.adapters.menu_files.own_sentences import OWN_NAME
from gateway.adapters.releases.whole_folder import Base
from gateway.cli.drafts.folders import written
from gateway.cli.menus.history import whole_id
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.output_files import overwrite_option
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.draft import carries_forms, is_dialogue, is_form


@click.command(
    epilog="""\b
Examples:
  gateway menus pull live
  gateway menus pull . --overwrite
  gateway menus pull before 143f7373a2af5cdd
"""
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("release", required=False)
@overwrite_option
def pull(folder: Path, release: str | None, overwrite: bool) -> None:
    """Write the live release, or RELEASE, to FOLDER: its menu, what is beside it, its dialogues.

    The menu comes into FOLDER/menus, as a deployment has it. The folder knows what it was written
    from, by its file .base.json: `publish` refuses to take back what others have published since.
    What else of a menu stands there goes, with --overwrite.
    """
    with own_gateway() as gateway:
        store = gateway.menus.store
        wanted = whole_id(store, release) if release else gateway.menus.live_id()
        sources = store.sources(wanted) if wanted else None
        if sources is None:
            raise Refused("Nothing is live yet: the files are served. See: gateway menus publish")
        dialogues = store.dialogues(wanted)
    files = {path: text for path, text in sources.items() if path != OWN_NAME}
    has_forms = carries_forms(files)

    def governs(path: str) -> bool:
        if is_dialogue(path):
            return dialogues is not None
        return has_forms or not is_form(path)

    number = written(
        folder,
        Base(release=wanted),
        {**files, **(dialogues or {})},
        overwrite=overwrite,
        governs=governs,
    )
    click.echo(f"{counted(number, 'file')} of release {wanted} in {folder.resolve()}.")
    if dialogues is None:
        click.echo("Its dialogues were not kept: an older version of the gateway published it.")
