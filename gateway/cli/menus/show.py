"""`gateway menus show`: draws the menu."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.adapters.menu_files.load import parsed
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
"""
)
@click.argument("service", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "svg"]),
    default="text",
    help="A tree, a Mermaid flowchart, or a picture.",
)
@click.option("--language", metavar="CODE", help="The language; the default one otherwise.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write into a file."
)
def show(service: str | None, form: str, language: str | None, output: Path | None) -> None:
    """Draw the menu as it stands in the files, or one SERVICE of it.

    Screens that nothing leads to are marked. A menu with faults is drawn as far as it can be read.
    """
    language, rooms = _rooms(language, service)
    if form == "svg":
        from gateway.adapters.drawings.menu_layout import menu_page
        from gateway.adapters.drawings.svg_writer import svg
        from gateway.cli.menus.letters import check_letters

        page = menu_page(rooms, language)
        check_letters([page])
        drawn = svg(page)
    else:
        drawn = tree(rooms) if form == "text" else mermaid(rooms)
    if output is None:
        click.echo(drawn)
    else:
        output.write_text(f"{drawn}\n", "utf-8")


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
