"""Africa's Talking in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.africastalking.settings import Settings
from gateway.adapters.providers.africastalking.webhooks import AfricasTalking, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind

KIND = ProviderKind(
    settings=Settings,
    build=AfricasTalking,
    routes=AfricasTalking.routes,
    load_standin=load_standin,
)
