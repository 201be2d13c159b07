"""SMPP 3.4 in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.providers.smpp.webhooks import Smpp, hold_lines, lines_up, load_standin

KIND = ProviderKind(
    settings=Settings,
    build=Smpp,
    routes=Smpp.routes,
    load_standin=load_standin,
    hold_lines=hold_lines,
    lines_up=lines_up,
    first_line=FirstLine(
        called="SMPP 3.4, straight to an operator",
        countries=[],
        speaks=["ussd", "sms_in", "sms_out", "reports"],
        begin=[
            (
                "Sign: an SMPP account with the operator; the short code and the USSD code, which "
                "the regulator assigns (weeks to months); mostly a VPN."
            ),
            "Paste nothing: the gateway connects to the operator. Have your address (IP) allowed.",
            (
                "Copy host, port, system id and password; ask for the window, the messages a "
                "second and the form of message ids in receipts."
            ),
            "Cost: a set-up, a monthly fee, and by SMS and session. Ask in writing.",
        ],
        page="smpp.md",
    ),
)
