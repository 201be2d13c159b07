"""The providers there are: one row each.

Importing this loads no SDK and no HTTP library; a provider loads its own when it first sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.adapters.providers.africastalking import (
    settings as africastalking_settings,
)
from gateway.adapters.providers.africastalking import (
    webhooks as africastalking,
)
from gateway.adapters.providers.android import settings as android_settings
from gateway.adapters.providers.android import webhooks as android
from gateway.adapters.providers.hsenid import settings as hsenid_settings
from gateway.adapters.providers.hsenid import webhooks as hsenid
from gateway.adapters.providers.orange import settings as orange_settings
from gateway.adapters.providers.orange import webhooks as orange
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.lines import HoldLines
from gateway.adapters.providers.simulator import settings as simulator_settings
from gateway.adapters.providers.simulator import webhooks as simulator
from gateway.adapters.providers.smpp import settings as smpp_settings
from gateway.adapters.providers.smpp import webhooks as smpp
from gateway.adapters.providers.twilio import settings as twilio_settings
from gateway.adapters.providers.twilio import webhooks as twilio

if TYPE_CHECKING:
    from gateway.adapters.providers.shared.standin import Standin
    from gateway.use_cases.ports import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKind:
    """One provider: what its channels are configured with, and what speaks to it.

    `build` takes the channel's name, an instance of `settings`, and the secrets of its webhooks;
    `routes` are the webhooks it has, with their HTTP methods. `load_standin` loads what plays it on
    this machine, and Flask with it.

    A provider that `signs` its webhooks needs no secret in their URLs; one that `stays_here` sends
    nothing to any network. `hold_lines` keeps what has to be connected all the time.
    """

    settings: type[ChannelSettings]
    build: Callable[[str, Any, Sequence[str]], Provider]
    routes: Mapping[str, Sequence[str]]
    load_standin: Callable[[], Standin[Any]]
    signs: bool = False
    stays_here: bool = False
    hold_lines: HoldLines | None = None


#: By the word that stands behind `provider:` in the configuration.
PROVIDERS: Mapping[str, ProviderKind] = {
    "africastalking": ProviderKind(
        settings=africastalking_settings.Settings,
        build=africastalking.AfricasTalking,
        routes=africastalking.AfricasTalking.routes,
        load_standin=africastalking.load_standin,
    ),
    "android": ProviderKind(
        settings=android_settings.Settings,
        build=android.AndroidSms,
        routes=android.AndroidSms.routes,
        load_standin=android.load_standin,
        signs=True,
    ),
    "hsenid": ProviderKind(
        settings=hsenid_settings.Settings,
        build=hsenid.Hsenid,
        routes=hsenid.Hsenid.routes,
        load_standin=hsenid.load_standin,
    ),
    "orange": ProviderKind(
        settings=orange_settings.Settings,
        build=orange.Orange,
        routes=orange.Orange.routes,
        load_standin=orange.load_standin,
    ),
    "simulator": ProviderKind(
        settings=simulator_settings.Settings,
        build=simulator.Simulator,
        routes=simulator.Simulator.routes,
        load_standin=simulator.load_standin,
        stays_here=True,
    ),
    "smpp": ProviderKind(
        settings=smpp_settings.Settings,
        build=smpp.Smpp,
        routes=smpp.Smpp.routes,
        load_standin=smpp.load_standin,
        hold_lines=smpp.hold_lines,
    ),
    "twilio": ProviderKind(
        settings=twilio_settings.Settings,
        build=twilio.Twilio,
        routes=twilio.Twilio.routes,
        load_standin=twilio.load_standin,
        signs=True,
    ),
}
