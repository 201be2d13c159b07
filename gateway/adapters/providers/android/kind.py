"""A phone with the SMS gateway app, in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.android.settings import Settings
from gateway.adapters.providers.android.webhooks import AndroidSms, load_standin
from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=AndroidSms,
    routes=AndroidSms.routes,
    load_standin=load_standin,
    signs=True,
    first_line=FirstLine(
        called="an Android phone, for a pilot",
        countries=[],
        speaks=["sms_in", "sms_out", "reports"],
        begin=[
            "Sign nothing: a phone with a SIM card.",
            (
                "Register the URL for sms at the app for the event sms:received, and the URL for "
                "delivery for sms:sent, sms:delivered, sms:failed and sms:cancelled: its page has "
                "the lines."
            ),
            "Copy user name, password and signing key from the app.",
            "Cost: what the SIM card's SMS cost. Operators bar a card that sends many.",
        ],
        page="android.md",
    ),
)
