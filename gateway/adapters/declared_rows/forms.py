"""Loads `forms/NAME.yaml`, beside the menus: each file becomes a form, or its faults."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gateway.adapters.declared_rows.datasets import files_in, other_endings
from gateway.adapters.declared_rows.form_shapes import FormShape
from gateway.adapters.yaml.documents import Tree, read, shown_name
from gateway.adapters.yaml.shapes import NAME, NO_NAME
from gateway.adapters.yaml.validate import not_named, validate
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.handler_contract.form import BadForm, Form

FOLDER = "forms"


@dataclass(frozen=True, slots=True)
class DeclaredForms:
    """The forms of a folder by name, and every fault of its files."""

    forms: dict[str, Form] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def declared_in(
    folder: Path,
    taken: Mapping[str, object],
    datasets: Mapping[str, Dataset] = MappingProxyType({}),
) -> DeclaredForms:
    """Returns the forms that the files of a folder declare, with the faults of all of them.

    `taken` are the names of tables that are declared elsewhere, `datasets` those that there are.
    """
    made = DeclaredForms(faults=list(other_endings(folder)))
    for path in files_in(folder):
        try:
            made.forms[path.stem] = _form(path, taken, datasets)
        except FilesInvalid as invalid:
            made.faults.extend(invalid.faults)
    return made


def trees_in(folder: Path) -> Mapping[str, Tree]:
    """Returns what the files of a folder hold by form, for the id of a release.

    One that cannot be read is left out: `declared_in` has its faults.
    """
    trees: dict[str, Tree] = {}
    for path in files_in(folder):
        with contextlib.suppress(FilesInvalid):
            trees[path.stem] = read(path, "M").tree
    return trees


def _form(path: Path, taken: Mapping[str, object], datasets: Mapping[str, Dataset]) -> Form:
    name = path.stem
    document = read(path, "M")
    if document.faults:
        raise FilesInvalid(document.faults)
    start = Place(shown_name(path))
    if not re.fullmatch(NAME, name, re.ASCII):
        raise FilesInvalid([start.fault("M010", not_named(name, NO_NAME))])
    shape = validate(FormShape, document)
    if name in taken:
        sentence = Sentence(
            "handlers/__init__.py has a table '%(name)s', too. Keep one of both.", name=name
        )
        raise FilesInvalid([start.fault("M087", sentence)])
    if name in datasets:
        sentence = Sentence(
            "A dataset is called '%(name)s', too, and both are known by their names. Rename one "
            "of them.",
            name=name,
        )
        raise FilesInvalid([start.fault("M087", sentence)])
    try:
        return shape.to_form(name, datasets)
    except BadForm as bad:
        raise FilesInvalid(
            [document.at((bad.key,)).offending.fault("M087", bad.sentence)]
        ) from None
