"""Messages to the help desk: what no menu answers, and what people answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotAllowed, NotThere, Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.use_cases.casework.compose_answer import Composed
from gateway.use_cases.casework.due_times import HELP_DESK
from gateway.web.console.asked_again import asked_again
from gateway.web.console.casework import words
from gateway.web.console.guard import lines_of, me
from gateway.web.console.names import Names
from gateway.web.console.pages import N_
from gateway.web.console.shown_after import shown, to_show
from gateway.web.console.turned_pages import ROWS, asked_for, full, skipped
from gateway.web.console.words import _, why

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

    text: str = ""
    composed: Composed | None = None
    fault: str = ""


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the help desk."""
    desk = Blueprint("help_desk", __name__, url_prefix="/help-desk")
    again, names = asked_again(gateway), Names(gateway)

    def due(message: HelpDeskMessage) -> object:
        return gateway.due_times.due_at(HELP_DESK, message.opened_at)

    def is_overdue(message: HelpDeskMessage) -> bool:
        due_at = gateway.due_times.due_at(HELP_DESK, message.opened_at)
        is_open = message.status is HelpDeskStatus.OPEN
        return is_open and due_at is not None and due_at < gateway.clock.now()

    def asked_of_list() -> dict[str, str]:
        return asked_for("status", "who", "overdue")

    def listed_page(fault: str = "") -> str:
        asked, by = asked_of_list(), me().name
        state = asked.get("status", "open") if asked.get("status") in STATES else "open"
        overdue = gateway.due_times.opened_before(gateway.clock.now())
        messages = gateway.help_desk.read.newest(
            None if state == "any" else HelpDeskStatus(state),
            "",
            ROWS,
            by,
            assigned_to={"": None, "me": by, "nobody": ""}.get(asked.get("who", "")),
            opened_before=overdue.get(HELP_DESK) if asked.get("overdue") else None,
            skip=skipped(),
        )
        return render_template(
            "console/casework/help_desk.html",
            turned=full(messages),
            asked=asked,
            state=state,
            states=STATES,
            words=words.MESSAGE,
            due=due,
            is_overdue=is_overdue,
            may_answer=bool(me().reach(Act.ANSWER)),
            fault=fault,
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
            services=names.services(),
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
    def close_many() -> Response | tuple[str, int]:
        chosen = _ids(request.form.getlist("message"))
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
        flash(done, "done")
        return redirect(f"{url_for('help_desk.listed')}?{urlencode(asked_of_list())}")

    def page(message_id: int, say: _Said) -> str:
        message = gateway.help_desk.read.one(message_id, me().name)
        subscriber = message.subscriber
        own = message.institution or gateway.deployment.settings.institution
        may_reveal = me().may(own, Act.REVEAL)
        whole = may_reveal and shown(gateway, f"message {message_id}") is not None
        masked = "" if subscriber is None else str(subscriber)
        return render_template(
            "console/casework/message.html",
            message=message,
            number=subscriber.as_told if whole and subscriber else masked,
            whole=whole,
            status=_(words.MESSAGE[message.status]),
            due=due(message),
            workers=gateway.cases.workers(message.institution),
            is_overdue=is_overdue(message),
            is_open=message.status is HelpDeskStatus.OPEN,
            may_answer=me().may(own, Act.ANSWER),
            may_reveal=may_reveal,
            say=say,
        )

    def done(message_id: int, act: Callable[[], object], say: _Said) -> Response | tuple[str, int]:
        """Does something with a message; its page says why not, and keeps what was typed."""
        try:
            act()
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return page(message_id, replace(say, fault=why(error))), 400
        return redirect(url_for("help_desk.one", message_id=message_id))

    @desk.get("/<int:message_id>")
    def one(message_id: int) -> str:
        return page(message_id, _Said())

    @desk.post("/<int:message_id>/reveal")
    @again
    def reveal(message_id: int) -> Response:
        gateway.help_desk.read.one(message_id, me().name, request.form.get("why", ""))
        token = to_show(gateway, f"message {message_id}")
        return redirect(url_for("help_desk.one", message_id=message_id, shown=token))

    @desk.post("/<int:message_id>/assign")
    def assign(message_id: int) -> Response | tuple[str, int]:
        to = request.form.get("to", "")
        act = partial(gateway.help_desk.answer.assign, message_id, to, me().name)
        return done(message_id, act, _Said())

    @desk.post("/<int:message_id>/close")
    def close(message_id: int) -> Response | tuple[str, int]:
        act = partial(gateway.help_desk.answer.close, message_id, me().name)
        return done(message_id, act, _Said())

    @desk.post("/<int:message_id>/answer")
    def answer(message_id: int) -> Response | str | tuple[str, int]:
        text, by = lines_of(request.form.get("text", "")), me().name
        if request.form.get("do") == "send":
            act = partial(gateway.help_desk.answer, message_id, text, by)
            return done(message_id, act, _Said(text=text))
        try:
            composed = gateway.help_desk.answer.composed(message_id, text, by)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return page(message_id, _Said(text=text, fault=why(error))), 400
        return page(message_id, _Said(text=text, composed=composed))

    return desk


def _ids(given: Sequence[str]) -> list[int]:
    """Returns the numbers of messages, of what a form has; none that no database could hold."""
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 19]
