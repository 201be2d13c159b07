"""The life of an SMS, and of a session, as timelines."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import Act
from gateway.use_cases.analytics.life_of_session import life_of as life_of_session
from gateway.use_cases.outbound.life_of_sms import life_of as life_of_sms
from gateway.use_cases.outbound.life_of_sms import status_word
from gateway.web.console import menu_words
from gateway.web.console.asked_again import asked_again
from gateway.web.console.casework import words
from gateway.web.console.guard import me
from gateway.web.console.names import Names
from gateway.web.console.shown_after import shown, to_show
from gateway.web.console.words import _, said


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of timelines."""
    lives = Blueprint("lives", __name__)
    again, names = asked_again(gateway), Names(gateway)
    release = gateway.releases.current

    @lives.get("/sessions/<int:session_id>")
    def session(session_id: int) -> str:
        file, now = gateway.sessions.show(session_id, me().name), gateway.clock.now()
        return render_template(
            "console/casework/session.html",
            file=file,
            standing=_(words.SESSION[file.standing(now)]),
            steps=[
                (step, said(step.said))
                for step in life_of_session(
                    file,
                    now,
                    names.service,
                    lambda name: menu_words.phrase(release(), name),
                )
            ],
            named=names.service,
            network=names.network(file.parts[0].network_code),
        )

    @lives.get("/sms/<int:sms_id>")
    def sms(sms_id: int) -> str:
        file = gateway.messages.show(sms_id, me().name)
        own = file.institution or gateway.deployment.settings.institution
        may_reveal = me().may(own, Act.REVEAL)
        whole = may_reveal and shown(gateway, f"sms {sms_id}") is not None
        masked = "" if file.sms is None else str(file.sms.subscriber)
        return render_template(
            "console/casework/sms.html",
            file=file,
            status=said(status_word(file.status)),
            number=file.sms.subscriber.as_told if whole and file.sms else masked,
            text=file.sms.text if whole and file.sms else None,
            may_reveal=may_reveal,
            steps=[(at, said(told)) for at, told in life_of_sms(file)],
        )

    @lives.post("/sms/<int:sms_id>/reveal")
    @again
    def reveal_sms(sms_id: int) -> Response:
        gateway.messages.show(sms_id, me().name, request.form.get("why", ""))
        token = to_show(gateway, f"sms {sms_id}")
        return redirect(url_for("lives.sms", sms_id=sms_id, shown=token))

    return lives
