"""`gateway menus review`: which texts somebody who grew up with the language has read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from gateway.adapters.system.atomic_files import replace_all
from gateway.cli.menus.texts.translations_and_fit import FOLDER_TYPE, review_of
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused


@click.command(
    epilog="""\b
Examples:
  gateway menus review
  gateway menus review sw
  gateway menus review sw --by "Asha Musa" --on 2026-11-29 --file vaccination.yaml
"""
)
@click.argument("language", required=False)
@click.option("--by", default="", metavar="NAME", help="Who has read them, and grew up with it.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day on which it was read."
)
@click.option("--file", "file", default="", metavar="NAME", help="The texts of one file alone.")
@click.option("--path", type=FOLDER_TYPE, help="The menu, when it is not that of the deployment.")
@json_option
def review(
    language: str | None,
    by: str,
    on: datetime | None,
    file: str,
    path: Path | None,
    as_json: bool,
) -> None:
    """Say which texts nobody has read who grew up with their language, or that NAME has read them.

    Without LANGUAGE it counts; with one it lists what is unread. With --by and --on it notes that
    all of that was read then, in `reviewed/LANGUAGE.tsv` beside the menu. A text that is changed
    later is unread again.
    """
    # Imported here: Babel, which these need, is slow to load.
    from gateway.adapters.menu_files.translation import reviews
    from gateway.adapters.menu_files.translation.po_export_import import written_texts

    folder, found = review_of(path)
    languages = found.menu.release.languages
    texts = [text for text in written_texts(folder, languages) if not file or text.name == file]
    if language is None:
        if by:
            raise Refused("Name the language that was read: gateway menus review sw --by NAME")
        told = reviews.all_read(folder, list(languages), texts)
        rows = [{"language": e.language, "texts": e.texts, "unread": len(e.unread)} for e in told]
        lines = [line_of(e.language, e.texts, len(e.unread)) for e in told]
        click.echo(json.dumps(rows, indent=2) if as_json else "\n".join(lines))
        return
    if language not in languages:
        raise Refused(
            f"'{language}' is not a language of main.yaml.{did_you_mean(language, languages)}"
        )
    if by and on is None:
        raise Refused("Say on which day it was read: --on 2026-11-29")
    known = reviews.readings(folder, language)
    unread = reviews.read_texts(texts, language, known).unread
    if by and on is not None:
        read = reviews.with_read(known, unread, language, by, on.date())
        target = reviews.file_of(folder, language)
        target.parent.mkdir(exist_ok=True)
        replace_all({target: reviews.written(read)})
        click.echo(f"{counted(len(unread), 'text')} in {language} noted as read by {by}.")
        return
    if as_json:
        listed = [{"text": e.context, "reads": e.by_language[language]} for e in unread]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each in unread:
        click.echo(f"{each.context}\n  {each.by_language[language]}")
    click.echo(f"{counted(len(unread), 'text')} in {language} that nobody has read.")


def line_of(language: str, texts: int, unread: int) -> str:
    """Returns how much of a language was read."""
    return f"{language}: {texts - unread} of {texts} texts were read by who grew up with it"


def note_unread(folder: Path, languages: Sequence[str]) -> None:
    """Says of which languages texts are unread, where any is."""
    from gateway.adapters.menu_files.translation import reviews
    from gateway.adapters.menu_files.translation.po_export_import import written_texts

    texts = written_texts(folder, dict.fromkeys(languages, ""))
    told = reviews.all_read(folder, languages, texts)
    if open_ := [f"{len(each.unread)} in {each.language}" for each in told if each.unread]:
        click.echo(
            f"Note: texts that nobody has read who grew up with the language: {', '.join(open_)}. "
            "`gateway menus review` lists them."
        )
