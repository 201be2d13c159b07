"""The forms that a process keeps answers by: those of its folder, and those of releases.

What is live says how a form is kept now. What was ever published is known beside it: rows stand
under it, and sessions that began on an earlier release go on.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from gateway.adapters.declared_rows import datasets as declared_datasets
from gateway.adapters.declared_rows import forms as declared_forms
from gateway.deployment.load import Deployment
from gateway.domain.datasets.dataset import Dataset, Table
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused, StoreUnavailable
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.handler_contract.form import STORE, Form
from gateway.domain.handler_contract.form_changes import refused_changes, widened
from gateway.domain.menu.draft import is_form
from gateway.use_cases.handler_calls.store_form import handlers_of
from gateway.use_cases.ports import Handler

log = logging.getLogger(__name__)

Item = TypeVar("Item")

#: How long a store that did not answer is left alone.
_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What answers are kept by, as of a release."""

    forms: Mapping[str, Form] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    handlers: Mapping[str, Handler] = field(default_factory=dict)


class LiveForms:
    """The forms, and the tables and handlers that come of them, as mappings that keep up.

    `current` is the id of the release that is served, `sources` its files, and `published` the text
    of each form that was ever published, by path. Whoever looks into a mapping after another
    release is served finds the forms of that one; nothing is read in between. `make` makes room
    for what tables have gained. `fixed` are handlers and tables that no release changes.
    """

    def __init__(
        self,
        deployment: Deployment,
        *,
        current: Callable[[], str],
        sources: Callable[[str], Mapping[str, str] | None],
        published: Callable[[], Mapping[str, str]],
        make: Callable[[Mapping[str, Table]], object],
        monotonic: Callable[[], float],
    ) -> None:
        self._deployment = deployment
        self._current, self._sources, self._published = current, sources, published
        self._make, self._monotonic = make, monotonic
        own = deployment.forms
        self._tables = {name: table for name, table in deployment.tables.items() if name not in own}
        self._handlers = deployment.handlers
        # The very mapping: what plays a dialogue puts other handlers into it as it goes.
        folder = replace(self._of(own), handlers=self._handlers)
        # By the id of a release: none as in a trial, where nothing else is ever served.
        self._served = ("", folder)
        self._next = self._served
        self._again_at = 0.0
        self._lock = threading.Lock()
        self.forms: Mapping[str, Form] = _Live(lambda: self._now().forms)
        self.tables: Mapping[str, Table] = _Live(lambda: self._now().tables)
        self.handlers: Mapping[str, Handler] = _LiveHandlers(
            self._handlers, lambda: self._now().handlers
        )

    def take_up(self, release_id: str) -> None:
        """Reads the forms of a release that is about to be served, so that no turn waits for it.

        Never raises: what cannot be read now is asked for again when it is needed.
        """
        with self._lock:
            self._next = self._read(release_id) or self._next

    def _now(self) -> _Known:
        of, known = self._served
        try:
            current = self._current()
        except (MenuInvalid, StoreUnavailable):
            return known
        if current == of:
            return known
        with self._lock:
            if current == self._next[0]:
                self._served = self._next
            elif current != self._served[0] and self._monotonic() >= self._again_at:
                # Read anew though it was served before: a later one may have widened its forms.
                self._served = self._read(current) or self._served
            return self._served[1]

    def _read(self, release_id: str) -> tuple[str, _Known] | None:
        try:
            texts = self._sources(release_id) or {}
            published = self._published()
            known = self._of(self._together(texts, published))
            self._make(
                {
                    name: table
                    for name, table in known.tables.items()
                    if self._served[1].tables.get(name) != table
                }
            )
        except (StoreUnavailable, Refused) as error:
            self._again_at = self._monotonic() + _AGAIN_SECONDS
            log.warning("The forms of release %s cannot be had now: %s", release_id, error)
            return None
        return release_id, known

    def _together(
        self, live: Mapping[str, str], published: Mapping[str, str]
    ) -> Mapping[str, Form]:
        """Returns each form as it is kept now, with what it keeps elsewhere."""
        own = self._deployment
        of_live, _ = forms_of(live, own.datasets)
        around = {path: text for path, text in live.items() if not is_form(path)}
        of_published, _ = forms_of({**around, **published}, own.datasets)
        found: dict[str, Form] = {}
        for forms in (of_live, own.forms, of_published):
            for name, form in forms.items():
                if name in self._tables:
                    continue  # a table of a handler has the name now
                found[name] = widened(found[name], form) if name in found else form
        return found

    def _of(self, forms: Mapping[str, Form]) -> _Known:
        tables = {form.name: form.table() for form in forms.values() if not form.reference}
        return _Known(
            forms=forms,
            tables={**self._tables, **tables},
            handlers={**self._handlers, **handlers_of(forms.values())},
        )


class _Live(Mapping[str, Item]):
    """A mapping that is what something returns at the moment."""

    def __init__(self, now: Callable[[], Mapping[str, Item]]) -> None:
        self._now = now

    def __getitem__(self, name: str) -> Item:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


class _LiveHandlers(_Live[Handler]):
    """As `_Live`; nobody waits for what is no form's."""

    def __init__(
        self, fixed: Mapping[str, Handler], now: Callable[[], Mapping[str, Handler]]
    ) -> None:
        super().__init__(now)
        self._fixed = fixed

    def __getitem__(self, name: str) -> Handler:
        if not name.startswith(STORE):
            return self._fixed[name]
        return super().__getitem__(name)


def forms_of(
    texts: Mapping[str, str], datasets: Mapping[str, Dataset]
) -> tuple[Mapping[str, Form], list[Fault]]:
    """Returns the forms that stand among the files of a menu, and the faults of the others.

    `datasets` are those of the deployment; those among the files come before them.
    """
    if not any(map(is_form, texts)):
        return {}, []
    with tempfile.TemporaryDirectory(prefix="gateway-forms-") as name:
        folder = Path(name).resolve()
        for path, text in texts.items():
            kind, _, file = path.partition("/")
            if kind in (declared_forms.FOLDER, declared_datasets.FOLDER) and file:
                (folder / kind).mkdir(exist_ok=True)
                (folder / kind / Path(file).name).write_text(text, "utf-8")
        beside = declared_datasets.declared_in(folder / declared_datasets.FOLDER)
        known = {**datasets, **beside.datasets}
        found = declared_forms.declared_in(folder / declared_forms.FOLDER, {}, known)
    for fault in found.faults:
        log.warning("A form of a release cannot be read: %s", fault)
    return found.forms, found.faults


def changed_otherwise(
    texts: Mapping[str, str], published: Mapping[str, str], datasets: Mapping[str, Dataset]
) -> list[Fault]:
    """Returns a fault for each thing that a form among these files may not become (M130)."""
    same = {path for path, text in texts.items() if published.get(path) == text}
    new, _ = forms_of({path: text for path, text in texts.items() if path not in same}, datasets)
    around = {path: text for path, text in texts.items() if not is_form(path)}
    changed = {path: text for path, text in published.items() if path not in same}
    before, _ = forms_of({**around, **changed}, datasets)
    return [
        Place(path).fault("M130", sentence)
        for name, form in new.items()
        if (path := f"{declared_forms.FOLDER}/{name}.yaml") in changed
        for sentence in _otherwise(before.get(name), form)
    ]


def _otherwise(published: Form | None, new: Form) -> Iterator[Sentence]:
    """Yields a sentence for each thing that a form may not become; None is one out of reading."""
    if published is None:
        yield Sentence(
            "What was published under this name cannot be read any more, so nobody knows whether "
            "its rows fit. Put back the dataset that it names, or give the form another name."
        )
        return
    for _, sentence in refused_changes(published, new):
        yield sentence
