"""Who did and saw what."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.web.console.guard import me
from gateway.web.console.pages import N_
from gateway.web.console.turned_pages import ROWS, asked_for, full, skipped

#: What the audit calls what was done, beside the acts that roles allow.
DONE = (
    N_("add person"), N_("remove person"), N_("change roles"), N_("make link"), N_("set password"),
    N_("change password"), N_("change telephone"), N_("make recovery codes"), N_("sign in"),
    N_("sign out"), N_("show anew"), N_("end sessions"), N_("end own sessions"),
    N_("set institution"), N_("switch channel"), N_("pause channel"), N_("resume channel"),
    N_("prefer channel"),
)  # fmt: skip


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
