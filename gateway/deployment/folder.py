"""Finds the deployment folder and loads the handlers in it.

The gateway does not know the name of any handler: it imports the package `handlers/` of the folder
it runs in.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from gateway.adapters.declared_rows import datasets as declared_datasets
from gateway.adapters.declared_rows import forms as declared_forms
from gateway.adapters.yaml.documents import shown_name
from gateway.domain.datasets.dataset import Dataset, Table
from gateway.domain.faults_and_errors.errors import Refused, SettingsInvalid
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.handler_contract.form import Form
from gateway.use_cases.handler_calls.store_form import handlers_of
from gateway.use_cases.ports import Handler

HANDLERS_FOLDER = "handlers"

Row = TypeVar("Row")


def find_home(environ: Mapping[str, str]) -> Path:
    """Returns the deployment folder: `GATEWAY_HOME`, or the working directory.

    Raises Refused where that is gone.
    """
    try:
        return Path(environ.get("GATEWAY_HOME") or Path.cwd()).resolve()
    except FileNotFoundError:
        raise Refused(
            "The working directory was removed. Change to the deployment's folder, or set "
            "GATEWAY_HOME."
        ) from None


def load_handlers(home: Path, menus: Path | None = None) -> Mapping[str, Handler]:
    """Returns what the menus of a deployment call: its table HANDLERS, and what keeps its forms.

    `menus` is the folder of the menus, where it is another one. Raises SettingsInvalid with the
    line that raised, when the package cannot be imported, and like `load_forms`.
    """
    in_python = _table(home, "HANDLERS", Handler)
    kept = handlers_of(load_forms(home, menus).values())
    return {**in_python, **kept} if kept else in_python


def load_forms(home: Path, menus: Path | None = None) -> Mapping[str, Form]:
    """Returns the forms of a deployment, from the files beside its menus.

    Raises SettingsInvalid with every fault of the files.
    """
    folder = (menus or home / "menus").parent / declared_forms.FOLDER
    beside = declared_datasets.declared_in(folder.parent / declared_datasets.FOLDER)
    datasets = {**_table(home, "DATASETS", Dataset, needed=False), **beside.datasets}
    found = declared_forms.declared_in(folder, _tables_in_python(home), datasets)
    if found.faults:  # a form may name a dataset that cannot be read
        raise SettingsInvalid([*found.faults, *beside.faults])
    return found.forms


def load_datasets(home: Path, menus: Path | None = None) -> Mapping[str, Dataset]:
    """Returns the datasets of a deployment: its table DATASETS, and the files beside its menus.

    `menus` is the folder of the menus, where it is another one. Raises SettingsInvalid with every
    fault of the files, for a dataset that is declared twice, and like `load_handlers`.
    """
    in_python = _table(home, "DATASETS", Dataset)
    folder = (menus or home / "menus").parent / declared_datasets.FOLDER
    in_files = declared_datasets.declared_in(folder)
    faults = list(in_files.faults)
    for name in in_files.datasets.keys() & in_python.keys():
        place = Place(shown_name(folder / f"{name}.yaml"))
        sentence = Sentence(
            "handlers/__init__.py has a dataset '%(name)s', too. Keep one of both.", name=name
        )
        faults.append(place.fault("M083", sentence))
    if faults:
        raise SettingsInvalid(faults)
    return {**in_python, **in_files.datasets}


def load_tables(home: Path, menus: Path | None = None) -> Mapping[str, Table]:
    """Returns what a deployment writes: its table TABLES, and the tables of its forms.

    Raises SettingsInvalid like `load_handlers`.
    """
    kept = load_forms(home, menus).values()
    of_forms = {form.name: form.table() for form in kept if not form.reference}
    return {**_tables_in_python(home), **of_forms}


def _tables_in_python(home: Path) -> Mapping[str, Table]:
    tables = _table(home, "TABLES", Table, needed=False)
    for name, table in tables.items():
        if table.name != name:
            source = home.resolve() / HANDLERS_FOLDER / "__init__.py"
            raise _invalid(source, 1, f"TABLES['{name}'] calls itself '{table.name}'.")
    return tables


def _table(home: Path, name: str, kind: type[Row], *, needed: bool = True) -> Mapping[str, Row]:
    source = home.resolve() / HANDLERS_FOLDER / "__init__.py"
    if not source.exists():
        return {}
    table = getattr(_package(source), name, None if needed else {})
    if not isinstance(table, Mapping):
        raise _invalid(source, 1, f"There is no table {name}; write {name} = {{}} for none.")
    for key, row in table.items():
        if not isinstance(row, kind):
            raise _invalid(source, 1, f"{name}['{key}'] is no {kind.__name__}.")
    return table


def _package(source: Path) -> ModuleType:
    loaded = sys.modules.get(HANDLERS_FOLDER)
    if loaded is not None and loaded.__file__ == str(source):
        return loaded
    # Another deployment's package must not lend this one its modules.
    for name in [name for name in sys.modules if name.partition(".")[0] == HANDLERS_FOLDER]:
        del sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        HANDLERS_FOLDER, source, submodule_search_locations=[str(source.parent)]
    )
    if spec is None or spec.loader is None:
        raise _invalid(source, 1, "This is no Python module.")
    package = importlib.util.module_from_spec(spec)
    sys.modules[HANDLERS_FOLDER] = package
    try:
        spec.loader.exec_module(package)
    except (Exception, SystemExit) as error:
        # Whatever a deployment's code raises while it is imported is a fault of its files.
        del sys.modules[HANDLERS_FOLDER]
        raise _fault_of_import(source, error) from error
    return package


def _fault_of_import(source: Path, error: BaseException) -> SettingsInvalid:
    sentence = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        return _invalid(Path(error.filename), error.lineno or 1, f"SyntaxError: {error.msg}.")
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(str(source.parent))]
    if not own:
        return _invalid(source, 1, sentence)
    return _invalid(Path(own[-1].filename), own[-1].lineno or 1, sentence)


def _invalid(source: Path, line: int, sentence: str) -> SettingsInvalid:
    return SettingsInvalid([Place(shown_name(source), line).fault("S023", sentence)])
