"""Makes a service that fits its pages: what has no room is left out, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.adapters.declared_rows.datasets import FOLDER as DATASETS
from gateway.adapters.xlsforms.trial import FORMS, Told, Trial
from gateway.adapters.xlsforms.written import dataset_file, form_file, rows_file, service_file
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.xlsforms.form.findings import Finding, Findings, Spot
from gateway.domain.xlsforms.form.sheets import RawSheet
from gateway.domain.xlsforms.plan import Imported, Plan
from gateway.domain.xlsforms.service import imported

#: How often a service is made anew with what did not fit taken out.
_ROUNDS = 3
#: Where `dial` and `text` look for rows that nobody has loaded.
SAMPLES = "config/sample-data"


def fitted(
    sheets: Mapping[str, RawSheet],
    plan: Plan,
    unnamed: str,
    source: str,
    trial: Trial,
    found: Findings,
) -> Imported:
    """Returns the service with no more on a page than it has room for, where that can be had.

    Hints are left out where there is no room for them, and a choice takes several pages.
    """
    before = list(found.found)
    for _ in range(_ROUNDS):
        found.found = list(before)
        made = imported(sheets, plan, unnamed, found)
        if not made.service:
            return made
        files = files_of(made, source)
        faults = trial.faults_with({n: t for n, t in files.items() if n.endswith(".yaml")})
        too_long = {each.screen for each in faults if each.is_of_room}
        bare = plan.bare | (too_long & made.hinted)
        paged = plan.paged | {e.screen for e in faults if e.code == "M062"} - made.hinted
        if (bare, paged) == (plan.bare, plan.paged):
            break
        plan = replace(plan, bare=bare, paged=paged)
    return replace(made, findings=_with_faults(made, plan, faults, found))


def _with_faults(
    made: Imported, plan: Plan, faults: Sequence[Told], found: Findings
) -> Sequence[Finding]:
    nowhere = Spot("survey")
    for screen in sorted(plan.bare):
        sentence = Sentence(
            "The hint of '%(screen)s' is left out: its page has no room for it.", screen=screen
        )
        found.left_out(made.spots.get(screen, nowhere), sentence)
    for screen in sorted(plan.paged):
        spot = made.spots.get(screen, nowhere)
        found.decide(spot, Sentence("'%(screen)s' takes several pages: shorten it?", screen=screen))
    for fault in faults:
        if fault.code != "M030":  # told once for all texts
            sentence = Sentence(
                "`menus check` will say [%(code)s] %(sentence)s",
                code=fault.code,
                sentence=fault.sentence,
            )
            if fault.screen:
                sentence = Sentence(
                    "Screen '%(screen)s': %(sentence)s", screen=fault.screen, sentence=sentence
                )
            found.decide(made.spots.get(fault.screen, nowhere), sentence)
    return found.in_order()


def files_of(made: Imported, source: str) -> Mapping[str, str]:
    """Returns the files of a service, by their names beside the folder of the menus.

    Those of the service and of what is kept come first, then those of each long list.
    """
    name = made.service["service"]
    files = {
        f"menus/{name}.yaml": service_file(made, source),
        f"{FORMS}/{name}.yaml": form_file(made, source),
    }
    for looked_up in made.lists:
        files[f"{DATASETS}/{looked_up.name}.yaml"] = dataset_file(looked_up, source)
        files[f"{SAMPLES}/{looked_up.name}.csv"] = rows_file(looked_up)
    return files
