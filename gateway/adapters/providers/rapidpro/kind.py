"""RapidPro in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.rapidpro.settings import Settings
from gateway.adapters.providers.rapidpro.webhooks import RapidPro, load_standin
from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=RapidPro,
    routes=RapidPro.every_route,
    load_standin=load_standin,
    first_line=FirstLine(
        called="RapidPro, a neighbour that has a line",
        countries=[],
        speaks=["sms_in", "sms_out"],
        begin=[
            "Sign nothing: the lines are RapidPro's.",
            (
                "Paste the URL for sms as that of a flow's Call Webhook; where its flows answer "
                "your own lines, the URL for flow as the send URL of an External channel."
            ),
            "Copy an API token of the workspace.",
            "Cost: what its channels cost there.",
        ],
        page="rapidpro.md",
    ),
)
