"""Loads `datasets/NAME.yaml`, beside the menus: each file becomes a dataset, or its faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.adapters.declared_rows.column_shapes import ColumnShape
from gateway.adapters.declared_rows.dataset_shapes import DatasetShape, SlotsShape
from gateway.adapters.yaml.documents import Document, Tree, read, shown_name
from gateway.adapters.yaml.shapes import NAME, NO_NAME
from gateway.adapters.yaml.validate import not_named, validate
from gateway.domain.datasets.column_kinds import Day, Moment, Prose, Text, WholeNumber
from gateway.domain.datasets.column_names import plain
from gateway.domain.datasets.dataset import Dataset, Slots
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place

FOLDER = "datasets"

#: Beginnings of files that editors and systems leave beside those that somebody wrote.
_NOT_WRITTEN = (".", "~", "#")


@dataclass(frozen=True, slots=True)
class DeclaredDatasets:
    """The datasets of a folder by name, their files by path in it, and every fault of them.

    `broken` are those that are there and cannot be read: nothing is said about who asks them.
    """

    datasets: dict[str, Dataset] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @property
    def trees(self) -> Mapping[str, Tree]:
        """Returns what the files hold, for the id of a release."""
        return {name: document.tree for name, document in self.documents.items()}


def files_in(folder: Path) -> list[Path]:
    """Returns the files that declare datasets, in the order of their names; none in no folder."""
    found = folder.glob("*.yaml")
    return sorted(path for path in found if not path.name.startswith(_NOT_WRITTEN))


def other_endings(folder: Path) -> Iterator[Fault]:
    """Yields a fault for each file of a folder that somebody wrote, and nobody would read."""
    for path in sorted(folder.glob("*.*")):
        is_yaml = path.suffix.lower() in (".yaml", ".yml")
        if is_yaml and path.suffix != ".yaml" and not path.name.startswith(_NOT_WRITTEN):
            sentence = Sentence(
                "The file would not be read; name it %(name)s.yaml.", name=path.stem
            )
            yield Place(shown_name(path)).fault("M007", sentence)


def declared_in(folder: Path) -> DeclaredDatasets:
    """Returns the datasets that the files of a folder declare, with the faults of all of them."""
    made = DeclaredDatasets(faults=list(other_endings(folder)))
    for path in files_in(folder):
        _add(made, path)
    return made


def _add(made: DeclaredDatasets, path: Path) -> None:
    name = path.stem
    made.broken.add(name)
    try:
        document = read(path, "M")
        made.documents[path.name] = document
        made.faults.extend(document.faults)
        if not re.fullmatch(NAME, name, re.ASCII):
            sentence = not_named(name, NO_NAME)
            raise FilesInvalid([Place(document.file).fault("M010", sentence)])
        shape = validate(DatasetShape, document)
    except FilesInvalid as invalid:
        made.faults.extend(invalid.faults)
        return
    found = list(_contradictions(shape, document))
    made.faults.extend(found)
    if not found and not document.faults:
        made.broken.remove(name)
        made.datasets[name] = _dataset(name, shape)


def _dataset(name: str, shape: DatasetShape) -> Dataset:
    return Dataset(
        name=name,
        columns=tuple(column.to_column(each) for each, column in shape.columns.items()),
        key=tuple(shape.key),
        search=tuple(shape.search),
        asked_by=tuple(map(tuple, shape.asked_by)),
        skip={column: tuple(values) for column, values in shape.skip.items()},
        ignore_others=shape.others is not None,
        slots=_slots(shape.slots),
    )


def _slots(shape: SlotsShape | None) -> Slots | None:
    if shape is None:
        return None
    per = tuple(shape.per.items())
    return Slots(form=shape.form, per=per, most=shape.most, at=shape.at or "")


def _contradictions(shape: DatasetShape, document: Document) -> Iterator[Fault]:
    columns = shape.columns
    named: Sequence[tuple[tuple[str, ...], Sequence[str]]] = (
        (("key",), shape.key),
        (("search",), shape.search),
        *((("asked_by", str(at)), names) for at, names in enumerate(shape.asked_by)),
    )
    for path, names in named:
        for at, name in enumerate(names):
            place = document.at((*path, str(at))).offending
            if name not in columns:
                sentence = Sentence(
                    "There is no column '%(name)s'.%(proposal)s",
                    name=name,
                    proposal=did_you_mean(name, columns),
                )
                yield place.fault("M083", sentence)
            elif name in names[:at]:
                yield place.fault(
                    "M083", Sentence("Column '%(name)s' stands here twice.", name=name)
                )
    for at, name in enumerate(shape.search):
        column = columns.get(name)
        if column is not None and not isinstance(column.to_kind(), Text | Prose):
            place = document.at(("search", str(at))).offending
            sentence = Sentence(
                "'%(name)s' holds no words: columns of `kind: text` are searched.", name=name
            )
            yield place.fault("M083", sentence)
        if column is not None and (column.secret or column.personal):
            place = document.at(("search", str(at))).offending
            yield place.fault(
                "M083",
                Sentence("'%(name)s' is not for everybody: it cannot be searched.", name=name),
            )
    for name, column in columns.items():
        if column.personal:
            sentence = Sentence(
                "Everybody reads a dataset: leave the column out, or write `secret: "
                "true` where it is only asked for. What people tell of themselves is "
                "kept by a form."
            )
            yield document.at(("columns", name, "personal")).offending.fault("M083", sentence)
        if column.secret and column.empty:
            sentence = Sentence("A secret that may be empty proves nothing.")
            yield document.at(("columns", name, "empty")).offending.fault("M083", sentence)
    yield from _names_of_two(shape, document)
    if shape.slots is not None:
        yield from _wrong_slots(shape.slots, shape.columns, document)
        for name in shape.key:
            if name in columns and name not in shape.slots.per:
                place = document.at(("slots", "per")).offending
                sentence = Sentence(
                    "A slot is one row: '%(name)s' of the key is missing here.", name=name
                )
                yield place.fault("M083", sentence)


def _wrong_slots(
    slots: SlotsShape, columns: Mapping[str, ColumnShape], document: Document
) -> Iterator[Fault]:
    """Yields columns of slots that there are not, or that cannot say what they are to say."""
    named: list[tuple[tuple[str, ...], str]] = [(("per", name), name) for name in slots.per]
    named += [(("most",), slots.most)] if isinstance(slots.most, str) else []
    named += [(("at",), slots.at)] if slots.at else []
    for path, name in named:
        place = document.at(("slots", *path)).offending
        column = columns.get(name)
        kind = column.to_kind() if column else None
        if column is None:
            sentence = Sentence(
                "There is no column '%(name)s'.%(proposal)s",
                name=name,
                proposal=did_you_mean(name, columns),
            )
            yield place.fault("M083", sentence)
        elif path[0] == "per" and (column.secret or column.empty):
            sentence = Sentence(
                "'%(name)s' may be empty or is secret, and is to tell slots apart.", name=name
            )
            yield place.fault("M083", sentence)
        elif path[0] == "most" and (not isinstance(kind, WholeNumber) or kind.minimum < 0):
            sentence = Sentence(
                "'%(name)s' does not say how many places there are: a whole number does.", name=name
            )
            yield place.fault("M083", sentence)
        elif path[0] == "at" and not isinstance(kind, Day | Moment):
            yield place.fault(
                "M083",
                Sentence("'%(name)s' is no `day` and no `moment`: no slot begins then.", name=name),
            )


def _names_of_two(shape: DatasetShape, document: Document) -> Iterator[Fault]:
    """Yields aliases under which a file's column would be two."""
    owner: dict[str, str] = {plain(name): name for name in shape.columns}
    for name, column in shape.columns.items():
        for at, alias in enumerate(column.aliases):
            place = document.at(("columns", name, "aliases", str(at))).offending
            first = owner.setdefault(plain(alias), name)
            if not plain(alias):
                yield place.fault("M083", Sentence("An alias has letters or digits."))
            elif first != name:
                yield place.fault(
                    "M083",
                    Sentence(
                        "'%(alias)s' names column '%(first)s' already.", alias=alias, first=first
                    ),
                )
