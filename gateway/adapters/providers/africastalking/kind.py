"""Africa's Talking in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.africastalking.settings import Settings
from gateway.adapters.providers.africastalking.webhooks import AfricasTalking, load_standin
from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=AfricasTalking,
    routes=AfricasTalking.routes,
    load_standin=load_standin,
    first_line=FirstLine(
        called="Africa's Talking",
        countries=["KE", "UG", "TZ", "RW", "NG", "ZM", "MW"],
        speaks=["ussd", "sms_in", "sms_out", "reports"],
        begin=[
            (
                "Sign: a live application; a branch of a shared USSD code (days) or a code of your"
                " own (weeks to months); a short code, or a sender ID that the networks approve."
            ),
            (
                "Paste the URL for ussd as the callback of the code, ussd-end as its address for "
                "events, sms as that of incoming messages, delivery as that of delivery reports, "
                "and optout as that of bulk SMS opt-outs."
            ),
            "Copy the username of the application and its API key.",
            (
                "Cost: by the month for the code, by the session, and by SMS, prepaid. Ask for "
                "each network in writing."
            ),
        ],
        page="providers.md#africas-talking",
    ),
)
