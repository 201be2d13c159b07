"""The texts of a menu as a PO file for translators, and back into the YAML files in place."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from gateway.adapters.menu_files import CALLS_NAME, MAIN_NAME, MESSAGES_NAME
from gateway.adapters.yaml_edit import NotEditable, edited
from gateway.adapters.yaml_files import Document, Tree, read
from gateway.domain.dialogue import FILE_ENDING
from gateway.domain.errors import FilesInvalid
from gateway.domain.faults import Fault
from gateway.domain.localised_text import BadFilter, BadPlaceholder, Template
from gateway.domain.menu_checks.budgets import budget_of
from gateway.domain.menu_checks.candidate import MESSAGES_FILE, Review
from gateway.domain.places import Path, Place

#: Maps of main.yaml with languages for keys that hold no texts.
_NO_TEXTS = ("languages", "fallbacks", "charsets", "calendars")

_FUZZY = "fuzzy"


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
    for file in sorted(folder.glob("*.yaml")):
        if file.name.endswith(FILE_ENDING) or file.name == CALLS_NAME:
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
        header_comment=f"# From {release.languages[source]} to {release.languages[language]}",
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


def _comments(review: Review, text: WrittenText, language: str, source: str) -> list[str]:
    """Returns what a translator should know: the screen, the placeholders, the room there is."""
    comments = []
    path = _candidate_path(text)
    if path[0] in review.menu.release.screens:
        comments.append(f"Screen {path[0]}")
    names = _names(text.by_language[source])
    if names:
        comments.append("Keep " + " ".join(f"{{{name}}}" for name in sorted(names)))
    budget = budget_of(review, path, language)
    if budget is not None:
        comments.append(f"Room: {budget}" + (", placeholders apart" if names else ""))
    return comments


def _candidate_path(text: WrittenText) -> Path:
    """Returns the path by which checks know a text."""
    tree = text.document.tree
    if text.name == MAIN_NAME and text.path[:1] == ("home",):
        rest = text.path[1:]
        return ("home.home", "choice", *rest[1:]) if rest[0] == "options" else ("home.home", *rest)
    if text.name == MESSAGES_NAME:
        return (MESSAGES_FILE, *text.path)
    service = tree.get("service") if isinstance(tree, dict) else None
    if isinstance(service, str) and text.path[0] == "screens":
        return (f"{service}.{text.path[1]}", *text.path[2:])
    return (str(service), *text.path)


def language_of(source: bytes, file: str) -> str:
    """Returns the language that a PO file says it is in; raises FilesInvalid."""
    return (_catalog(source, file).locale_identifier or "").replace("_", "-")


def imported(
    folder: FilePath, texts: Sequence[WrittenText], source: str, language: str, po: bytes, file: str
) -> Imported:
    """Returns what a PO file changes in the menu; raises FilesInvalid with every fault.

    A text that has changed since the export, a placeholder that was dropped, and a text that there
    is not are faults. Nothing is written here.
    """
    known = {text.context: text for text in texts}
    changes: dict[str, dict[Path, str]] = {}
    faults: list[Fault] = []
    counts = {"unchanged": 0, "fuzzy": 0, "empty": 0}
    for message in _catalog(po, file):
        if not message.id:
            continue
        place = Place(file, message.lineno or 1)
        text, said = known.get(message.context or ""), str(message.string or "")
        fault = _refused(text, str(message.id), said, source)
        if text is None or fault:
            faults.append(place.fault("M106", fault))
        elif not said or _FUZZY in message.flags:
            counts["empty" if not said else "fuzzy"] += 1
        elif text.by_language.get(language) == said:
            counts["unchanged"] += 1
        else:
            changes.setdefault(text.name, {})[(*text.path, language)] = said
    if faults:
        raise FilesInvalid(sorted(faults))
    files = {name: _edited(folder / name, edits, file) for name, edits in changes.items()}
    return Imported(files=files, written=sum(map(len, changes.values())), **counts)


def _refused(text: WrittenText | None, asked: str, said: str, source: str) -> str:
    """Returns why a translation cannot be taken; empty when it can."""
    if text is None:
        return "The menu has no such text any more. Export anew, and let the tool merge."
    if text.by_language.get(source) != asked:
        return f"{text.context} reads otherwise now. Export anew, and let the tool merge."
    try:
        dropped = _names(asked) - _names(said) if said else frozenset()
    except BadFilter as bad:
        return f"In '{bad}' of the translation of {text.context}: {bad.sentence}."
    except BadPlaceholder as bad:
        return f"'{bad}' in the translation of {text.context} is no placeholder."
    if dropped:
        names = ", ".join(f"{{{name}}}" for name in sorted(dropped))
        return f"The translation of {text.context} lacks {names}."
    return ""


def _edited(path: FilePath, edits: Mapping[Path, str], file: str) -> str:
    try:
        return edited(path.read_bytes().decode("utf-8"), edits)
    except NotEditable as error:
        raise FilesInvalid([Place(file).fault("M106", f"In {path.name}: {error}.")]) from error


def _names(text: str) -> frozenset[str]:
    return frozenset(Template.parse(text).names)


def _catalog(source: bytes, file: str) -> Catalog:
    try:
        return read_po(io.BytesIO(source), charset="utf-8", abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        sentence = f"This is no PO file: {error}."
        raise FilesInvalid([Place(file).fault("M106", sentence)]) from error
