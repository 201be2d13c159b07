"""What was published: what is live since when, how it goes, and back to the one before."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import Act
from gateway.use_cases.ports.releases import Publication
from gateway.web.console.asked_again import asked_again
from gateway.web.console.guard import me

#: Publications on the page; `gateway menus history` has all of them.
_MOST = 30


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of releases."""
    releases = Blueprint("releases", __name__, url_prefix="/releases")
    again = asked_again(gateway)

    @releases.get("/")
    def listed() -> str:
        now, by = gateway.clock.now(), me().name
        gateway.institutions.authorise.reach(by, Act.READ)
        published = gateway.menus.store.history(_MOST)
        live = gateway.menus.store.live_publication(now)
        return render_template(
            "console/releases/releases.html",
            published=published,
            live=live,
            now=now,
            watched=None if live is None else gateway.watch_release(live.live_at, by=by),
            goes_back=live is not None and any(_is_before(each, live) for each in published),
            may_publish=bool(me().reach(Act.PUBLISH)),
        )

    @releases.post("/roll-back")
    @again
    def roll_back() -> Response:
        wanted = request.form.get("release") or None
        gateway.menus.publish.roll_back(wanted, by=me().name, note=request.form.get("note", ""))
        return redirect(url_for("releases.listed"))

    return releases


def _is_before(one: Publication, live: Publication) -> bool:
    """Returns whether a release was live before another, and may be so again."""
    return not one.withdrawn and one.live_at < live.live_at
