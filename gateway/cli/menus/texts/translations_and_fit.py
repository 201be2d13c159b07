"""`gateway menus fit` and `gateway menus translations`: the room of texts, and translators."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from gateway.adapters.menu_files.load import parsed
from gateway.adapters.menu_files.trial_copy import copied
from gateway.adapters.system.atomic_files import replace_all
from gateway.adapters.yaml.documents import shown_name
from gateway.cli.menus.check import channels_of, find_menu
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.deployment.folder import load_handlers
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu_checks import check as check_menu
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.fitting.fit import Cost, Fit, costs, fits

FOLDER_TYPE = click.Path(exists=True, file_okay=False, path_type=Path)

#: A text that is still to be translated must not keep the others out.
_STILL_MISSING = "M030"


@click.command()
@click.argument("path", required=False, type=FOLDER_TYPE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="One line for each screen, or JSON.",
)
@click.option("--most", default=20, show_default=True, help="How many of the tightest screens.")
def fit(path: Path | None, form: str, most: int) -> None:
    """Show the screens with the least room to spare, and what each language costs.

    Every screen is measured with the longest values, in every language and on every channel. Pages
    and SMS are counted as they are written and, for comparison, in the letters of GSM-7.

    \b
    Example:
      $ gateway menus fit --most 1
      100 %  70 of 70 UTF-16 units  exam_results.year  am  at-ke  longest value: {name}, 8
    """
    from gateway.adapters.menu_files.translation.po_export_import import written_texts
    from gateway.adapters.menu_files.translation.reviews import all_read

    folder, review = review_of(path)
    tightest, spent = fits(review)[:most], costs(review)
    languages = review.menu.release.languages
    read = all_read(folder, list(languages), written_texts(folder, languages))
    if form == "json":
        rows = [asdict(each) | {"share": round(each.share, 3)} for each in tightest]
        unread = {each.language: len(each.unread) for each in read}
        of_languages = [asdict(each) | {"unread": unread[each.language]} for each in spent]
        found = {"screens": rows, "languages": of_languages}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join([*map(_line_of_fit, tightest), "", *map(_line_of_cost, spent)]))
    for each in read:
        if each.unread:
            click.echo(f"{each.language}: nobody has read {len(each.unread)} of {each.texts} texts")


def _line_of_fit(one: Fit) -> str:
    unit = "septets" if one.encoding == "GSM-7" else "UTF-16 units"
    parts = [
        f"{one.share:4.0%}  {one.units} of {one.limit} {unit}",
        one.screen,
        one.language,
        one.channels,
    ]
    if one.pages > 1:
        parts.append(f"{one.pages} pages")
    if one.variable:
        parts.append(f"longest value: {{{one.variable}}}, {one.variable_units}")
    return "  ".join(parts)


def _line_of_cost(one: Cost) -> str:
    sms = f"{one.segments} SMS segments ({one.segments_transliterated} in GSM-7)"
    pages = f"{one.pages} pages ({one.pages_transliterated} in GSM-7)"
    return f"{one.language}: {one.screens} screens, {pages}, {sms}"


@click.group(epilog="\b\nExample:\n  gateway menus translations export sw swahili.po\n")
def translations() -> None:
    """Take texts to translators and back, as PO files."""


@translations.command(short_help="Write all texts, for one language, to a PO file.")
@click.argument("language")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--path", type=FOLDER_TYPE, help="The menu, when it is not that of the deployment.")
@overwrite_option
def export(language: str, file: Path, path: Path | None, overwrite: bool) -> None:
    """Write all texts of the menu, with their translations into LANGUAGE, to a PO file.

    Each comes with its place, the placeholders to keep, and the room it has on its page. A file
    that is there may hold what nobody has imported yet, so it is replaced with --overwrite only.

    \b
    Example:
      $ gateway menus translations export sw swahili.po
    """
    from gateway.adapters.menu_files.translation.po_export_import import exported, written_texts

    folder, review = review_of(path)
    _refuse_unknown(review, language)
    try:
        refuse_existing([file], overwrite)
    except Refused as refused:
        advice = " What is translated in it and not imported yet would be lost."
        raise Refused(f"{refused}{advice}") from refused
    texts = written_texts(folder, review.menu.release.languages)
    write_files({file: exported(review, texts, language)}, overwrite)
    click.echo(f"{len(texts)} texts are in {file}.")


@translations.command(name="import", short_help="Write translations back into the menu.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--path", type=FOLDER_TYPE, help="The menu, when it is not that of the deployment.")
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@click.pass_context
def import_(context: click.Context, file: Path, path: Path | None, dry_run: bool) -> None:
    """Write the translations of a PO file into the menu, all of them or none.

    What would not fit its page, drops a placeholder or translates a text that has changed is
    refused, each with its place. Comments and layout of the menu's files stay as they are.

    \b
    Example:
      $ gateway menus translations import swahili.po
    """
    from gateway.adapters.menu_files.translation import po_files
    from gateway.adapters.menu_files.translation.po_export_import import imported, written_texts

    folder, review = review_of(path)
    release, po = review.menu.release, po_files.read(file.read_bytes(), shown_name(file))
    _refuse_unknown(review, po.language)
    found = imported(folder, written_texts(folder, release.languages), release.default_language, po)
    faults = _new_faults(folder, review, found.files)
    if faults:
        click.echo("\n".join(map(str, faults)))
        click.echo("Nothing was written.")
        context.exit(1)
    if not dry_run:
        replace_all({folder / name: text.encode() for name, text in found.files.items()})
    verb = "would be written" if dry_run else "written"
    click.echo(
        f"{counted(found.written, 'text')} {verb} in {counted(len(found.files), 'file')}; "
        f"{found.unchanged} unchanged, "
        f"{found.fuzzy} fuzzy and {found.empty} untranslated left out."
    )


def review_of(path: Path | None) -> tuple[Path, Review]:
    """Returns the folder of a menu and what its checks need; raises MenuInvalid."""
    home, folder = find_menu(path)
    channels, configured = channels_of(home)
    menus = folder or configured
    menu, faults = parsed(menus)
    if menu is None:
        raise MenuInvalid(sorted(set(faults)))
    contracts = {name: handler.contract for name, handler in load_handlers(home, menus).items()}
    declared = menu.release.declared_contracts
    review = Review(menu=menu, contracts={**contracts, **declared}, channels=channels)
    return menus, review


def _refuse_unknown(review: Review, language: str) -> None:
    release = review.menu.release
    if language == release.default_language:
        raise Refused(f"Texts are translated from '{language}'; name another language.")
    if language not in release.languages:
        proposal = did_you_mean(language, release.languages)
        raise Refused(
            f"'{language}' is not a language of main.yaml.{proposal} Add it under `languages`."
        )


def _new_faults(folder: Path, review: Review, files: Mapping[str, str]) -> Sequence[Fault]:
    """Returns the faults that a menu would have with these files, and has not without."""
    before = {_key(folder, fault) for fault in _faults(folder, review)}
    with tempfile.TemporaryDirectory(prefix="gateway-") as name:
        scratch = copied(folder, Path(name))
        for changed, content in files.items():
            (scratch / changed).write_bytes(content.encode())
        found = [_as_in(folder, scratch, fault) for fault in _faults(scratch, review)]
    return [
        fault
        for fault in found
        if _key(folder, fault) not in before and fault.code != _STILL_MISSING
    ]


def _faults(folder: Path, review: Review) -> Sequence[Fault]:
    menu, faults = parsed(folder)
    if menu is None:
        return faults
    return sorted({*faults, *check_menu(menu, review.contracts, review.channels)})


def _as_in(folder: Path, scratch: Path, fault: Fault) -> Fault:
    file = shown_name(folder / Path(fault.file).name)
    return Fault(file, fault.line, fault.column, fault.code, fault.sentence)


def _key(folder: Path, fault: Fault) -> tuple[str, str, str]:
    return Path(fault.file).name, fault.code, fault.sentence
