"""Any provider over HTTP, in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.http.listed import listed
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.webhooks import HttpProvider, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=HttpProvider,
    routes=HttpProvider.every_route,
    load_standin=load_standin,
    presets=listed,
)
