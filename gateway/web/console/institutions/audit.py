"""Who did and saw what."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.web.console.guard import me
from gateway.web.console.pages import N_
from gateway.web.console.turned_pages import ROWS, asked_for, full, skipped
from gateway.web.console.words import _

#: What is recorded beside the acts that roles allow.
_OTHERS = (
    N_("add person"), N_("change password"), N_("change roles"), N_("change telephone"),
    N_("end own sessions"), N_("end sessions"), N_("make link"), N_("make recovery codes"),
    N_("pause channel"), N_("prefer channel"), N_("refused"), N_("remove person"),
    N_("resume channel"), N_("set institution"), N_("set password"), N_("show anew"),
    N_("sign in"), N_("sign out"), N_("switch channel"), N_("chain begun"),
    N_("chain tampered with"),
)  # fmt: skip


def _acts() -> list[tuple[str, str]]:
    """Returns the acts that the audit has, by what they are called."""
    return sorted(((each, act_in_words(each)) for each in (*Act, *_OTHERS)), key=lambda act: act[1])


def act_in_words(act: str) -> str:
    """Returns what an act is called in the language of this request."""
    return _(str(act).replace("_", " "))


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
            "console/audit.html",
            turned=full(lines),
            asked=asked,
            acts=_acts(),
            institutions=_audited(gateway),
            in_words=act_in_words,
        )

    return audit


def _audited(gateway: Gateway) -> list[str]:
    """Returns the institutions of which a person may read the audit."""
    reach = me().reach(Act.AUDIT)
    names = gateway.institutions.known.names()
    if EVERYWHERE in reach:
        return [EVERYWHERE, *names]
    return [name for name in names if name in reach]
