"""Makes the form of a file out of what stands in it, be it finished or not.

What a key is comes from its name and from what stands there; what may be added, from the shapes
that the loader reads with. What has no form is left to the YAML, with its lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args, get_origin

from pydantic import BaseModel

from gateway.adapters.menu_files.forms.fields import (
    Card,
    FileForm,
    FormField,
    GroupField,
    Sort,
    TextField,
    ValueField,
    YamlField,
)
from gateway.adapters.menu_files.schemas.files import MainShape, ServiceShape
from gateway.adapters.menu_files.schemas.screens import SCREENS, OptionShape
from gateway.adapters.yaml.documents import Document, Tree, parse
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path

#: Keys whose value citizens read, in each language.
TEXTS = frozenset(
    ["text", "end", "sms", "complaint", "example", "label", "title", "closed", "cost"]
)
#: Maps of texts by their names.
TEXT_MAPS = frozenset(("institutions", "topics", "messages"))
#: Keys with a list of words in each language.
WORDS = frozenset(("keywords", "also"))
#: Keys whose value is the name of a screen of the service.
SCREEN_NAMES = frozenset(("next", "start", "goto", "second_fact", "district_from"))
#: Keys that can be added with one value, though they may have keys of their own.
_ONE_VALUE = TEXTS | WORDS | SCREEN_NAMES
#: Texts that are longer than this are written in a field of several lines.
_SHORT = 60
_TRUTHS = ("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a form knows of the menu around its file."""

    languages: Sequence[str]
    services: Sequence[str] = ()


def languages_of(main: str) -> list[str]:
    """Returns the languages of a main.yaml; none of one that cannot be read."""
    try:
        tree = parse(main.encode(), "main.yaml", "M").tree
    except (FilesInvalid, UnicodeEncodeError):
        return []
    listed = tree.get("languages") if isinstance(tree, dict) else None
    return list(listed) if isinstance(listed, dict) else []


def form_of(name: str, text: str, around: Around) -> FileForm:
    """Returns the form of a file; one that is no YAML has no cards, and says why."""
    try:
        document = parse(text.encode(), name, "M")
    except FilesInvalid as invalid:
        first = invalid.faults[0]
        sentence = Sentence("Line %(line)s: %(what)s", line=first.line, what=first.sentence)
        return FileForm(cards=(), why=sentence)
    except UnicodeEncodeError:
        return FileForm(cards=(), why=Sentence("The file holds what is no text."))
    tree = document.tree
    if not isinstance(tree, dict):
        return FileForm(cards=(), why=Sentence("The file has no keys."))
    lines = text.count("\n") + (not text.endswith("\n"))
    return _Building(document, around, lines).form(name, tree)


class _Building:
    """Builds the form of one file."""

    def __init__(self, document: Document, around: Around, lines: int) -> None:
        self._document, self._around = document, around
        self._starts = sorted({spot.key.line for spot in document.spots.values()})
        self._lines = lines
        self._screens: Sequence[str] = ()

    def form(self, name: str, tree: Mapping[str, Tree]) -> FileForm:
        """Returns the form of the file."""
        screens = tree.get("screens")
        if isinstance(screens, dict):
            self._screens = list(screens)
            service = str(tree.get("service") or name.removesuffix(".yaml"))
            head = {key: each for key, each in tree.items() if key != "screens"}
            cards = [self._card((), service, "", head, _keys_of(ServiceShape))]
            cards += [self._screen(key, each) for key, each in screens.items()]
            return FileForm(cards=cards, screens=self._screens, service=service)
        if name == "main.yaml":
            head = {key: each for key, each in tree.items() if key not in ("home", *TEXT_MAPS)}
            cards = [self._part(("home",), tree["home"])] if "home" in tree else []
            cards += [self._part((key,), tree[key]) for key in sorted(TEXT_MAPS) if key in tree]
            cards.append(self._card((), "main", "", head, _keys_of(MainShape)))
            return FileForm(cards=cards, service="home")
        return FileForm(cards=[self._part((key,), each) for key, each in tree.items()])

    def _screen(self, name: str, tree: Tree) -> Card:
        path: Path = ("screens", name)
        if not isinstance(tree, dict):
            return self._part(path, tree)
        kind = next((each for each in SCREENS if each in tree), "")
        known = _keys_of(SCREENS[kind]) if kind else {}
        return self._card(path, name, kind, tree, known)

    def _part(self, path: Path, tree: Tree) -> Card:
        if isinstance(tree, dict) and not self._is_text(path, tree):
            return self._card(path, path[-1], "", tree, {})
        return self._card(path[:-1], path[-1], "", {path[-1]: tree}, {}, at=path)

    def _card(
        self,
        path: Path,
        name: str,
        kind: str,
        tree: Mapping[str, Tree],
        known: Mapping[str, str],
        *,
        at: Path | None = None,
    ) -> Card:
        first, last = self._range(path if at is None else at)
        return Card(
            path=path if at is None else at,
            name=name,
            kind=kind,
            line=first,
            last_line=last,
            fields=[self._field((*path, key), each, known) for key, each in tree.items()],
            addable={key: told for key, told in known.items() if key not in tree},
            says=self._says(tree),
        )

    def _says(self, tree: Mapping[str, Tree]) -> str:
        """Returns what a screen says in the first language, as its line in the tree of screens."""
        for key in ("text", "end", "title"):
            text = tree.get(key)
            if isinstance(text, dict):
                text = next((text[code] for code in self._around.languages if code in text), "")
            if isinstance(text, str) and text:
                return text
        return ""

    def _field(self, path: Path, tree: Tree, known: Mapping[str, str]) -> FormField:
        name = path[-1]
        if any("/" in each for each in path):
            return self._yaml(path)
        if self._is_text(path, tree):
            shared = tree if isinstance(tree, str) else None
            written = tree if isinstance(tree, dict) else {}
            codes = dict.fromkeys([*self._around.languages, *written])
            each = (
                {} if shared is not None else {code: str(written.get(code, "")) for code in codes}
            )
            return TextField(path=path, name=name, by_language=each, shared=shared)
        if isinstance(tree, dict) and _is_words(path, tree):
            codes = dict.fromkeys([*self._around.languages, *tree])
            listed = {code: ", ".join(map(str, tree.get(code, ()))) for code in codes}
            return TextField(path=path, name=name, by_language=listed, words=True)
        if isinstance(tree, str):
            return self._value(path, tree, known.get(name, ""))
        if isinstance(tree, list):
            if any(not isinstance(each, str) for each in tree):
                return self._yaml(path)
            value = ", ".join(map(str, tree))
            if any("," in str(each) for each in tree):
                return self._yaml(path)
            return ValueField(
                path=path, name=name, value=value, sort=Sort.LIST, hint=known.get(name, "")
            )
        return self._group(path, tree)

    def _group(self, path: Path, tree: Mapping[str, Tree]) -> FormField:
        name = path[-1]
        options = name in ("choice", "several", "options") and "each" not in tree
        lines = options and all(isinstance(each, dict) for each in tree.values())
        option = len(path) > 1 and path[-2] in ("choice", "several", "options")
        known = _keys_of(OptionShape) if option else {}
        return GroupField(
            path=path,
            name=name,
            fields=[self._field((*path, key), each, known) for key, each in tree.items()],
            ordered=lines,
            grows=lines or name in ("outcomes", "with", "where", "sum", *TEXT_MAPS),
            addable={key: told for key, told in known.items() if key not in tree},
        )

    def _value(self, path: Path, value: str, hint: str) -> ValueField:
        name, above = path[-1], path[-2] if len(path) > 1 else ""
        sort = Sort.LONG if len(value) > _SHORT else Sort.WORD
        choices: tuple[str, ...] = ()
        if value in _TRUTHS:
            sort, choices = Sort.TRUTH, _TRUTHS
        elif self._screens and (name in SCREEN_NAMES or above == "outcomes"):
            sort, choices = Sort.CHOICE, tuple(dict.fromkeys([*self._screens, value]))
        elif name == "open" and self._around.services:
            sort = Sort.CHOICE
            choices = tuple(dict.fromkeys([*self._around.services, "language", value]))
        return ValueField(path=path, name=name, value=value, sort=sort, choices=choices, hint=hint)

    def _is_text(self, path: Path, tree: Tree) -> bool:
        by_language = (
            isinstance(tree, dict)
            and bool(tree)
            and all(isinstance(each, str) for each in tree.values())
        )
        if len(path) > 1 and path[-2] in TEXT_MAPS and path[-1] != path[-2]:
            return isinstance(tree, str) or by_language
        if path[0] not in ("screens", "home") and len(path) == 1 and not by_language:
            return path[-1] in TEXTS and isinstance(tree, str)
        if by_language and isinstance(tree, dict):
            spoken = set(self._around.languages)
            if not spoken.isdisjoint(tree) and path[-1] not in ("languages", *WORDS):
                return path[-1] in TEXTS or (len(path) == 1 and path[0] not in _BY_LANGUAGE)
        return path[-1] in TEXTS and isinstance(tree, str) and tree not in _TRUTHS

    def _yaml(self, path: Path) -> YamlField:
        first, last = self._range(path)
        return YamlField(path=path, name=path[-1], line=first, last_line=last)

    def _range(self, path: Path) -> tuple[int, int]:
        """Returns the first and the last line of what stands at a path."""
        depth = len(path)
        spots = self._document.spots
        inside = [
            line
            for each, spot in spots.items()
            if each[:depth] == path
            for line in (spot.key.line, spot.value.line)
        ]
        last = max(inside)
        following = [line for line in self._starts if line > last]
        end = following[0] - 1 if following else self._lines
        return spots[path].key.line if path else 1, max(last, end)


#: Maps of main.yaml by language that are no texts.
_BY_LANGUAGE = frozenset(("languages", "fallbacks", "charsets", "calendars", "clocks"))


def _is_words(path: Path, tree: Mapping[str, Tree]) -> bool:
    words = path[-1] in WORDS or (len(path) == 2 and path[0] == "words")
    lists = all(isinstance(each, list) for each in tree.values())
    return words and lists and all(isinstance(one, str) for each in tree.values() for one in each)


def hints() -> set[str]:
    """Returns what forms say of the keys of menu files, for those who translate it."""
    shapes = (MainShape, ServiceShape, OptionShape, *SCREENS.values())
    return {hint for shape in shapes for hint in _keys_of(shape).values() if hint}


def _keys_of(shape: type[BaseModel]) -> Mapping[str, str]:
    """Returns the keys that can be added with one value, each with what it means."""
    return {
        found.alias or name: found.description or ""
        for name, found in shape.model_fields.items()
        if name in _ONE_VALUE or not _is_nested(found.annotation)
    }


def _is_nested(annotation: object) -> bool:
    """Returns whether what is written under a key has keys of its own, other than languages."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return get_origin(annotation) is dict or any(map(_is_nested, get_args(annotation)))
