"""`gateway menus check`: checks menus before a citizen meets them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from gateway.adapters.menu_files.folder_reading import MAIN_NAME
from gateway.adapters.menu_files.load import load
from gateway.adapters.menu_files.plain_texts import plain_texts
from gateway.adapters.shipped_languages.languages import spoken
from gateway.cli.shared.faults import for_programs
from gateway.deployment.folder import find_home, load_handlers
from gateway.deployment.settings import CONFIG_FILE
from gateway.deployment.settings import load as load_settings
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.service_call import Writes
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.menu_checks.candidate import BUILT_IN
from gateway.domain.menu_checks.notes import Note
from gateway.domain.telecom.channel import Channel


@click.command()
@click.argument(
    "path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="One line for each fault, or a JSON array.",
)
@click.option(
    "--published",
    is_flag=True,
    help="Ask the database, too, which shortcuts were ever published for another service.",
)
@click.pass_context
def check(context: click.Context, path: Path | None, form: str, published: bool) -> None:
    """Check a menu: all its files, in every language, on every channel.

    PATH is a folder with main.yaml, or a deployment with a folder menus/; without it the current
    deployment is checked. Exits with 0 when there is no fault and with 1 when there are any.

    \b
    Example:
      $ gateway menus check
      menus/exam.yaml:14:11: [M021] 'exam' has no screen 'yaer'. Did you mean 'year'?
    """
    notes: list[Note] = []
    release, faults = _check(path, published=published, tell=notes.extend)
    if form == "json":
        click.echo(json.dumps(for_programs(faults), ensure_ascii=False, indent=2))
    elif release is not None:
        click.echo(_summary(release))
        for note in notes:
            click.echo(f"Note: {note}")
        _note_plain_texts(path, release)
        _note_untold_writes(release)
        if unread := [
            f"{language.name} ({code})"
            for code, language in spoken(list(release.languages)).items()
            if language.needs_native_reader
        ]:
            click.echo(
                f"Note: nobody who grew up with {' or '.join(unread)} has read yet what the "
                "gateway says by itself in it. `gateway menus phrases` shows it."
            )
    else:
        click.echo("\n".join(map(str, faults)))
    context.exit(1 if faults else 0)


def _note_plain_texts(path: Path | None, release: Release) -> None:
    """Says which sentences all languages show as they are: no fault, and hardly ever meant."""
    if len(release.languages) < 2:
        return
    home, folder = find_menu(path)
    example = ", ".join(f"{code}: …" for code in list(release.languages)[:2])
    for plain in plain_texts(folder or channels_of(home)[1]):
        click.echo(
            f"Note: {plain.place.file}:{plain.place.line}: the same in every language: "
            f"'{plain.text}'. Write {{{example}}} unless that is meant."
        )


def _note_untold_writes(release: Release) -> None:
    """Says which calls write and do not say what: nothing is held to be read back or shown."""
    untold = {each.handler for each in release.each(ServiceScreen) if each.writes is Writes.UNTOLD}
    for name in sorted(untold):
        call = name.removeprefix(PREFIX)
        where = f"calls.yaml, call '{call}'" if call != name else f"the contract of '{call}'"
        click.echo(
            f"Note: {where} does not say what is written: `writes` is a record, a report or a "
            "preference. The next version asks for it."
        )


def _check(
    path: Path | None, *, published: bool, tell: Callable[[Sequence[Note]], object]
) -> tuple[Release | None, Sequence[Fault]]:
    home, folder = find_menu(path)
    shortcuts = _published_shortcuts() if published else {}
    try:
        channels, configured = channels_of(home)
        menus = folder or configured
        return load(menus, load_handlers(home, menus), channels, shortcuts, tell=tell), ()
    except FilesInvalid as invalid:
        return None, invalid.faults


def _published_shortcuts() -> Mapping[str, str]:
    # Imported here: a check on every save must not wait for the database's driver.
    from gateway.cli.shared.open_gateway import own_gateway

    with own_gateway() as gateway:
        return gateway.menus.store.shortcuts()


def find_menu(path: Path | None) -> tuple[Path, Path | None]:
    """Returns the deployment, and the folder of the menu unless the settings name it."""
    if path is None:
        return find_home(os.environ), None
    if not (path / MAIN_NAME).exists() and (path / "menus").is_dir():
        return path.resolve(), None
    beside = path.resolve().parent
    is_deployment = (beside / "handlers").is_dir() or (beside / CONFIG_FILE).exists()
    return (beside if is_deployment else find_home(os.environ)), path


def channels_of(home: Path) -> tuple[Sequence[Channel], Path]:
    """Returns the channels to measure pages for; without settings, one with the usual limits."""
    if not (home / (os.environ.get("GATEWAY_CONFIG") or CONFIG_FILE)).exists():
        return (), home / "menus"
    settings = load_settings(home, os.environ, secrets_needed=False)
    return settings.to_channels(), settings.menus_folder


def _summary(release: Release) -> str:
    services = len(release.services.keys() - set(BUILT_IN))
    counts = (
        _count(services, "service"),
        _count(len(release.screens), "screen"),
        _count(len(release.languages), "language"),
    )
    return f"No faults: {', '.join(counts)}. Release {release.id}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
