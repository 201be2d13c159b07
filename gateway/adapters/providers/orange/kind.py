"""Orange in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.orange.webhooks import Orange, load_standin
from gateway.adapters.providers.shared.kind import FirstLine, ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=Orange,
    routes=Orange.routes,
    load_standin=load_standin,
    first_line=FirstLine(
        called="Orange",
        countries=[
            "SN",
            "CI",
            "ML",
            "BF",
            "NE",
            "CM",
            "GN",
            "BW",
            "MG",
            "CD",
            "TN",
            "JO",
        ],
        speaks=["sms_in", "sms_out", "reports"],
        begin=[
            (
                "Sign: an application at developer.orange.com with the API SMS of the country, and"
                " a bundle of SMS; a sender's name is approved by Orange."
            ),
            (
                "Tell Orange the URL for delivery, and for sms, by its form: there is no page "
                "where they are pasted."
            ),
            "Copy the authorization header, and the sender's number of the country.",
            "Cost: by SMS, in prepaid bundles of the country.",
        ],
        page="orange.md",
    ),
)
