"""Cases: what citizens have told an institution, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotAllowed, NotThere, Refused
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.release import WAYS_IN
from gateway.use_cases.casework.compose_answer import Composed
from gateway.use_cases.ports import Case
from gateway.use_cases.ports.casework import SOLVED, STATUSES, CasesWanted
from gateway.web.console import menu_words
from gateway.web.console.asked_again import asked_again
from gateway.web.console.casework import words
from gateway.web.console.guard import lines_of, me
from gateway.web.console.names import Names
from gateway.web.console.pages import N_
from gateway.web.console.shown_after import shown, to_show
from gateway.web.console.turned_pages import ROWS, asked_for, skipped, turned
from gateway.web.console.words import _, why

#: Which cases a list may show, in its order.
STATES = {
    "open": N_("not solved"),
    "received": N_("received"),
    "in_progress": N_("in progress"),
    "solved": N_("solved"),
    "any": N_("all"),
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a page of a case says besides the case."""

    text: str = ""
    composed: Composed | None = None
    fault: str = ""
    note: str = ""


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of cases."""
    cases = Blueprint("cases", __name__, url_prefix="/cases")
    again, names = asked_again(gateway), Names(gateway)

    def due(case: Case) -> object:
        return gateway.due_times.due_at(case.service, case.opened_at)

    def is_overdue(case: Case) -> bool:
        due_at = gateway.due_times.due_at(case.service, case.opened_at)
        return case.status != SOLVED and due_at is not None and due_at < gateway.clock.now()

    def about(case: Case) -> str:
        return menu_words.category(gateway.releases.current(), case.service, case.category)

    def asked_of_list() -> dict[str, str]:
        return asked_for("status", "service", "who", "overdue")

    def listed_page(fault: str = "") -> str:
        asked, by = asked_of_list(), me().name
        state = asked.get("status", "open") if asked.get("status") in STATES else "open"
        who = {"": None, "me": by, "nobody": ""}.get(asked.get("who", ""))
        overdue = gateway.due_times.opened_before(gateway.clock.now())
        wanted = CasesWanted(
            statuses={"open": STATUSES[:-1], "any": STATUSES}.get(state, (state,)),
            service=asked.get("service", ""),
            assigned_to=who,
            overdue=overdue if asked.get("overdue") else None,
            limit=ROWS + 1,
            skip=skipped(),
        )
        return render_template(
            "console/casework/cases.html",
            turned=turned(gateway.cases.list(wanted, by)),
            asked=asked,
            state=state,
            states=STATES,
            services=_services(gateway),
            words=words.CASE,
            tells_of_solved=gateway.cases.tells(SOLVED),
            named=names.service,
            about=about,
            due=due,
            is_overdue=is_overdue,
            grouped=grouped,
            may_answer=bool(me().reach(Act.ANSWER)),
            fault=fault,
        )

    @cases.get("/")
    def listed() -> str:
        return listed_page()

    @cases.post("/close")
    def close() -> Response | tuple[str, int]:
        numbers, reason = request.form.getlist("case"), request.form.get("why", "")
        if not numbers:
            return listed_page(_("Choose the cases first.")), 400
        try:
            solved = gateway.cases.close(numbers, reason, me().name)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return listed_page(why(error)), 400
        done = _("%(number)s of %(all)s are solved now.", number=len(solved), all=len(numbers))
        flash(done, "done")
        return redirect(f"{url_for('cases.listed')}?{urlencode(asked_of_list())}")

    def page(number: str, say: _Said) -> str:
        file = gateway.cases.read(number, me().name)
        subscriber, institution = file.subscriber, file.case.institution
        own = institution or gateway.deployment.settings.institution
        may_reveal = me().may(own, Act.REVEAL)
        whole = may_reveal and shown(gateway, f"case {number}") is not None
        masked = "" if subscriber is None else str(subscriber)
        return render_template(
            "console/casework/case.html",
            file=file,
            case=file.case,
            title=grouped(file.case.number),
            number=subscriber.as_told if whole and subscriber else masked,
            whole=whole,
            words=words,
            told_of=[each for each in _others(file.case) if gateway.cases.tells(each)],
            others=_others(file.case),
            named=names.service,
            about=about,
            due=due(file.case),
            is_overdue=is_overdue(file.case),
            workers=gateway.cases.workers(institution),
            may_answer=me().may(own, Act.ANSWER),
            may_reveal=may_reveal,
            say=say,
        )

    @cases.get("/<number>")
    def one(number: str) -> str:
        return page(number, _Said())

    @cases.post("/<number>/reveal")
    @again
    def reveal(number: str) -> Response:
        gateway.cases.read(number, me().name, request.form.get("why", ""))
        token = to_show(gateway, f"case {number}")
        return redirect(url_for("cases.one", number=number, shown=token))

    def done(number: str, act: Callable[[], object], say: _Said) -> Response | tuple[str, int]:
        """Does something with a case; its page says why not, and keeps what was typed."""
        try:
            act()
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return page(number, replace(say, fault=why(error))), 400
        return redirect(url_for("cases.one", number=number))

    @cases.post("/<number>/move")
    def move(number: str) -> Response | tuple[str, int]:
        status = request.form.get("status", "")
        if status not in STATUSES:
            return redirect(url_for("cases.one", number=number))
        return done(number, lambda: gateway.cases.move(number, status, me().name), _Said())

    @cases.post("/<number>/assign")
    def assign(number: str) -> Response | tuple[str, int]:
        to = request.form.get("to", "")
        return done(number, lambda: gateway.cases.assign(number, to, me().name), _Said())

    @cases.post("/<number>/note")
    def note(number: str) -> Response | tuple[str, int]:
        text = lines_of(request.form.get("note", ""))
        act = partial(gateway.cases.remark, number, text, me().name)
        return done(number, act, _Said(note=text))

    @cases.post("/<number>/answer")
    def answer(number: str) -> Response | str | tuple[str, int]:
        text, by = lines_of(request.form.get("text", "")), me().name
        if request.form.get("do") == "send":
            return done(number, partial(gateway.cases.answer, number, text, by), _Said(text=text))
        try:
            composed = gateway.cases.compose_answer(number, text, by)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return page(number, _Said(text=text, fault=why(error))), 400
        return page(number, _Said(text=text, composed=composed))

    return cases


def _others(case: Case) -> list[str]:
    """Returns the statuses that a case may come to."""
    return [each for each in STATUSES if each != case.status]


def _services(gateway: Gateway) -> list[str]:
    """Returns the services that a person may ask cases of."""
    release, person = gateway.releases.current(), me()
    own = gateway.deployment.settings.institution
    return sorted(
        service.id
        for service in release.services.values()
        if person.may(service.institution or own, Act.READ) and service.id not in WAYS_IN
    )
