"""The providers there are: one row each, and a folder beside this file.

Importing this loads no SDK and no HTTP library; a provider loads its own when it first sends.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.adapters.providers.africastalking.kind import KIND as AFRICASTALKING
from gateway.adapters.providers.android.kind import KIND as ANDROID
from gateway.adapters.providers.hsenid.kind import KIND as HSENID
from gateway.adapters.providers.http.kind import KIND as HTTP
from gateway.adapters.providers.orange.kind import KIND as ORANGE
from gateway.adapters.providers.rapidpro.kind import KIND as RAPIDPRO
from gateway.adapters.providers.shared.kind import ProviderKind
from gateway.adapters.providers.simulator.kind import KIND as SIMULATOR
from gateway.adapters.providers.smpp.kind import KIND as SMPP
from gateway.adapters.providers.twilio.kind import KIND as TWILIO

#: By the word that stands behind `provider:` in the configuration.
PROVIDERS: Mapping[str, ProviderKind] = {
    "africastalking": AFRICASTALKING,
    "android": ANDROID,
    "hsenid": HSENID,
    "http": HTTP,
    "orange": ORANGE,
    "rapidpro": RAPIDPRO,
    "simulator": SIMULATOR,
    "smpp": SMPP,
    "twilio": TWILIO,
}
