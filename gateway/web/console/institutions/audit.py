"""Who did and saw what."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.web.console.guard import me

#: So many lines are shown, the newest first.
NEWEST = 100


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the audit."""
    audit = Blueprint("audit", __name__, url_prefix="/audit")

    @audit.get("/")
    def listed() -> str:
        asked = request.args
        institution = asked.get("institution", "")
        query = AuditQuery(
            institutions=frozenset({institution}) if institution else None,
            by=asked.get("who", ""),
            act=asked.get("act", ""),
            limit=NEWEST,
        )
        lines = gateway.institutions.read_audit.newest(query, me().name)
        return render_template(
            "console/audit.html", lines=lines, asked=asked, everywhere=EVERYWHERE
        )

    return audit
