"""PO files as translators send them back: read strictly, every fault at its line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser

from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.source_location import Place

_FUZZY = "fuzzy"
#: What no citizen could read, and no YAML file holds but escaped.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_CHARSET = re.compile(r"Content-Type:[^\n\"]*charset=([^\s\\;\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoEntry:
    """One translation: `context` names the text, `source` is what it was translated from.

    `line` counts from 1. A `fuzzy` one is a guess of the translator's tool.
    """

    context: str
    source: str
    translation: str
    line: int
    fuzzy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoFile:
    """A PO file as read; `file` is the name that faults show."""

    file: str
    language: str
    entries: Sequence[PoEntry]


class _Listing(Catalog):
    """A catalogue that lists every entry: Babel keeps the first of two, and says nothing."""

    def __init__(self) -> None:
        super().__init__(charset="utf-8")
        self.listed: list[Message] = []

    def __setitem__(self, id: str | tuple[str, ...] | list[str], message: Message) -> None:
        self.listed.append(message)
        super().__setitem__(id, message)


def read(source: bytes, file: str) -> PoFile:
    """Returns what stands in a PO file; raises FilesInvalid with every fault, each at its line."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(file, source.count(b"\n", 0, error.start) + 1)
        raise FilesInvalid([place.fault("M106", "This is not UTF-8 text.")]) from error
    if faults := list(_unreadable(text, file)):
        raise FilesInvalid(faults)
    catalog = _parsed(text, file)
    entries = [
        PoEntry(
            context=message.context or "",
            source=_one(message.id),
            translation=_one(message.string),
            line=message.lineno or 1,
            fuzzy=_FUZZY in message.flags,
        )
        for message in catalog.listed
        if message.id
    ]
    language = (catalog.locale_identifier or "").replace("_", "-")
    faults = list(_contradicting(entries, file))
    if not language:
        sentence = 'The file does not say its language; write "Language: sw\\n" into its header.'
        faults.append(Place(file).fault("M106", sentence))
    if faults:
        raise FilesInvalid(sorted(faults))
    return PoFile(file=file, language=language, entries=entries)


def _unreadable(text: str, file: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), start=1):
        if _REFUSED.search(line.removesuffix("\r")):
            sentence = "There is a control character in this line."
            yield Place(file, number).fault("M106", sentence)
    charset = _CHARSET.search(text)
    if charset and charset[1].upper() not in ("UTF-8", "UTF8"):
        place = Place(file, text.count("\n", 0, charset.start()) + 1)
        yield place.fault("M106", f"The header says {charset[1]}; save the file as UTF-8.")


def _parsed(text: str, file: str) -> _Listing:
    catalog = _Listing()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(io.StringIO(text))
    except PoFileError as error:
        sentence = f"This is no PO file: {str(error).partition(' on ')[0]}."
        raise FilesInvalid([Place(file, error.lineno + 1).fault("M106", sentence)]) from error
    except ValueError as error:
        raise FilesInvalid([Place(file).fault("M106", f"This is no PO file: {error}.")]) from error
    return catalog


def _contradicting(entries: Sequence[PoEntry], file: str) -> Iterator[Fault]:
    first: dict[tuple[str, str], PoEntry] = {}
    for entry in entries:
        if entry.fuzzy or not entry.translation:
            continue
        other = first.setdefault((entry.context, entry.source), entry)
        if other.translation != entry.translation:
            sentence = f"{entry.context} is translated otherwise in line {other.line}."
            yield Place(file, entry.line).fault("M106", sentence)


def _one(said: object) -> str:
    """Returns the text of an entry; of one with plural forms, which are none of ours, the first."""
    return str(said[0] if isinstance(said, list | tuple) else said or "")
