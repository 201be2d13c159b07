"""Which channels SMS take, for whose sake, and to which network."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.yaml.validate import named
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.outbound.routes import Network, Route, Routes

NetworkName = Annotated[
    str,
    named(r"[a-z][a-z0-9_-]{0,30}", "is no name of a network: use small letters, digits, - and _."),
]
NetworkCode = Annotated[
    str, named(r"[0-9]{5,6}", "is no network code: write MCC and MNC, as '63902'.")
]
Prefix = Annotated[
    str, named(r"\+[1-9][0-9]{1,13}", "is no prefix: write + and the country code, as '+25470'.")
]


def _has_numbers(network: NetworkSettings) -> NetworkSettings:
    if not network.codes and not network.prefixes:
        sentence = "Say how its numbers begin (`prefixes`), or its `codes`."
        raise PydanticCustomError("003", "{sentence}", {"sentence": sentence})
    return network


class NetworkSettings(BaseModel):
    """A mobile network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: tuple[NetworkCode, ...] = Field(
        default=(),
        description="Its network codes (MCC and MNC), as providers tell them with a USSD turn.",
    )
    prefixes: tuple[Prefix, ...] = Field(
        default=(),
        description="How its numbers begin, as +25470; the longest that fits counts. What a "
        "provider told of a subscriber last goes before it.",
    )


class RouteSettings(BaseModel):
    """Channels in their order, and for which SMS."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[str, ...] = Field(
        min_length=1, description="The channels that it may take, the preferred one first."
    )
    institution: str = Field(
        default="",
        pattern="^([a-z][a-z0-9_]{0,39})?$",
        description="Whose SMS are meant; everybody's when left out.",
    )
    network: str = Field(
        default="", description="To which network they go, by its name; to any when left out."
    )


class RoutingSettings(BaseModel):
    """Which channels SMS take."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    networks: dict[NetworkName, Annotated[NetworkSettings, AfterValidator(_has_numbers)]] = Field(
        default_factory=dict, description="The mobile networks, by name."
    )
    routes: tuple[RouteSettings, ...] = Field(
        default=(),
        description="Channels in their order. Of the routes that fit an SMS that of its "
        "institution counts first, then that of its network.",
    )

    def unknown(self, channels: Collection[str]) -> Iterator[tuple[Path, str]]:
        """Yields where a route names what there is not, and a sentence about it."""
        for place, route in enumerate(self.routes):
            here = ("routing", "routes", str(place))
            for number, name in enumerate(route.channels):
                if name not in channels:
                    sentence = f"There is no channel '{name}'.{did_you_mean(name, channels)}"
                    yield (*here, "channels", str(number)), sentence
            if route.network and route.network not in self.networks:
                near = did_you_mean(route.network, self.networks)
                yield (*here, "network"), f"There is no network '{route.network}'.{near}"

    def to_routes(self, own: str) -> Routes:
        """Returns the routes, as the use cases know them."""
        return Routes(
            routes=tuple(
                Route(channels=each.channels, institution=each.institution, network=each.network)
                for each in self.routes
            ),
            networks=tuple(
                Network(name=name, codes=each.codes, prefixes=each.prefixes)
                for name, each in self.networks.items()
            ),
            own=own,
        )


def unknown_flows(channels: Mapping[str, ChannelSettings]) -> Iterator[tuple[Path, str]]:
    """Yields where a channel names flows that there are not, and a sentence about it."""
    having = [name for name, channel in channels.items() if channel.has_flows]
    for name, channel in channels.items():
        if channel.flows and channel.flows not in having:
            near = did_you_mean(channel.flows, having)
            yield (
                ("channels", name, "flows"),
                f"There are no flows behind a channel '{channel.flows}'.{near}",
            )
