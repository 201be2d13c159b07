"""A phone with the SMS gateway app, in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.android.settings import Settings
from gateway.adapters.providers.android.webhooks import AndroidSms, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=AndroidSms,
    routes=AndroidSms.routes,
    load_standin=load_standin,
    signs=True,
)
