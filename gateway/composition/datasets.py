"""Reference data: from files into the database, and what is stored out into files."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.dataset_files.export import export_dataset, export_table
from gateway.adapters.dataset_files.export_form import export_form
from gateway.adapters.dataset_files.load import Imported
from gateway.adapters.dataset_files.reading import AS_DECLARED, Reading
from gateway.adapters.sql import gauges
from gateway.adapters.sql.datasets.replacement import Loaded, last_loaded
from gateway.composition.office.institutions import Institutions
from gateway.deployment.live_forms import LiveForms
from gateway.deployment.load import Deployment
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused, StoreUnavailable
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.institutions.whose import of_data
from gateway.domain.menu.release import Release
from gateway.use_cases.institutions.authorise import Actor
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry


def _nobody(_: int) -> None:
    """Is told how far it is, and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasets:
    """The datasets of a deployment, and the tables that its handlers write."""

    deployment: Deployment
    live_forms: LiveForms
    engine: Engine
    institutions: Institutions
    release: Callable[[], Release]
    clock: Clock

    def load(
        self,
        name: str,
        file: Path,
        *,
        reading: Reading = AS_DECLARED,
        dry_run: bool = False,
        may_be_empty: bool = False,
        by: str = "",
        progress: Callable[[int], object] = _nobody,
    ) -> Imported:
        """Returns what came of a file; raises Refused, DataInvalid and StoreUnavailable.

        `by` is noted as who has loaded them, and has to be allowed to in each institution whose
        services use them: else NotAllowed is raised. It is empty for samples, which nobody chose.
        `progress` is told of octets that were read.
        """
        known = self.declared()
        if name not in known:
            raise Refused(
                Sentence(
                    "No dataset '%(name)s' in datasets/ or handlers/__init__.py.%(proposal)s There "
                    "are: %(names)s.",
                    name=name,
                    proposal=did_you_mean(name, known),
                    names=", ".join(sorted(known)) or Sentence("none"),
                )
            )
        return self.load_declared(
            known[name],
            file,
            reading=reading,
            dry_run=dry_run,
            may_be_empty=may_be_empty,
            by=by,
            progress=progress,
        )

    def declared(self) -> Mapping[str, Dataset]:
        """Returns the datasets of the folder, and those that came with the menu that is live."""
        try:
            of_menu = self.release().datasets
        except (MenuInvalid, Refused, StoreUnavailable):
            of_menu = {}
        return {**of_menu, **self.deployment.datasets}

    def load_declared(
        self,
        declared: Dataset,
        file: Path,
        *,
        reading: Reading = AS_DECLARED,
        dry_run: bool = False,
        may_be_empty: bool = False,
        by: str,
        progress: Callable[[int], object] = _nobody,
    ) -> Imported:
        """Returns what came of a file of a dataset that need not be live; raises like `load`."""
        name = declared.name
        actor = self._may(by, Act.LOAD, name) if by else None
        if actor is not None and not dry_run:
            self._record(actor, Act.LOAD, name, f"dataset {name} from {file.name}")
        return dataset_files.load(
            self.engine,
            self.deployment.keyring,
            declared,
            file,
            now=self.clock.now(),
            reading=reading,
            dry_run=dry_run,
            may_be_empty=may_be_empty,
            by=actor.name if actor else "",
            progress=progress,
            ended=self.clock.now,
        )

    def rows(self) -> Mapping[str, int]:
        """Returns the numbers of rows that are loaded; raises Refused and StoreUnavailable."""
        return gauges.read(self.engine, self.clock.now()).datasets

    def last_loaded(self) -> Mapping[str, Loaded]:
        """Returns the last import of each dataset; raises Refused and StoreUnavailable."""
        return last_loaded(self.engine)

    def missing(self) -> list[str]:
        """Returns the datasets that were never loaded; all of them without tables.

        One that was loaded empty is not missing: somebody has said that it has no rows.
        """
        try:
            loaded: Container[str] = self.last_loaded()
        except (Refused, StoreUnavailable):
            loaded = ()
        return [name for name in self.deployment.datasets if name not in loaded]

    def load_samples(self, names: Sequence[str]) -> Mapping[str, int]:
        """Loads the samples there are; returns their numbers of rows. Raises DataInvalid."""
        return self.load_folder(self.deployment.settings.home / "config" / "sample-data", names)

    def load_folder(self, folder: Path, names: Sequence[str]) -> Mapping[str, int]:
        """Loads the files in a folder that are called as these datasets; returns their rows.

        Raises DataInvalid for a file with faults.
        """
        files = ((name, folder / f"{name}{end}") for name in names for end in (".xlsx", ".csv"))
        found = {name: file for name, file in files if file.exists()}
        return {name: self.load(name, file).rows for name, file in found.items()}

    def export(
        self,
        name: str,
        file: Path,
        *,
        by: str,
        overwrite: bool = False,
        progress: Callable[[int], object] = _nobody,
    ) -> int:
        """Writes the rows of a dataset, of a form, or of a table that handlers write.

        Returns how many they were.

        Whoever's personal row is written can see that `by` has it. Raises NotAllowed unless `by`
        may read a dataset, or take out what citizens wrote, in each institution whose services use
        it. Raises Refused for a name that
        is not declared, FileExistsError unless it may `overwrite`, and StoreUnavailable.
        """
        deployment = self.deployment
        live = self.live_forms
        datasets = self.declared()
        known = {*datasets, *live.tables, *live.forms}
        if name not in known:
            raise Refused(
                Sentence(
                    "No dataset, form or table '%(name)s' is declared.%(proposal)s",
                    name=name,
                    proposal=did_you_mean(name, known),
                )
            )
        act = Act.READ if name in datasets else Act.EXPORT
        actor = self._may(by, act, name)
        self._record(actor, act, name, f"data {name} to {file.name}")
        if name in datasets:
            return export_dataset(
                self.engine,
                datasets[name],
                file,
                overwrite=overwrite,
                progress=progress,
            )
        if name in live.tables:
            return export_table(
                self.engine,
                deployment.keyring,
                live.tables[name],
                file,
                who=actor.known_as,
                now=self.clock.now(),
                overwrite=overwrite,
                progress=progress,
            )
        return export_form(
            self.engine,
            deployment.keyring,
            live.forms[name],
            file,
            who=actor.known_as,
            now=self.clock.now().astimezone(deployment.settings.zone),
            overwrite=overwrite,
            progress=progress,
        )

    def _may(self, by: str, act: Act, name: str) -> Actor:
        authorise = self.institutions.authorise
        reach = authorise.reach(by, act)
        for institution in [] if reach.institutions is None else sorted(self._whose(name)):
            authorise(by, institution, act)
        return reach.actor

    def _whose(self, name: str) -> frozenset[str]:
        """Returns the institutions whose services use what is so called."""
        own = self.institutions.authorise.own
        try:
            release = self.release()
        except MenuInvalid:  # data are loaded before the first menu, too
            return frozenset({own})
        contracts = {key: each.contract for key, each in self.live_forms.handlers.items()}
        return of_data(release, name, contracts, own)

    def _record(self, actor: Actor, act: Act, name: str, what: str) -> None:
        """Writes a line for each of them, before it is done."""
        for institution in sorted(self._whose(name)):
            self.institutions.trail.record(
                AuditEntry(
                    at=self.clock.now(),
                    by=actor.name,
                    known_as=actor.known_as,
                    institution=institution,
                    act=act,
                    what=what,
                )
            )
