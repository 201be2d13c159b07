"""`gateway menus cards`: wallet cards and posters of the services, ready to print."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from gateway.adapters.drawings.card_layout import SHEETS, card_page
from gateway.adapters.drawings.page import Page
from gateway.adapters.drawings.svg_writer import svg
from gateway.adapters.menu_files import load as menu_files
from gateway.adapters.providers.registry import PROVIDERS
from gateway.cli.menus.letters import check_letters
from gateway.cli.menus.texts.review import note_unread
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.deployment.folder import find_home, load_handlers
from gateway.deployment.settings import Settings
from gateway.deployment.settings import load as load_settings
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.release import Release, Service
from gateway.domain.menu_views.cards import Card, card
from gateway.domain.telecom.channel import Channel


@click.command()
@click.option("--service", "wanted", metavar="ID", help="One service; all of them otherwise.")
@click.option("--language", metavar="CODE", help="One language; all of them otherwise.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "html", "pdf"]),
    default="svg",
    show_default=True,
    help="Drawings, pages that a browser prints, or documents for a printer.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("cards"),
    show_default=True,
    help="The folder that they are written to.",
)
@overwrite_option
def cards(wanted: str | None, language: str | None, form: str, out: Path, overwrite: bool) -> None:
    """Write a wallet card (A6) and a poster (A4) for each service and language.

    They say what to dial, what to text, and what it costs. The code and the number are those of the
    first channel that citizens can dial, and the first that they can text.

    \b
    Example:
      $ gateway menus cards --service exam_results --language sw
      cards/exam_results.sw.card.svg
      cards/exam_results.sw.poster.svg
    """
    home = find_home(os.environ)
    settings = load_settings(home, os.environ, secrets_needed=False)
    menus = settings.menus_folder
    release = menu_files.load(menus, load_handlers(home, menus), settings.to_channels())
    services = _services(release, wanted)
    languages = _languages(release, language)
    pages = {
        out / f"{service.id}.{printed.language}.{sheet.name}.{form}": card_page(printed, sheet)
        for service, printed in _cards(release, settings, services, languages)
        for sheet in SHEETS
    }
    check_letters(pages.values(), form)
    refuse_existing(pages, overwrite)
    write_files({path: _written(page, form) for path, page in pages.items()}, overwrite)
    for path in pages:
        click.echo(path)
    note_unread(menus, languages)


def _cards(
    release: Release, settings: Settings, services: Sequence[Service], languages: Sequence[str]
) -> Iterator[tuple[Service, Card]]:
    channels = _for_citizens(settings)
    service_code = next((c.service_code for c in channels if c.service_code), None) or ""
    address = next((c.address for c in channels if c.address), None) or ""
    for service in services:
        for language in languages:
            yield (
                service,
                card(
                    release,
                    service,
                    language,
                    issuer=settings.name,
                    service_code=service_code,
                    address=address,
                ),
            )


def _for_citizens(settings: Settings) -> Sequence[Channel]:
    """Returns the channels, last those that stay here: nobody dials them on their own phone."""
    channels = settings.to_channels()
    return sorted(channels, key=lambda channel: PROVIDERS[channel.provider].stays_here)


def _services(release: Release, wanted: str | None) -> Sequence[Service]:
    printable = {s.id: s for s in release.services.values() if s.shortcut or s.keywords}
    if wanted is None:
        return list(printable.values())
    if wanted not in printable:
        names = ", ".join(printable)
        raise Refused(f"No service '{wanted}' with a shortcut or keyword. There are: {names}.")
    return [printable[wanted]]


def _languages(release: Release, wanted: str | None) -> Sequence[str]:
    if wanted is None:
        return list(release.languages)
    if wanted not in release.languages:
        names = ", ".join(release.languages)
        raise Refused(f"The menu does not speak '{wanted}'. It speaks: {names}.")
    return [wanted]


def _written(page: Page, form: str) -> bytes:
    if form == "pdf":
        from gateway.adapters.drawings.pdf_writer import pdf

        return pdf([page])
    return (_html(page) if form == "html" else svg(page)).encode()


def _html(page: Page) -> str:
    """Returns a page of exactly the size of the sheet, for a browser to print."""
    drawn = svg(page)
    return (
        f'<!doctype html>\n<html lang="{html.escape(page.language)}"><meta charset="utf-8">\n'
        f"<title>{html.escape(page.title)}</title>\n"
        f"<style>@page {{size: {page.width}mm {page.height}mm; margin: 0}} "
        f"body {{margin: 0}} svg {{display: block}}</style>\n"
        f"{drawn.partition('?>')[2].strip()}\n</html>\n"
    )
