"""Reads the files of a menu: what is faulty is told and left out, what is whole is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel

from gateway.adapters.declared_rows import datasets, forms
from gateway.adapters.declared_rows.datasets import DeclaredDatasets, declared_in
from gateway.adapters.menu_files.compiling.source_files import (
    MenuFiles,
    ServiceFile,
    is_menu_file,
    words_of,
    yaml_files,
)
from gateway.adapters.menu_files.error_recovery import salvaged
from gateway.adapters.menu_files.glossaries import glossaries
from gateway.adapters.menu_files.own_sentences import (
    OWN_NAME,
    OwnSentences,
    kept,
    shipped,
    with_phrases,
    with_words,
)
from gateway.adapters.menu_files.schemas.calls import CallShape
from gateway.adapters.menu_files.schemas.files import (
    MainShape,
    MessagesShape,
    PhraseShape,
    ServiceShape,
)
from gateway.adapters.menu_files.schemas.screens import ScreenShape, shape_of_screen
from gateway.adapters.yaml.documents import Document, Tree, empty, read, shown_name
from gateway.adapters.yaml.validate import part_of, validate
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Place
from gateway.domain.menu_checks.candidate import (
    BUILT_IN,
    CALLS_FILE,
    DATASETS,
    MAIN,
    MESSAGES_FILE,
    PHRASES_FILE,
)
from gateway.domain.menu_checks.glossary import Glossary

MAIN_NAME = "main.yaml"
PHRASES_NAME = "phrases.yaml"
CALLS_NAME = "calls.yaml"
MESSAGES_NAME = "messages.yaml"
#: Files of a menu that hold no service.
NO_SERVICES = (MAIN_NAME, PHRASES_NAME, CALLS_NAME, MESSAGES_NAME, OWN_NAME)

Model = TypeVar("Model", bound=BaseModel)


class FolderReading:
    """One pass over the folder. A faulty part is told, left out, and named as broken."""

    def __init__(self, folder: FilePath) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.broken: set[str] = set()
        self.unreadable: set[str] = set()
        self.left_out: set[str] = set()
        self.mended: set[str] = set()
        self.trees: dict[str, Tree] = {}

    def files(self) -> MenuFiles | None:
        """Returns what could be read, or None when there is no menu without what could not."""
        main = self._read(MAIN_NAME, MAIN)
        shape = self._salvaged(MainShape, main, (), MAIN) if main else None
        names = [path.name for path in yaml_files(self.folder)]
        phrases_document: Document | None = empty(self.folder / PHRASES_NAME, "M")
        if PHRASES_NAME in names:
            phrases_document = self._read(PHRASES_NAME, PHRASES_FILE)
        phrases = self._phrases(phrases_document) if phrases_document else {}
        read = [self._service(name) for name in names if name not in NO_SERVICES]
        services = [file for file in read if file is not None]
        calls_document = self._read(CALLS_NAME, CALLS_FILE) if CALLS_NAME in names else None
        calls = self._calls(calls_document) if calls_document else {}
        messages = self._read(MESSAGES_NAME, MESSAGES_FILE) if MESSAGES_NAME in names else None
        shape_of_messages = (
            self._shape(MessagesShape, messages, (), MESSAGES_FILE) if messages else None
        )
        self._refuse_other_endings()
        declared = self._datasets()
        if main is None or shape is None or phrases_document is None:
            return None
        own = self._own_sentences(shape, names)
        keywords = [
            word for file in services for words in file.header.keywords.values() for word in words
        ]
        words = with_words(own, shape.words, keywords)
        return MenuFiles(
            main=main,
            home=shape.model_copy(update={"words": words}),
            phrases_document=phrases_document,
            phrases=with_phrases(list(shape.languages), own, phrases),
            services=services,
            broken=frozenset(self.broken),
            unread=words_of(self.folder / name for name in self.unreadable) | self.left_out,
            left_out=frozenset(self.left_out),
            mended=frozenset(self.mended),
            trees=self.trees,
            calls_document=calls_document,
            calls=calls,
            messages_document=messages,
            messages=shape_of_messages,
            datasets=declared.datasets,
            dataset_trees=declared.trees,
            form_trees=forms.trees_in(self.forms_folder),
            glossaries=self._glossaries(shape, {file.header.service for file in services}),
        )

    def _glossaries(self, main: MainShape, read: Set[str]) -> Mapping[str, Glossary]:
        """Returns the words of the languages that are spoken; they are no content of the menu.

        What could not be `read` is a service all the same.
        """
        unread = {name.partition(".")[0] for name in (*self.broken, *self.unreadable)}
        found, faults = glossaries(self.folder, main.languages, {*read, *unread, *BUILT_IN})
        self.faults += faults
        return found

    def _datasets(self) -> DeclaredDatasets:
        """Returns the datasets that the menu may read: those that stand beside it."""
        declared = declared_in(self.datasets_folder)
        self.faults += declared.faults
        self.broken |= {f"{DATASETS}.{name}" for name in declared.broken}
        return declared

    @property
    def datasets_folder(self) -> FilePath:
        """Returns where the datasets are declared."""
        return self.folder.parent / datasets.FOLDER

    @property
    def forms_folder(self) -> FilePath:
        """Returns where the forms are declared."""
        return self.folder.parent / forms.FOLDER

    def _own_sentences(self, main: MainShape, names: Sequence[str]) -> OwnSentences:
        """Returns what the gateway says by itself; it counts as content of the menu."""
        if OWN_NAME in names:
            sentence = Sentence(
                "This file is kept with releases, and is none of a menu. Take it out."
            )
            self.faults.append(Place(shown_name(self.folder / OWN_NAME)).fault("M007", sentence))
        own = shipped(list(main.languages))
        self.trees[OWN_NAME] = own.tree
        return own

    def _read(self, name: str, broken: str) -> Document | None:
        try:
            document = read(self.folder / name, "M")
        except FilesInvalid as invalid:
            self.faults += invalid.faults
            self.broken.add(broken)
            self.unreadable.add(name)
            return None
        self.faults += document.faults
        if document.faults:
            self.unreadable.add(name)
        self.trees[name] = document.tree
        return document

    def _shape(self, model: type[Model], document: Document, at: Path, broken: str) -> Model | None:
        try:
            return validate(model, document, at)
        except FilesInvalid as invalid:
            self.faults += invalid.faults
            self.broken.add(broken)
            return None

    def _salvaged(
        self, model: type[Model], document: Document, at: Path, name: str
    ) -> Model | None:
        """Returns what can be read of a part, so that deeper faults are found in the same round."""
        found = salvaged(model, document, at)
        self.faults += found.faults
        self.left_out |= found.words
        if found.shape is None:
            self.broken.add(name)
        elif not found.whole:
            self.mended.add(name)
        return found.shape

    def _phrases(self, document: Document) -> dict[str, str | Mapping[str, str]]:
        names = self._names(document, "phrases", PHRASES_FILE)
        shapes = {name: self._shape(PhraseShape, document, (name,), PHRASES_FILE) for name in names}
        return {name: shape.root for name, shape in shapes.items() if shape is not None}

    def _names(self, document: Document, what: str, broken: str) -> Sequence[str]:
        """Returns the keys of a file that is a map."""
        if isinstance(document.tree, dict):
            return list(document.tree)
        place = document.at(()).value
        self.faults.append(
            place.fault("M003", Sentence("Expected a map of %(what)s here.", what=what))
        )
        self.broken.add(broken)
        return ()

    def _calls(self, document: Document) -> dict[str, CallShape]:
        names = self._names(document, "calls", CALLS_FILE)
        for name in names:
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name, re.ASCII):
                sentence = Sentence(
                    "'%(name)s' is not a name: use small letters, digits and _.", name=name
                )
                self.faults.append(document.at((name,)).key.fault("M010", sentence))
        shapes = {n: self._shape(CallShape, document, (n,), f"{CALLS_FILE}.{n}") for n in names}
        return {name: shape for name, shape in shapes.items() if shape is not None}

    def _service(self, name: str) -> ServiceFile | None:
        document = self._read(name, name.removesuffix(".yaml"))
        if document is None:
            return None
        told = part_of(document.tree, ("service",))
        service = told if isinstance(told, str) and told else name.removesuffix(".yaml")
        header = self._salvaged(ServiceShape, document, (), service)
        screens = part_of(document.tree, ("screens",))
        if not isinstance(screens, dict):
            self.broken.add(service)
            return None  # the header has told it
        found = {name: self._screen(document, service, name) for name in screens}
        if header is None:
            return None
        shapes = {n: shape for n, shape in found.items() if shape and n in header.screens}
        self.broken |= {f"{header.service}.{name}" for name in screens.keys() - shapes.keys()}
        return ServiceFile(document=document, header=header, screens=shapes)

    def _screen(self, document: Document, service: str, name: str) -> ScreenShape | None:
        path = ("screens", name)
        written = part_of(document.tree, path)
        id = f"{service}.{name}"
        if not isinstance(written, dict):
            return None  # the header has told it
        shape = shape_of_screen(written)
        if isinstance(shape, str):
            self.faults.append(document.at(path).key.fault("M002", shape))
            self.broken.add(id)
            return None
        return self._salvaged(shape, document, path, id)

    def _refuse_other_endings(self) -> None:
        for path in sorted(filter(is_menu_file, self.folder.glob("*.yml"))):
            sentence = Sentence(
                "The file would not be read; name it %(name)s.yaml.", name=path.stem
            )
            self.faults.append(Place(shown_name(path)).fault("M007", sentence))


class KeptReading(FolderReading):
    """Reads the files that were kept with a release: it says what it said when it was published."""

    @property
    def datasets_folder(self) -> FilePath:
        """Returns where the datasets are: kept within."""
        return self.folder / datasets.FOLDER

    @property
    def forms_folder(self) -> FilePath:
        """Returns where the forms are: kept within."""
        return self.folder / forms.FOLDER

    def _glossaries(self, main: MainShape, read: Set[str]) -> Mapping[str, Glossary]:
        """Returns none: what was published was checked then."""
        return {}

    def _own_sentences(self, main: MainShape, names: Sequence[str]) -> OwnSentences:
        """Returns what was kept. A release of before this was kept has its words in its files.

        A sentence that this version says and that one did not is that of the package.
        """
        document = self._read(OWN_NAME, OWN_NAME) if OWN_NAME in names else None
        found = kept(document.tree if document else {})
        now = shipped(list(main.languages)).phrases
        return OwnSentences({**now, **found.phrases}, found.words)
