"""Twilio in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind
from gateway.adapters.providers.twilio.settings import Settings
from gateway.adapters.providers.twilio.webhooks import Twilio, load_standin

KIND = ProviderKind(
    settings=Settings,
    build=Twilio,
    routes=Twilio.routes,
    load_standin=load_standin,
    signs=True,
    first_line=FirstLine(
        called="Twilio",
        countries=[],
        speaks=["sms_in", "sms_out", "reports"],
        begin=[
            (
                "Sign: an account, and a number or a sender ID; many countries ask for it to be "
                "registered (days to weeks), and some have no number that can be texted."
            ),
            (
                "Paste the URL for sms as that of the number, with #rc=3&rp=5xx,ct,rt behind it: "
                "without it an SMS is lost when the gateway answers 503. Reports need nothing: "
                "each SMS names their URL."
            ),
            "Copy the account SID and the auth token.",
            (
                "Cost: by the month for the number, and by the segment; Twilio tells the price of "
                "each some minutes later."
            ),
        ],
        page="providers.md#twilio",
    ),
)
