"""Loads a menu: a folder of YAML files becomes a checked release, or the list of its faults."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path as FilePath

from gateway.adapters.declared_rows import datasets, forms
from gateway.adapters.menu_files.compiling.menu import candidate
from gateway.adapters.menu_files.compiling.source_files import (
    yaml_files,
)
from gateway.adapters.menu_files.folder_reading import (
    MAIN_NAME,
    FolderReading,
    KeptReading,
)
from gateway.adapters.menu_files.gc_pause import no_collector
from gateway.adapters.menu_files.own_sentences import (
    OWN_NAME,
    shipped,
)
from gateway.adapters.yaml.documents import parse, shown_name
from gateway.domain.faults_and_errors.errors import FilesInvalid, MenuInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.back_ends import with_back_ends
from gateway.domain.menu.release import Release
from gateway.domain.menu.side_effects import with_writes
from gateway.domain.menu_checks import check
from gateway.domain.menu_checks.candidate import (
    Candidate,
)
from gateway.domain.menu_checks.notes import Note, notes
from gateway.domain.menu_checks.ways.sms_only import with_sms_only
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.ports import Handler

log = logging.getLogger(__name__)


def load(
    folder: FilePath,
    handlers: Mapping[str, Handler],
    channels: Sequence[Channel],
    published_shortcuts: Mapping[str, str] | None = None,
    *,
    tell: Callable[[Sequence[Note]], object] | None = None,
) -> Release:
    """Returns the menu in a folder; raises MenuInvalid with every fault of every file.

    `published_shortcuts` are those ever given to citizens, with their services. `tell` is told
    what is noted of a menu without faults; the log has how much otherwise.
    """
    tell = tell or _log_notes
    contracts = {name: handler.contract for name, handler in handlers.items()}
    with no_collector():
        menu, faults = parsed(folder)
        if menu is not None:
            faults += check(menu, contracts, channels, published_shortcuts or {})
            if not faults:
                tell(notes(menu, contracts))
                return _with_contracts(menu.release, contracts)
    raise MenuInvalid(sorted(set(faults)))


def _log_notes(notes: Sequence[Note]) -> None:
    notes = [note for note in notes if not note.advice]
    if notes:
        log.warning(
            "The next version refuses what `gateway menus check` notes of this menu (%d): %s",
            len(notes),
            notes[0],
        )


def _with_contracts(release: Release, contracts: Mapping[str, HandlerContract]) -> Release:
    """Returns the release with what comes of what its handlers declare."""
    release = with_back_ends(with_writes(release, contracts), contracts)
    return with_sms_only(release, contracts)


def parsed(folder: FilePath) -> tuple[Candidate | None, list[Fault]]:
    """Returns the menu in a folder as written, and the faults of its form; nothing is checked yet.

    It is None when main.yaml cannot be read, or a phrases.yaml that is there.
    """
    return _parsed(FolderReading(folder))


def _parsed(reading: FolderReading) -> tuple[Candidate | None, list[Fault]]:
    files = reading.files()
    if files is None:
        return None, reading.faults
    menu, found = candidate(files)
    return menu, reading.faults + found


def compiled(folder: FilePath, handlers: Mapping[str, Handler]) -> Release:
    """Returns a release of the files it was kept with; raises MenuInvalid for an unknown form."""
    with no_collector():
        menu, faults = _parsed(KeptReading(folder))
        if menu is None or faults:
            raise MenuInvalid(sorted(set(faults)))
        contracts = {name: handler.contract for name, handler in handlers.items()}
        return _with_contracts(menu.release, contracts)


def sources(folder: FilePath) -> dict[str, str]:
    """Returns the text of each file of a menu by its name, as it is kept with a release.

    Datasets and forms that stand beside it are kept as `datasets/NAME.yaml`, `forms/NAME.yaml`.

    What the gateway says by itself is one more file. Raises MenuInvalid for one that cannot be
    read.
    """
    texts: dict[str, str] = {}
    for path in yaml_files(folder):
        texts[path.name] = _text(path)
    for beside in (datasets.FOLDER, forms.FOLDER):
        for path in datasets.files_in(folder.parent / beside):
            texts[f"{beside}/{path.name}"] = _text(path)
    languages = _languages(texts.get(MAIN_NAME, ""))
    return {**texts, OWN_NAME: shipped(languages).written()}


def _text(path: FilePath) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        place = Place(shown_name(path))
        raise MenuInvalid([place.fault("M007", Sentence("The file cannot be read."))]) from error


def _languages(main: str) -> Sequence[str]:
    """Returns the languages of a main.yaml; none of one that no release can be made of."""
    try:
        tree = parse(main.encode(), MAIN_NAME, "M").tree
    except FilesInvalid:
        return ()
    listed = tree.get("languages") if isinstance(tree, dict) else None
    return list(listed) if isinstance(listed, dict) else ()
