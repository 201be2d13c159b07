"""hSenid TAP in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.hsenid.settings import Settings
from gateway.adapters.providers.hsenid.webhooks import Hsenid, load_standin
from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=Hsenid,
    routes=Hsenid.routes,
    load_standin=load_standin,
    first_line=FirstLine(
        called="hSenid TAP (Ideamart, mSpace, bdapps, Applink)",
        countries=["LK", "BD"],
        speaks=["ussd", "sms_in", "sms_out", "reports"],
        begin=[
            (
                "Sign: an application with USSD, and SMS if you want it, at the operator; and have"
                " the address (IP) of your server allowed for calls."
            ),
            (
                "Paste the URL for ussd as the address for USSD, sms as that for SMS, and delivery"
                " as that for delivery reports."
            ),
            "Copy the application's id and its password.",
            "Cost: by the session and by SMS, or what citizens are charged. Ask in writing.",
        ],
        page="hsenid.md",
    ),
)
