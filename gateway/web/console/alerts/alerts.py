"""Public warnings: taking one from a file, looking at it, and deciding what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from flask import Blueprint, flash, redirect, render_template, request, url_for

from gateway.composition.gateway import Gateway
from gateway.domain.alerts.taken import AlertState, TakenAlert
from gateway.domain.alerts.warning import Meaning
from gateway.domain.faults_and_errors.errors import (
    AlertInvalid,
    NotAllowed,
    NotThere,
    OriginUnproven,
    Refused,
)
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.segments import segment
from gateway.web.console.broadcasts import words
from gateway.web.console.guard import Shown, lines_of, me
from gateway.web.console.pages import N_
from gateway.web.console.turned_pages import ROWS, asked_for, skipped, turned
from gateway.web.console.words import _, why

#: The field of a language's text is called so, and its code.
TEXT = "text-"
#: Faults of a document that a page shows: whoever has more has chosen the wrong file.
MOST_FAULTS = 50
#: What an alert is for citizens, as people say it.
MEANINGS: Mapping[Meaning, str] = {
    Meaning.WARN: N_("a warning"),
    Meaning.WITHDRAW: N_("says that an earlier one is over"),
    Meaning.NOT_FOR_CITIZENS: N_("nothing is sent of it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a page says besides the alert; what was typed for the warning at `place`."""

    fault: str = ""
    faults: Sequence[Fault] = ()
    place: int = -1
    texts: Mapping[str, str] = field(default_factory=dict)
    districts: Sequence[str] = ()


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of public warnings."""
    alerts = Blueprint("alerts", __name__, url_prefix="/alerts")
    decide, take = gateway.alerts.decide, gateway.alerts.take

    def listed_page(say: Said) -> str:
        asked = asked_for()
        now = gateway.clock.now()
        page = turned(decide.newest("", ROWS + 1, me().name, skipped()))
        return render_template(
            "console/alerts/list.html",
            turned=page,
            rows=sorted(page.rows, key=lambda each: (not each.waiting(now), -each.id)),
            waiting=lambda each: each.waiting(now),
            asked=asked,
            meanings=MEANINGS,
            over=AlertState.OVER,
            sources=_sources(gateway),
            most=MOST_FAULTS,
            say=say,
        )

    @alerts.get("/")
    def listed() -> str:
        return listed_page(Said())

    @alerts.post("/take")
    def take_file() -> Shown:
        gateway.institutions.authorise.reach(me().name, Act.BROADCAST)
        source, chosen = request.form.get("source", ""), request.files.get("document")
        if source not in take.sources:
            return listed_page(Said(fault=_("Choose the source that it comes from."))), 400
        if chosen is None or not chosen.filename:
            return listed_page(Said(fault=_("Choose the document: CAP, an XML file."))), 400
        name = PurePath(chosen.filename.replace("\\", "/")).name
        try:
            taken = decide.bring(source, chosen.read(), name, me().name)
        except AlertInvalid as error:
            return listed_page(Said(faults=error.faults)), 400
        except OriginUnproven as error:
            return listed_page(Said(fault=why(error))), 400
        if taken.taken_before:
            flash(_("It was taken before, and nothing was changed. What is new in it has to come "
                    "as an Update, with an identifier of its own."), "done")  # fmt: skip
        return redirect(url_for("alerts.one", id=taken.id))

    def page(id: int, say: Said) -> str:
        taken = decide.one(id, me().name)
        return render_template(
            "console/alerts/one.html",
            taken=taken,
            warnings=list(enumerate(taken.reading.warnings)),
            ends=_ends(taken),
            waiting=taken.waiting(gateway.clock.now()),
            unknown=[each.identifier for each in decide.unknown_to(taken)],
            meanings=MEANINGS,
            lanes=words.LANES,
            over=taken.state is AlertState.OVER,
            languages_of_menu=take.drafts.releases().current().languages,
            known_districts=[each.name for each in take.districts()],
            why_it_waits=decide.why_it_waits,
            may_draft=me().may(taken.institution, Act.BROADCAST),
            parts=lambda text: len(segment(text).parts),
            say=say,
        )

    @alerts.get("/<int:id>")
    def one(id: int) -> str:
        return page(id, Said())

    @alerts.post("/<int:id>/<int:place>/draft")
    def draft(id: int, place: int) -> Shown:
        form = request.form
        texts = {
            name.removeprefix(TEXT): lines_of(text).strip()
            for name, text in form.items()
            if name.startswith(TEXT)
        }
        districts = form.getlist("district")
        try:
            taken = decide.draft(id, place, districts, texts, me().name)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            typed = Said(fault=why(error), place=place, texts=texts, districts=districts)
            return page(id, typed), 400
        return redirect(url_for("broadcasts.one", id=taken.drafts[place]))

    return alerts


def _sources(gateway: Gateway) -> list[tuple[str, str]]:
    """Returns the sources whose warnings who asks may take in."""
    person = me()
    return [
        (name, name)
        for name, each in gateway.alerts.take.sources.items()
        if person.may(each.institution, Act.BROADCAST)
    ]


def _ends(taken: TakenAlert) -> list[int]:
    """Returns the broadcasts that tell those who are left out that a warning is over."""
    warnings = len(taken.reading.warnings)
    return [id for place, id in sorted(taken.drafts.items()) if place >= warnings]
