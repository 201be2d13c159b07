"""`gateway menus show`: draws the menu."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from gateway.adapters.menu_files.load import parsed
from gateway.cli.shared.output_files import overwrite_option, write_files
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.menu_views.drawing import Room, drawing
from gateway.domain.menu_views.text_tree import mermaid, tree


@click.command(
    epilog="""\b
Examples:
  gateway menus show
  gateway menus show find_clinic --language sw
  gateway menus show --format svg --output menu.svg
  gateway menus show --format pdf --output menu.pdf
"""
)
@click.argument("service", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "svg", "pdf"]),
    default="text",
    help="A tree, a Mermaid flowchart, a picture, or pages of A4.",
)
@click.option("--language", metavar="CODE", help="The language; the default one otherwise.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write into a file."
)
@overwrite_option
def show(
    service: str | None, form: str, language: str | None, output: Path | None, overwrite: bool
) -> None:
    """Draw the menu as it stands in the files, or one SERVICE of it.

    Screens that nothing leads to are marked. A menu with faults is drawn as far as it can be read.
    """
    language, rooms = _rooms(language, service)
    drawn = _drawn(rooms, language, form)
    if output is None:
        click.echo(drawn, nl=False)
    else:
        write_files({output: drawn}, overwrite)


def _drawn(rooms: Sequence[Room], language: str, form: str) -> bytes:
    if form in ("text", "mermaid"):
        return f"{tree(rooms) if form == 'text' else mermaid(rooms)}\n".encode()
    from gateway.adapters.drawings.menu_layout import menu_page, menu_pages
    from gateway.cli.menus.letters import check_letters

    pages = menu_pages(rooms, language) if form == "pdf" else [menu_page(rooms, language)]
    check_letters(pages, form)
    if form == "pdf":
        from gateway.adapters.drawings.pdf_writer import pdf

        return pdf(pages)
    from gateway.adapters.drawings.svg_writer import svg

    return f"{svg(pages[0])}\n".encode()


def _rooms(language: str | None, service: str | None) -> tuple[str, list[Room]]:
    menu, faults = parsed(load().settings.menus_folder)
    if menu is None:
        raise MenuInvalid(faults)
    release = menu.release
    if language is not None and language not in release.languages:
        known = ", ".join(release.languages)
        raise Refused(f"No language '{language}'. There are: {known}.")
    if service is not None and service not in release.services:
        raise Refused(f"No service '{service}'. There are: {', '.join(release.services)}.")
    language = language or release.default_language
    rooms = drawing(release, language)
    return language, [room for room in rooms if service in (None, room.id)]
