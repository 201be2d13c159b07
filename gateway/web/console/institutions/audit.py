"""Who did and saw what."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.web.console.guard import me
from gateway.web.console.turned_pages import ROWS, asked_for, full, skipped


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the audit."""
    audit = Blueprint("audit", __name__, url_prefix="/audit")

    @audit.get("/")
    def listed() -> str:
        asked = asked_for("who", "act", "institution")
        institution = asked.get("institution", "")
        query = AuditQuery(
            institutions=frozenset({institution}) if institution else None,
            by=asked.get("who", ""),
            act=asked.get("act", ""),
            limit=ROWS,
            skip=skipped(),
        )
        lines = gateway.institutions.read_audit.newest(query, me().name)
        return render_template(
            "console/audit.html", turned=full(lines), asked=asked, everywhere=EVERYWHERE
        )

    return audit
