"""Who has read which text as somebody who grew up with its language, and when.

It stands beside the menu, in `reviewed/LANGUAGE.tsv`: a line for each text with its place, the
fingerprint of what was read, the day, and the reader. A text that is changed is unread again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path as FilePath
from typing import NamedTuple

from gateway.adapters.menu_files.translation.po_export_import import WrittenText
from gateway.adapters.yaml.documents import shown_name
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.source_location import Place

FOLDER = "reviewed"
_HEAD = "text\tfingerprint\tday\treader"
_FIELDS = 4
#: Enough that no two texts of a menu share it.
_LENGTH = 12


class Reading(NamedTuple):
    """That somebody has read a text; `fingerprint` is of what stood there."""

    fingerprint: str
    day: str
    reader: str


class ReadTexts(NamedTuple):
    """Of the texts of a language, how many there are, and those that nobody has read so."""

    language: str
    texts: int
    unread: Sequence[WrittenText]


def fingerprint(text: str) -> str:
    """Returns what tells a text from another wording of it.

    >>> fingerprint("Ndiyo") == fingerprint("Ndiyo "), len(fingerprint("Ndiyo"))
    (False, 12)
    """
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def file_of(folder: FilePath, language: str) -> FilePath:
    """Returns where the readings of a language stand."""
    return folder / FOLDER / f"{language}.tsv"


def readings(folder: FilePath, language: str) -> dict[str, Reading]:
    """Returns who has read what, by the place of the text; raises FilesInvalid."""
    path = file_of(folder, language)
    if not path.exists():
        return {}
    found: dict[str, Reading] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line == _HEAD:
            continue
        fields = line.split("\t")
        if len(fields) != _FIELDS:
            sentence = "A line has a text, its fingerprint, a day and a reader, with tabs between."
            raise FilesInvalid([Place(shown_name(path), number).fault("M003", sentence)])
        found[fields[0]] = Reading(*fields[1:])
    return found


def read_texts(
    texts: Sequence[WrittenText], language: str, known: Mapping[str, Reading]
) -> ReadTexts:
    """Returns which texts of a language nobody has read as they stand."""
    written = [text for text in texts if language in text.by_language]
    unread = [
        text
        for text in written
        if text.context not in known
        or known[text.context].fingerprint != fingerprint(text.by_language[language])
    ]
    return ReadTexts(language, len(written), unread)


def with_read(
    known: Mapping[str, Reading],
    texts: Sequence[WrittenText],
    language: str,
    reader: str,
    day: date,
) -> dict[str, Reading]:
    """Returns the readings with these texts read; the reader has no tab in the name."""
    name = " ".join(reader.split())
    new = {
        text.context: Reading(fingerprint(text.by_language[language]), day.isoformat(), name)
        for text in texts
    }
    return {**known, **new}


def written(known: Mapping[str, Reading]) -> bytes:
    """Returns the readings as a file, in the order of the texts' places."""
    lines = [_HEAD, *("\t".join((place, *one)) for place, one in sorted(known.items()))]
    return "".join(f"{line}\n" for line in lines).encode()


def all_read(
    folder: FilePath, languages: Sequence[str], texts: Sequence[WrittenText]
) -> list[ReadTexts]:
    """Returns for each language what nobody has read; raises FilesInvalid."""
    return [read_texts(texts, each, readings(folder, each)) for each in languages]
