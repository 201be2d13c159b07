"""A form in a workbook (XLSForm) as a draft: the service that `gateway menus import` makes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
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
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import DATASETS_FOLDER, Draft, DraftState, lists_among
from gateway.domain.xlsforms.form.findings import Finding, Findings
from gateway.use_cases.releases.drafts.seeing import Beginning

_MENUS = "menus/"
#: How a screen names the list that it asks.
_LOOKED_UP = re.compile(r"\blookup: ([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What came of a form: the draft, and what is to be decided; without one, its faults.

    `lists` are the long lists that came with it, and how many rows of each are loaded. `changes`
    say in plain words what would be otherwise than what is served now, where the form takes the
    place of a service; `faults` why they cannot be told.
    """

    draft: Draft | None
    service: str
    findings: Sequence[Finding]
    lists: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    changes: Sequence[str] = ()
    faults: Sequence[Fault] = ()


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
    overwrite: bool = False,
) -> FormDraft:
    """Returns the draft into which a form goes: a new one, unless `into` names one.

    `name` is what the workbook is called; CSV files that it takes lists from stand beside it. With
    a fault in the form there is no draft. The rows of long lists are loaded at once, for nobody
    reads them before the draft is live: a list that is there with other rows stays, and the draft
    has one of another name. A service that is served already is made anew in a draft of its own
    with `overwrite` alone. Raises NotAllowed, Refused, and StoreUnavailable.
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

        def written(service: str) -> str | None:
            return files.get(f"{service}.yaml")

        release, stem = menu.release, Path(name).stem
        plan, unnamed = planned(asked, release, channels, sheets, stem, found, written)
        is_there = f"{plan.service}.yaml" in files
        if is_there and before is None and not overwrite and not found.has_faults:
            raise Refused(_taken(plan.service))
        trial = Trial(menus, partial(load_handlers, deployment.settings.home), channels)
        of_plan = list(found.found)
        made = fitted(sheets, plan, unnamed, name, trial, found)
        own = lists_among(before.changes) if before is not None else frozenset()
        with _laid_out(files_of(made, name) if made.service else {}) as lists:
            others = _other_names(datasets, drafts, lists, own, by) if lists else {}
        if others:
            found.found = of_plan
            made = fitted(sheets, replace(plan, lists=others), unnamed, name, trial, found)
    if not made.service:
        return FormDraft(draft=None, service=plan.service, findings=list(made.findings))
    of_form = files_of(made, name)
    texts: dict[str, str | None] = {
        path.removeprefix(_MENUS): text
        for path, text in of_form.items()
        if not path.startswith(SAMPLES)
    }
    texts |= dict.fromkeys(_left_behind(files, texts, plan.service))
    with _laid_out(of_form) as lists:
        rows = {name: _rows(datasets, *each, own, by) for name, each in lists.items()}
    if before is None:
        draft = _begun(drafts, files, next(iter(plan.title.values())), texts, by)
    else:
        draft = drafts.save_all(before.id, texts, version=before.version, by=by)
    changes: Sequence[str] = ()
    faulty: Sequence[Fault] = drafts.check(draft.id, by=by) if is_there else ()
    if is_there and not faulty:
        changes = drafts.review.difference(draft.id, by=by)
    return FormDraft(
        draft=draft, service=plan.service, findings=list(made.findings), lists=rows,
        files={path: text for path, text in texts.items() if text is not None}, changes=changes,
        faults=faulty,
    )  # fmt: skip


def _begun(
    drafts: Drafts,
    served: Mapping[str, str],
    title: str,
    texts: Mapping[str, str | None],
    by: str,
) -> Draft:
    """Returns a draft of these texts: the one that this person has of the very form, where nothing
    was changed since, for who sends a page again means one."""
    files = {**served, **texts}
    as_it_comes = {path: text for path, text in files.items() if text is not None}
    for line in drafts.listed(by=by):
        if line.owner == by and line.title == title and line.state is DraftState.OPEN:
            draft = drafts.one(line.id, by=by)
            if draft.base_files == served and draft.files == as_it_comes:
                return draft
    draft = drafts.begin(title, by=by)
    return drafts.save_all(draft.id, texts, version=draft.version, by=by)


def _taken(service: str) -> Sentence:
    return Sentence(
        "There is a service '%(name)s' already. Give the form another id, or say that it takes "
        "that one's place.",
        by_command="See: gateway drafts import FILE --overwrite",
        name=service,
    )


@contextmanager
def _laid_out(of_form: Mapping[str, str]) -> Iterator[Mapping[str, tuple[Dataset, Path]]]:
    """Yields the long lists of a form by name, each as it is declared, with the file of its rows.

    They are there for as long as they are needed.
    """
    names = [Path(path).stem for path in of_form if path.startswith(SAMPLES)]
    with tempfile.TemporaryDirectory(prefix="gateway-lists-") as folder:
        for path, text in of_form.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        declared = declared_in(Path(folder) / DATASETS).datasets if names else {}
        yield {name: (declared[name], Path(folder) / SAMPLES / f"{name}.csv") for name in names}


def _other_names(
    datasets: Datasets,
    drafts: Drafts,
    lists: Mapping[str, tuple[Dataset, Path]],
    own: Collection[str],
    by: str,
) -> Mapping[str, str]:
    """Returns the lists whose name others have for other rows, each with a name of its own.

    One that has the very rows under such a name already has that. Those of the draft's `own` are
    nobody else's.
    """
    drafts.seeing.authorise.reach(by, Act.LOAD)
    loaded, served = datasets.last_loaded(), datasets.declared()
    others: dict[str, str] = {}
    for name, (declared, file) in lists.items():
        for number in count(1):
            tried = name if number == 1 else f"{name[:36].rstrip('_')}_{number}"
            if tried in (lists.keys() - {name}) | set(others.values()):
                continue
            is_own = tried in own and tried not in served
            if tried not in loaded or is_own or _is_the_same(datasets, declared, tried, file, by):
                break
        if tried != name:
            others[name] = tried
    return others


def _is_the_same(datasets: Datasets, declared: Dataset, name: str, file: Path, by: str) -> bool:
    """Returns whether a list is loaded under a name with these very rows."""
    as_named = replace(declared, name=name)
    tried = datasets.load_declared(as_named, file, dry_run=True, by=by)
    return tried.changes == NO_CHANGES


def _rows(datasets: Datasets, declared: Dataset, file: Path, own: Collection[str], by: str) -> int:
    """Loads the rows of one list, unless they are there; returns how many they are."""
    loaded = datasets.last_loaded().get(declared.name)
    is_own = declared.name in own and declared.name not in datasets.declared()
    if loaded is not None and not is_own:
        return loaded.rows
    return datasets.load_declared(declared, file, by=by).rows


def _left_behind(
    files: Mapping[str, str], texts: Mapping[str, str | None], service: str
) -> Iterator[str]:
    """Yields the files of lists that the service has asked for, and that nothing asks for now."""
    asked = set(_LOOKED_UP.findall(files.get(f"{service}.yaml", "")))
    now = {**files, **texts}
    wanted = {name for text in now.values() if text for name in _LOOKED_UP.findall(text)}
    for name in sorted(asked - wanted):
        if (path := f"{DATASETS_FOLDER}{name}.yaml") in files:
            yield path
