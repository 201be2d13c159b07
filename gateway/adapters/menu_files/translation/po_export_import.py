"""The texts of a menu as a PO file for translators, and back into the YAML files in place."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from gateway.adapters.menu_files.compiling.source_files import yaml_files
from gateway.adapters.menu_files.folder_reading import (
    CALLS_NAME,
    MAIN_NAME,
    MESSAGES_NAME,
    PHRASES_NAME,
)
from gateway.adapters.menu_files.translation.po_files import PoEntry, PoFile
from gateway.adapters.yaml.documents import Document, Tree, read
from gateway.adapters.yaml.edit_in_place import NotEditable, edited
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.source_location import Path, Place
from gateway.domain.menu_checks.candidate import MESSAGES_FILE, PHRASES_FILE, Review
from gateway.domain.menu_checks.fitting.budgets import budget_of
from gateway.domain.menu_checks.fitting.spread_texts import pages_with
from gateway.domain.menu_checks.glossary import Term, found_in
from gateway.domain.text.localised_text import BadFilter, BadPlaceholder, Template, is_blank
from gateway.domain.text.placeholders import lost

#: Maps of main.yaml with languages for keys that hold no texts.
_NO_TEXTS = ("languages", "fallbacks", "charsets", "calendars", "clocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """One text as it stands in a file, in its languages."""

    name: str
    document: Document
    path: Path
    by_language: Mapping[str, str]

    @property
    def context(self) -> str:
        """Returns what tells this text from all others: the file and the path in it."""
        return f"{self.name}:{'.'.join(self.path)}"

    def place(self, language: str) -> Place:
        """Returns where the text stands, or should."""
        return self.document.at((*self.path, language)).offending


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a PO file changes: the new content of files, and how many texts were what."""

    files: Mapping[str, str]
    written: int
    unchanged: int
    fuzzy: int
    empty: int


def written_texts(folder: FilePath, languages: Mapping[str, str]) -> list[WrittenText]:
    """Returns every text of a menu that is written by language; raises FilesInvalid."""
    found: list[WrittenText] = []
    for file in yaml_files(folder):
        if file.name == CALLS_NAME:
            continue
        document = read(file, "M")
        for path, by_language in _texts(document.tree, (), frozenset(languages)):
            if file.name != MAIN_NAME or path[0] not in _NO_TEXTS:
                found.append(
                    WrittenText(
                        name=file.name, document=document, path=path, by_language=by_language
                    )
                )
    return found


def _texts(
    tree: Tree, path: Path, languages: frozenset[str]
) -> Iterator[tuple[Path, Mapping[str, str]]]:
    if isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from _texts(item, (*path, str(number)), languages)
    elif isinstance(tree, dict):
        texts = {code: said for code, said in tree.items() if isinstance(said, str)}
        if path and tree and len(texts) == len(tree) and texts.keys() <= languages:
            yield path, texts
            return
        for key, item in tree.items():
            yield from _texts(item, (*path, key), languages)


def exported(review: Review, texts: Sequence[WrittenText], language: str) -> bytes:
    """Returns the PO file of a language: each text of the default language, and its translation."""
    release = review.menu.release
    source = release.default_language
    catalog = Catalog(
        locale=language.replace("-", "_"),
        project="Menus",
        version=release.id,
        charset="utf-8",
        header_comment=_header(review, source, language),
        fuzzy=False,
    )
    for text in texts:
        if source in text.by_language:
            message = catalog.add(
                text.by_language[source],
                text.by_language.get(language, ""),
                locations=[(text.name, text.place(source).line)],
                auto_comments=_comments(review, text, language, source),
                context=text.context,
            )
            # Our placeholders look like Python's to Babel, and have filters that Python has not.
            message.flags.discard("python-brace-format")
    out = io.BytesIO()
    write_po(out, catalog, width=0)
    return out.getvalue()


def _header(review: Review, source: str, language: str) -> str:
    """Returns the languages, and how a citizen is addressed."""
    languages = review.menu.release.languages
    lines = [f"From {languages[source]} to {languages[language]}"]
    glossary = review.menu.glossaries.get(language)
    if glossary is not None and glossary.address is not None:
        lines.append(
            f"The citizen is addressed as {glossary.address.say}: {_told(glossary.address)}"
        )
    return "\n".join(f"# {line}" for line in lines)


def _words(review: Review, text: str, service: str, language: str) -> Iterator[str]:
    """Yields the terms of the glossary that a text of the default language touches."""
    glossary = review.menu.glossaries.get(language)
    for term in glossary.terms if glossary else ():
        here = not term.services or service in term.services
        if here and term.means and found_in([f"{term.means}*"], text):
            yield f"Glossary: '{term.means}' is '{term.say}'; {_told(term)}"


def _told(term: Term) -> str:
    refused = ", ".join(f"'{word}'" for word in term.refused)
    return f"not {refused}: {term.because}" if refused else term.because


def _comments(review: Review, text: WrittenText, language: str, source: str) -> list[str]:
    """Returns what a translator should know: the screen, the placeholders, the room there is."""
    comments = []
    path = _candidate_path(text)
    if path[0] in review.menu.release.screens:
        comments.append(f"Screen {path[0]}")
    elif places := _places(review, path, language):
        comments.append(f"Appears on {places}")
    names = _names(text.by_language[source])
    if names:
        comments.append("Keep " + " ".join(f"{{{name}}}" for name in sorted(names)))
    service = path[0].partition(".")[0]
    comments += _words(review, text.by_language[source], service, language)
    budget = budget_of(review, path, language)
    if budget is not None:
        comments.append(f"Room: {budget}" + (", placeholders apart" if names else ""))
    return comments


def _places(review: Review, path: Path, language: str) -> str:
    """Returns the pages on which a text of several stands, in words, the first few of them."""
    pages = pages_with(review, path, language)
    places = list(dict.fromkeys(place for place, _, _ in pages))
    if path[1:] == ("title",):
        places.append("cards and posters")
    more = f" and {len(places) - 4} more" if len(places) > 4 else ""
    return ", ".join(places[:4]) + more


def _candidate_path(text: WrittenText) -> Path:
    """Returns the path by which checks know a text."""
    tree = text.document.tree
    if text.name == MAIN_NAME and text.path[:1] == ("home",):
        rest = text.path[1:]
        return ("home.home", "choice", *rest[1:]) if rest[0] == "options" else ("home.home", *rest)
    if text.name == MESSAGES_NAME:
        return (MESSAGES_FILE, *text.path)
    if text.name == PHRASES_NAME:
        return (PHRASES_FILE, *text.path)
    service = tree.get("service") if isinstance(tree, dict) else None
    if isinstance(service, str) and text.path[0] == "screens":
        return (f"{service}.{text.path[1]}", *text.path[2:])
    return (str(service), *text.path)


def imported(folder: FilePath, texts: Sequence[WrittenText], source: str, po: PoFile) -> Imported:
    """Returns what a PO file changes in the menu; raises FilesInvalid with every fault.

    A translation that changes nothing, a fuzzy one and an empty one are left alone, whatever they
    say. Of the others it is a fault to belong to no text, to one that has changed since the export,
    to be blank, and to lose a placeholder. Nothing is written here.
    """
    known = {text.context: text for text in texts}
    changes: dict[str, dict[Path, str]] = {}
    faults: list[Fault] = []
    counts = {"unchanged": 0, "fuzzy": 0, "empty": 0}
    for entry in po.entries:
        text = known.get(entry.context)
        if not entry.translation or entry.fuzzy:
            counts["fuzzy" if entry.translation else "empty"] += 1
        elif text is not None and text.by_language.get(po.language) == entry.translation:
            counts["unchanged"] += 1
        elif text is None:
            sentence = "The menu has no such text any more. Export anew, and let the tool merge."
            faults.append(Place(po.file, entry.line).fault("M106", sentence))
        elif refused := _refused(text, entry, source):
            faults.append(Place(po.file, entry.line).fault("M106", refused))
        else:
            changes.setdefault(text.name, {})[(*text.path, po.language)] = entry.translation
    if faults:
        raise FilesInvalid(sorted(faults))
    files = {name: _edited(folder / name, edits, po.file) for name, edits in changes.items()}
    return Imported(files=files, written=sum(map(len, changes.values())), **counts)


def _refused(text: WrittenText, entry: PoEntry, source: str) -> str:
    """Returns why a translation cannot be taken; empty when it can."""
    if text.by_language.get(source) != entry.source:
        return f"{text.context} reads otherwise now. Export anew, and let the tool merge."
    if is_blank(entry.translation):
        return f"The translation of {text.context} is blank; leave it empty to translate it later."
    try:
        found = lost(Template.parse(entry.source), Template.parse(entry.translation))
    except BadFilter as bad:
        return f"In '{bad}' of the translation of {text.context}: {bad.sentence}."
    except BadPlaceholder as bad:
        return f"'{bad}' in the translation of {text.context} is no placeholder."
    said = " and ".join(found)
    return f"The translation of {text.context} {said}." if said else ""


def _edited(path: FilePath, edits: Mapping[Path, str], file: str) -> str:
    try:
        return edited(path.read_bytes().decode("utf-8"), edits)
    except NotEditable as error:
        raise FilesInvalid([Place(file).fault("M106", f"In {path.name}: {error}.")]) from error


def _names(text: str) -> frozenset[str]:
    return frozenset(Template.parse(text).names)
