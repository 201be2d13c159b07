"""hSenid TAP in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.hsenid.settings import Settings
from gateway.adapters.providers.hsenid.webhooks import Hsenid, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=Hsenid,
    routes=Hsenid.routes,
    load_standin=load_standin,
)
