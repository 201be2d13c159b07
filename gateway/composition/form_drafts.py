"""A form in a workbook (XLSForm) as a draft: the service that `gateway menus import` makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gateway.adapters.menu_files.load import parsed
from gateway.adapters.xlsforms.fitted import files_of, fitted
from gateway.adapters.xlsforms.planned import Asked, planned
from gateway.adapters.xlsforms.trial import Trial
from gateway.adapters.xlsforms.workbook import sheets_of
from gateway.composition.drafts import Drafts
from gateway.deployment.folder import load_handlers
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import Draft
from gateway.domain.xlsforms.form.findings import Finding, Findings
from gateway.use_cases.releases.drafts.seeing import Beginning

_MENUS = "menus/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What came of a form: the draft, and what is to be decided; without one, its faults."""

    draft: Draft | None
    service: str
    findings: Sequence[Finding]
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


def drafted(
    drafts: Drafts,
    deployment: Deployment,
    workbook: Path,
    name: str,
    asked: Asked,
    *,
    by: str,
    into: str = "",
) -> FormDraft:
    """Returns the draft into which a form goes: a new one, unless `into` names one.

    `name` is what the workbook is called. With a fault in the form there is no draft. Raises
    NotAllowed, Refused for a form with long lists, whose rows are no part of a menu, and
    StoreUnavailable.
    """
    drafts.seeing.authorise.reach(by, Act.EDIT)
    before = drafts.one(into, by=by) if into else None
    served: Beginning | None = drafts.served() if before is None else None
    files = before.files if before is not None else dict(served.files if served else {})
    found = Findings()
    with drafts.workshop.alone(), drafts.workshop.folder(files) as menus:
        sheets = sheets_of(workbook, found)
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
    if made.lists:
        raise Refused(
            "This form looks answers up in long lists, whose rows are no part of a menu. Import it "
            "by command: gateway menus import FILE"
        )
    texts: dict[str, str | None] = {
        path.removeprefix(_MENUS): text for path, text in files_of(made, name).items()
    }
    if before is None:
        taken = sorted(path for path in texts if path in files)
        if taken:
            raise Refused(
                f"There is a service '{plan.service}' already. Give another id, or import the form "
                "into a draft of your own: gateway drafts import FILE --draft ID"
            )
        before = drafts.begin(next(iter(plan.title.values())), by=by)
    draft = drafts.save_all(before.id, texts, version=before.version, by=by)
    return FormDraft(
        draft=draft, service=plan.service, findings=list(made.findings),
        files={path: text for path, text in texts.items() if text is not None},
    )  # fmt: skip
