"""A form in a workbook (XLSForm) as a draft: the service that `gateway menus import` makes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gateway.adapters.declared_rows.datasets import FOLDER as DATASETS
from gateway.adapters.declared_rows.datasets import declared_in
from gateway.adapters.menu_files.load import parsed
from gateway.adapters.sql.datasets.replacement import NO_CHANGES
from gateway.adapters.xlsforms.fitted import SAMPLES, files_of, fitted
from gateway.adapters.xlsforms.list_files import with_list_files
from gateway.adapters.xlsforms.planned import Asked, planned
from gateway.adapters.xlsforms.trial import Trial
from gateway.adapters.xlsforms.workbook import sheets_of
from gateway.composition.datasets import Datasets
from gateway.composition.drafts import Drafts
from gateway.deployment.folder import load_handlers
from gateway.deployment.load import Deployment
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import Draft
from gateway.domain.xlsforms.form.findings import Finding, Findings
from gateway.use_cases.releases.drafts.seeing import Beginning

_MENUS = "menus/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What came of a form: the draft, and what is to be decided; without one, its faults.

    `lists` are the long lists that came with it, and how many rows of each are loaded.
    """

    draft: Draft | None
    service: str
    findings: Sequence[Finding]
    lists: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


def drafted(
    drafts: Drafts,
    deployment: Deployment,
    datasets: Datasets,
    workbook: Path,
    name: str,
    asked: Asked,
    *,
    by: str,
    into: str = "",
) -> FormDraft:
    """Returns the draft into which a form goes: a new one, unless `into` names one.

    `name` is what the workbook is called; CSV files that it takes lists from stand beside it. With
    a fault in the form there is no draft. The rows of long lists are loaded at once, for nobody
    reads them before the draft is live. Raises NotAllowed, Refused for a list that is in use with
    other rows, and StoreUnavailable.
    """
    drafts.seeing.authorise.reach(by, Act.EDIT)
    before = drafts.one(into, by=by) if into else None
    served: Beginning | None = drafts.served() if before is None else None
    files = before.files if before is not None else dict(served.files if served else {})
    found = Findings()
    with drafts.workshop.alone(), drafts.workshop.folder(files) as menus:
        sheets = with_list_files(workbook, sheets_of(workbook, found), found)
        if "survey" not in sheets:
            return FormDraft(draft=None, service="", findings=found.in_order())
        menu, faults = parsed(menus)
        if menu is None:
            raise MenuInvalid(sorted(set(faults)))
        channels = deployment.settings.to_channels()
        stem = Path(name).stem
        plan, unnamed = planned(asked, menu.release, channels, sheets, stem, found)
        trial = Trial(menus, partial(load_handlers, deployment.settings.home), channels)
        made = fitted(sheets, plan, unnamed, name, trial, found)
    if not made.service:
        return FormDraft(draft=None, service=plan.service, findings=list(made.findings))
    of_form = files_of(made, name)
    texts: dict[str, str | None] = {
        path.removeprefix(_MENUS): text
        for path, text in of_form.items()
        if not path.startswith(SAMPLES)
    }
    if before is None:
        taken = sorted(path for path in texts if path in files)
        if taken:
            raise Refused(
                Sentence(
                    "There is a service '%(name)s' already. Give the form another id, or import "
                    "it into a draft of your own.",
                    by_command="See: gateway drafts import FILE --draft ID",
                    name=plan.service,
                )
            )
    lists = _loaded(datasets, drafts, of_form, by)
    if before is None:
        before = drafts.begin(next(iter(plan.title.values())), by=by)
    draft = drafts.save_all(before.id, texts, version=before.version, by=by)
    return FormDraft(
        draft=draft, service=plan.service, findings=list(made.findings),
        files={path: text for path, text in texts.items() if text is not None}, lists=lists,
    )  # fmt: skip


def _loaded(
    datasets: Datasets, drafts: Drafts, of_form: Mapping[str, str], by: str
) -> Mapping[str, int]:
    """Loads the rows that come with a form; returns how many each list has."""
    names = [Path(path).stem for path in of_form if path.startswith(SAMPLES)]
    if not names:
        return {}
    drafts.seeing.authorise.reach(by, Act.LOAD)
    with tempfile.TemporaryDirectory(prefix="gateway-lists-") as folder:
        for path, text in of_form.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        declared = declared_in(Path(folder) / DATASETS).datasets
        files = {name: Path(folder) / SAMPLES / f"{name}.csv" for name in names}
        return {name: _rows(datasets, declared[name], file, by) for name, file in files.items()}


def _rows(datasets: Datasets, declared: Dataset, file: Path, by: str) -> int:
    """Loads the rows of one list; one that is in use stays, and has the same rows or is refused."""
    if declared.name not in datasets.declared() or declared.name not in datasets.last_loaded():
        return datasets.load_declared(declared, file, by=by).rows
    found = datasets.load_declared(declared, file, dry_run=True, by=by)
    if found.changes != NO_CHANGES:
        raise Refused(
            Sentence(
                "The list %(name)s is in use, and has other rows there (%(changes)s).",
                by_command="Load it first: gateway data import %(name)s FILE",
                on_page=Sentence("Whoever runs the gateway loads it first, by command."),
                name=declared.name,
                changes=found.changes or "all",
            )
        )
    return found.rows
