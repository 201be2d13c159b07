"""Drafts: what people write, and how it comes to citizens, step by step on one page."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePath

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.adapters.xlsforms.planned import Asked
from gateway.composition.form_drafts import drafted
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import CHANGEABLE, Draft, DraftState
from gateway.domain.reading.local_moment import local_moment
from gateway.domain.xlsforms.form.findings import Kind
from gateway.web.console.asked_again import asked_again
from gateway.web.console.guard import me
from gateway.web.console.pages import N_
from gateway.web.console.words import _

#: Octets of a file's name that file systems take.
_LONGEST_NAME = 255
#: How far a draft is, as people say it.
STATES = {
    DraftState.OPEN: N_("being written"),
    DraftState.HANDED_OVER: N_("waits for a second person"),
    DraftState.APPROVED: N_("approved"),
    DraftState.SCHEDULED: N_("goes live by itself"),
    DraftState.PUBLISHED: N_("published"),
    DraftState.DISCARDED: N_("discarded"),
}
#: What came of a form, as people say it.
KINDS = {
    Kind.FAULT: N_("Wrong in the form"),
    Kind.DECIDE: N_("For a person to decide"),
    Kind.LEFT_OUT: N_("Left out"),
}


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of drafts."""
    drafts = Blueprint("drafts", __name__, url_prefix="/drafts")
    again = asked_again(gateway)

    def version() -> int:
        """Returns the version that the page has shown."""
        given = request.form.get("version", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0

    def back(id: str) -> Response:
        return redirect(url_for("drafts.one", id=id))

    @drafts.get("/")
    def listed() -> str:
        found = gateway.drafts.listed(by=me().name)
        return render_template(
            "console/releases/drafts.html",
            drafts=[(each, gateway.drafts.neighbours(each)) for each in found],
            states=STATES,
        )

    @drafts.post("/")
    def begin() -> Response:
        draft = gateway.drafts.begin(request.form.get("title", ""), by=me().name, once=True)
        return back(draft.id)

    @drafts.post("/import")
    def import_form() -> str | tuple[str, int]:
        uploaded, by = request.files.get("workbook"), me().name
        gateway.institutions.authorise.reach(by, Act.EDIT)
        if uploaded is None or not uploaded.filename:
            raise Refused(_("Choose a workbook: a form as ODK, KoboToolbox or SurveyCTO write it."))
        name = PurePath(uploaded.filename.replace("\\", "/")).name
        with tempfile.TemporaryDirectory(prefix="gateway-form-") as folder:
            file = Path(folder) / "form.xlsx"
            uploaded.save(file)
            for listed in request.files.getlist("lists"):
                called = PurePath((listed.filename or "").replace("\\", "/")).name
                if called.lower().endswith(".csv") and len(called.encode()) <= _LONGEST_NAME:
                    listed.save(Path(folder) / called)
            asked = Asked(institution=request.form.get("institution", ""))
            made = drafted(
                gateway.drafts,
                gateway.deployment,
                gateway.datasets,
                file,
                name,
                asked,
                by=by,
                overwrite=request.form.get("overwrite") == "yes",
            )
        page = render_template("console/releases/imported.html", made=made, kinds=KINDS)
        return page if made.draft else (page, 400)

    @drafts.get("/<id>")
    def one(id: str) -> str:
        draft = gateway.drafts.one(id, by=me().name)
        return _page(gateway, draft)

    @drafts.post("/<id>/try")
    def try_out(id: str) -> Response:
        anew = request.form.get("do") == "anew"
        gateway.drafts.review.try_out(id, by=me().name, anew=anew)
        return back(id)

    @drafts.post("/<id>/hand-over")
    def hand_over(id: str) -> Response:
        gateway.drafts.review.hand_over(id, request.form.get("to", ""), by=me().name)
        return back(id)

    @drafts.post("/<id>/approve")
    @again
    def approve(id: str) -> Response:
        gateway.drafts.review.approve(id, version=version(), by=me().name)
        return back(id)

    @drafts.post("/<id>/publish")
    @again
    def publish(id: str) -> Response:
        form = request.form
        gateway.drafts.review.publish(
            id,
            version=version(),
            by=me().name,
            live_at=_moment(gateway, form.get("at", "")),
            note=form.get("note", ""),
        )
        return back(id)

    @drafts.post("/<id>/withdraw")
    @again
    def withdraw(id: str) -> Response:
        gateway.drafts.review.withdraw(id, by=me().name)
        return back(id)

    @drafts.post("/<id>/discard")
    def discard(id: str) -> Response:
        gateway.drafts.discard(id, by=me().name)
        return redirect(url_for("drafts.listed"))

    @drafts.get("/<id>/onto-live")
    def both(id: str) -> str:
        draft = gateway.drafts.one(id, by=me().name)
        found = gateway.drafts.update.clashes(id, by=me().name)
        return render_template("console/releases/onto_live.html", draft=draft, found=found)

    @drafts.post("/<id>/onto-live")
    def onto_live(id: str) -> Response:
        found = gateway.drafts.update.clashes(id, by=me().name)
        decided = {}
        for number, clash in enumerate(found.clashes):
            match request.form.get(f"keep-{number}"):
                case "mine":
                    decided[clash.path] = clash.mine
                case "live":
                    decided[clash.path] = clash.live
        gateway.drafts.update.onto_live(id, version=version(), by=me().name, decided=decided)
        return back(id)

    return drafts


def _page(gateway: Gateway, draft: Draft) -> str:
    """Returns the page of a draft: compiling it costs at most a second, and once a version."""
    person, review = me(), gateway.drafts.review
    changeable = draft.state in CHANGEABLE
    faults = gateway.drafts.check(draft.id, by=person.name) if changeable else ()
    changes: Sequence[str] = ()
    if changeable and not faults:
        try:
            changes = review.difference(draft.id, by=person.name)
        except MenuInvalid:  # saved anew in this moment
            changes = ()
    return render_template(
        "console/releases/draft.html",
        draft=draft,
        states=STATES,
        changeable=changeable,
        faults=faults,
        changes=changes,
        neighbours=gateway.drafts.neighbours(draft),
        behind=changeable and review.is_behind(draft),
        is_mine=draft.owner == person.name,
        wrote=person.name in {draft.owner, *draft.authors},
        may_publish=bool(person.reach(Act.PUBLISH)),
        second_person=review.second_person,
        is_tried_now=draft.trying_since is not None,
        watched=gateway.watch_release(draft.live_at, by=person.name)
        if draft.state is DraftState.PUBLISHED and draft.live_at is not None
        else None,
    )


def _moment(gateway: Gateway, written: str) -> datetime | None:
    """Returns a moment as a form has it, of the deployment's zone; None for none."""
    return local_moment(written, gateway.deployment.settings.zone) if written else None
