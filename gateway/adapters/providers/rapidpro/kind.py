"""RapidPro in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.rapidpro.settings import Settings
from gateway.adapters.providers.rapidpro.webhooks import RapidPro, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=RapidPro,
    routes=RapidPro.every_route,
    load_standin=load_standin,
)
