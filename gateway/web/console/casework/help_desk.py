"""Messages to the help desk: what no menu answers, and what people answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotAllowed, NotThere, Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.use_cases.casework.compose_answer import Composed
from gateway.use_cases.casework.due_times import HELP_DESK
from gateway.web.console.asked_again import asked_again
from gateway.web.console.casework import words
from gateway.web.console.guard import me
from gateway.web.console.pages import N_
from gateway.web.console.words import _, why

_NEWEST = 100
#: Messages that are looked at for what many ask for, and groups of them that a page shows.
_LOOKED_AT, _MOST_GROUPS = 1000, 40
STATES = {
    "open": N_("open"),
    "answered": N_("answered"),
    "closed": N_("closed"),
    "any": N_("all"),
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a page of a message says besides the message."""

    reveal: str | None = None
    text: str = ""
    composed: Composed | None = None
    fault: str = ""


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the help desk."""
    desk = Blueprint("help_desk", __name__, url_prefix="/help-desk")
    again = asked_again(gateway)

    def due(message: HelpDeskMessage) -> object:
        return gateway.due_times.due_at(HELP_DESK, message.opened_at)

    def listed_page(fault: str = "", done: str = "") -> str:
        asked, by = request.args, me().name
        state = asked.get("status", "open") if asked.get("status") in STATES else "open"
        overdue = gateway.due_times.opened_before(gateway.clock.now())
        messages = gateway.help_desk.read.newest(
            None if state == "any" else HelpDeskStatus(state),
            "",
            _NEWEST,
            by,
            assigned_to={"": None, "me": by, "nobody": ""}.get(asked.get("who", "")),
            opened_before=overdue.get(HELP_DESK) if asked.get("overdue") else None,
        )
        return render_template(
            "console/casework/help_desk.html",
            messages=messages,
            asked=asked,
            state=state,
            states=STATES,
            words=words.MESSAGE,
            due=due,
            may_answer=bool(me().reach(Act.ANSWER)),
            fault=fault,
            done=done,
        )

    @desk.get("/")
    def listed() -> str:
        return listed_page()

    def alike_page(fault: str = "") -> str:
        release = gateway.releases.current()
        found = gateway.help_desk.read.alike("", _LOOKED_AT, me().name)
        return render_template(
            "console/casework/alike.html",
            groups=[each for each in found if len(each.messages) > 1][:_MOST_GROUPS],
            services=sorted(release.services),
            languages=release.languages,
            may_teach=bool(me().reach(Act.EDIT)),
            fault=fault,
        )

    @desk.get("/alike")
    def alike() -> str:
        return alike_page()

    @desk.post("/teach")
    def teach() -> Response | tuple[str, int]:
        form = request.form
        word, service, language = (form.get(each, "") for each in ("word", "service", "language"))
        try:
            taught = gateway.editor.teach(word, service, language, by=me().name)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return alike_page(why(error)), 400
        return redirect(url_for("editor.form", id=taught.draft.id, path=taught.path))

    @desk.post("/close")
    def close_many() -> str | tuple[str, int]:
        chosen = [int(each) for each in request.form.getlist("message") if each.isdecimal()]
        if not chosen:
            return listed_page(_("Choose the messages first.")), 400
        try:
            closed = gateway.help_desk.answer.close_many(
                chosen, request.form.get("why", ""), me().name
            )
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return listed_page(why(error)), 400
        done = _("%(number)s of %(all)s are closed now.", number=len(closed), all=len(chosen))
        return listed_page(done=done)

    def page(message_id: int, say: _Said) -> str:
        message = gateway.help_desk.read.one(message_id, me().name, say.reveal)
        subscriber = message.subscriber
        own = message.institution or gateway.deployment.settings.institution
        shown = "" if subscriber is None else str(subscriber)
        return render_template(
            "console/casework/message.html",
            message=message,
            number=subscriber.as_told if say.reveal is not None and subscriber else shown,
            status=_(words.MESSAGE[message.status]),
            due=due(message),
            workers=gateway.cases.workers(message.institution),
            is_open=message.status is HelpDeskStatus.OPEN,
            may_answer=me().may(own, Act.ANSWER),
            may_reveal=me().may(own, Act.REVEAL),
            say=say,
        )

    @desk.get("/<int:message_id>")
    def one(message_id: int) -> str:
        return page(message_id, _Said())

    @desk.post("/<int:message_id>/reveal")
    @again
    def reveal(message_id: int) -> str:
        return page(message_id, _Said(reveal=request.form.get("why", "")))

    @desk.post("/<int:message_id>/assign")
    def assign(message_id: int) -> Response:
        gateway.help_desk.answer.assign(message_id, request.form.get("to", ""), me().name)
        return redirect(url_for("help_desk.one", message_id=message_id))

    @desk.post("/<int:message_id>/close")
    def close(message_id: int) -> Response:
        gateway.help_desk.answer.close(message_id, me().name)
        return redirect(url_for("help_desk.one", message_id=message_id))

    @desk.post("/<int:message_id>/answer")
    def answer(message_id: int) -> Response | str | tuple[str, int]:
        text, by = request.form.get("text", ""), me().name
        try:
            if request.form.get("do") != "send":
                composed = gateway.help_desk.answer.composed(message_id, text, by)
                return page(message_id, _Said(text=text, composed=composed))
            gateway.help_desk.answer(message_id, text, by)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return page(message_id, _Said(text=text, fault=why(error))), 400
        return redirect(url_for("help_desk.one", message_id=message_id))

    return desk
