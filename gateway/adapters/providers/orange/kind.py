"""Orange in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.orange.webhooks import Orange, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=Orange,
    routes=Orange.routes,
    load_standin=load_standin,
)
