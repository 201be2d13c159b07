"""`gateway menus phrases`: what the gateway says by itself, to be worded otherwise."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from gateway.adapters.menu_files.folder_reading import PHRASES_NAME
from gateway.adapters.menu_files.translation.begin_phrases import as_lines, begun, sentences
from gateway.adapters.shipped_languages.languages import shipped_codes, shipped_language
from gateway.adapters.yaml.documents import shown_name
from gateway.cli.menus.check import channels_of, find_menu
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.cli.shared.output_files import write_files

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@click.command(
    epilog="""\b
Examples:
  gateway menus phrases sw                what it says in Swahili
  gateway menus phrases rw --write        begin a language that does not come with the gateway
"""
)
@click.argument("language")
@click.option(
    "--write",
    is_flag=True,
    help="Write those that phrases.yaml lacks in LANGUAGE into it. What stands there stays.",
)
@click.option(
    "--path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The menu, when it is not that of the deployment.",
)
@json_option
def phrases(language: str, write: bool, path: Path | None, as_json: bool) -> None:
    """Show the gateway's own sentences in LANGUAGE, as they stand in phrases.yaml.

    Copy those that your deployment words otherwise. A language that does not come with the gateway
    is shown in English: translate it line by line, and keep what stands in braces.
    """
    if not _CODE.fullmatch(language):
        raise click.BadParameter(f"'{language}' is not a language code such as en, sw or pt-BR.")
    if not write:
        texts = sentences(language)
        lines = as_lines(texts, language)
        click.echo(
            json.dumps(texts, ensure_ascii=False, indent=2) if as_json else lines, nl=as_json
        )
        return
    home, folder = find_menu(path)
    folder = folder or channels_of(home)[1]
    source, count = begun(folder, language)
    file = folder / PHRASES_NAME
    if count:
        write_files({file: source.encode()}, overwrite=True)  # what stands there stays within
    if as_json:
        click.echo(json.dumps({"file": shown_name(file), "written": count}))
        return
    click.echo(f"{counted(count, 'phrase')} written into {shown_name(file)}.")
    if count and shipped_language(language) is None:
        click.echo(
            f"They are English: the gateway comes with {', '.join(shipped_codes())}. Translate "
            "them, then add `words` for the language to main.yaml."
        )
