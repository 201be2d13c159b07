"""The configuration of a deployment, read once at the start, refused with all faults at once.

It stands in `config/gateway.yaml`; `GATEWAY_CONFIG` names another file. Secrets stand in the
environment or under /run/secrets, never in the file. Nothing else of the gateway reads either.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from pathlib import Path
from typing import Annotated, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    InstanceOf,
    PrivateAttr,
    SecretStr,
)
from pydantic_core import PydanticCustomError

from gateway.adapters.providers.shared.channel_settings import STANDIN, ChannelSettings
from gateway.adapters.yaml.documents import Tree, read
from gateway.adapters.yaml.validate import named, validate
from gateway.deployment.alert_settings import AlertsSettings
from gateway.deployment.console_settings import ConsoleSettings
from gateway.deployment.listen_address import port_of_running, url_at
from gateway.deployment.routing_settings import RoutingSettings, unknown_flows
from gateway.deployment.settings_sections import (
    BroadcastSettings,
    DraftSettings,
    RetentionSettings,
    Section,
    ServerSettings,
    SettlingSettings,
    StandinSettings,
)
from gateway.deployment.settings_tree import SettingsTree, look_up
from gateway.domain.faults_and_errors.errors import FilesInvalid, ServiceFailed, SettingsInvalid
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.quiet_hours import QuietHours

_LAST_PORT = 65535

CONFIG_FILE = "config/gateway.yaml"

ChannelName = Annotated[
    str,
    named(
        r"[a-z][a-z0-9-]{0,30}", "is no channel name: use small letters, digits and -, no spaces."
    ),
]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = "This is no time zone. Write one such as Africa/Nairobi."
        raise PydanticCustomError("003", "{sentence}", {"sentence": sentence}) from None
    return name


def _hours(written: str) -> str:
    try:
        QuietHours.parse(written, UTC)
    except ValueError as error:
        raise PydanticCustomError("003", "{sentence}", {"sentence": str(error)}) from None
    return written


class Settings(Section):
    """All settings. Paths are absolute; the environment has been looked up."""

    name: str = Field(min_length=1, description="What the deployment is called, for people.")
    institution: str = Field(
        default="gateway",
        pattern="^[a-z][a-z0-9_]{0,39}$",
        description="Whose is what belongs to no service, such as a STOP: small letters, digits "
        "and _. Rows in the database carry it.",
    )
    national_region: str = Field(
        pattern="^[A-Z]{2}$",
        description="The ISO 3166 code of the country whose national numbers are meant, as KE.",
    )
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC",
        description="The time zone that dates and quiet hours are meant in, as Africa/Nairobi.",
    )
    quiet_hours: Annotated[str, AfterValidator(_hours)] = Field(
        default="20:00-07:00",
        description="The hours in which nobody is sent what was not asked for at that moment; "
        "two equal times for none.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/?#\s]+)?$",
        description="The address under which providers reach the gateway, such as "
        "https://sms.example.org; the server's own when left out.",
    )
    data_folder: Path = Field(
        default=Path("data"), description="Where the embedded database, queue and keys are kept."
    )
    database_url: str = Field(
        default="",
        repr=False,
        pattern=r"^((sqlite|postgresql)(\+[a-z0-9]+)?://.*)?$",
        description="sqlite:///… or postgresql+psycopg://…; "
        "SQLite in the data folder when left out.",
    )
    redis_url: str = Field(
        default="",
        repr=False,
        pattern=r"^((rediss?|unix)://.*)?$",
        description="redis://…, rediss://… or unix://…; one of our own is started when left out.",
    )
    master_key: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="The key that seals what is stored: 32 bytes in base64. "
        "In development one is made and kept in the data folder.",
    )
    menus_folder: Path = Field(default=Path("menus"), description="Where the menu files are.")
    server: ServerSettings = Field(default=ServerSettings(), description="The web server.")
    standin: StandinSettings = Field(
        default=StandinSettings(),
        description="The stand-in that plays the providers in development.",
    )
    settling: SettlingSettings = Field(
        default=SettlingSettings(),
        description="How long an SMS is wanted, and when one of unknown outcome is sent again.",
    )
    dormant_days: int | None = Field(
        default=None,
        ge=30,
        le=36500,
        description="What a phone has proven counts no more when it was not used for so many days: "
        "fewer than your networks let pass before they give a number to somebody else; for ever "
        "when left out.",
    )
    retention: RetentionSettings = Field(
        default=RetentionSettings(),
        description="How many days rows stay that else nobody removes but their subscriber, or "
        "you; for ever when left out.",
    )
    due_days: Mapping[str, Annotated[int, Field(ge=1, le=3650)]] = Field(
        default={},
        description="Within how many days a case of a service is to be solved, by the service's "
        "name; messages to the help desk are `help_desk`. What takes longer is overdue.",
    )
    fewest_shown: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Of fewer sessions than this the overview shows nothing by itself: small "
        "counts tell of persons.",
    )
    broadcasts: BroadcastSettings = Field(
        default=BroadcastSettings(), description="Broadcasts: one text to many."
    )
    drafts: DraftSettings = Field(
        default=DraftSettings(), description="Menus on their way to citizens."
    )
    routing: RoutingSettings = Field(
        default=RoutingSettings(),
        description="Which channels SMS take; that which they are accepted for when left out.",
    )
    channels: dict[ChannelName, InstanceOf[ChannelSettings]] = Field(
        description="The channels, by name; each begins with `provider`."
    )
    alerts: AlertsSettings = Field(
        default=AlertsSettings(),
        description="Public warnings that come in the Common Alerting Protocol.",
    )
    console: ConsoleSettings = Field(
        default=ConsoleSettings(), description="The operators' console, under /console/."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe record that is written."
    )
    log_access: bool = Field(
        default=False,
        description="Whether each request is one line in the log: route, channel, status and "
        "duration, and no secret, number or text.",
    )
    _home: Path = PrivateAttr(Path())

    @property
    def home(self) -> Path:
        """Returns the deployment folder, from which all paths are counted."""
        return self._home

    @property
    def standin_path(self) -> str:
        """Returns where the APIs of the stand-in begin: a word that no other gateway knows.

        A gateway is known by its data folder, which no other one can have at the same time.
        """
        return hashlib.sha256(os.fsencode(self.data_folder)).hexdigest()[:12]

    @property
    def zone(self) -> ZoneInfo:
        """Returns the time zone of the deployment."""
        return ZoneInfo(self.time_zone)

    @property
    def dormant(self) -> timedelta | None:
        """Returns how long what a phone has proven counts after it was used last."""
        return None if self.dormant_days is None else timedelta(days=self.dormant_days)

    @property
    def quiet(self) -> QuietHours:
        """Returns the quiet hours of the deployment."""
        return QuietHours.parse(self.quiet_hours, self.zone)

    def to_channels(self) -> tuple[Channel, ...]:
        """Returns the channels as the services know them."""
        return tuple(channel.to_channel(name) for name, channel in self.channels.items())


def load(
    home: Path,
    environ: Mapping[str, str],
    *,
    development: bool = False,
    secrets_needed: bool = True,
    secrets_folder: Path = Path("/run/secrets"),
) -> Settings:
    """Returns the settings of a deployment; raises SettingsInvalid with every fault.

    A command beside `gateway run` finds that on its port, whichever that was given.

    In `development` the secrets of channels that speak to this machine may be missing, and so may
    the master key. Without `secrets_needed` any may: to check menus nothing is sent or stored.
    """
    try:
        document = read(home / (environ.get("GATEWAY_CONFIG") or CONFIG_FILE), "S")
    except FilesInvalid as invalid:
        raise SettingsInvalid(invalid.faults) from invalid
    tree = SettingsTree(document, environ, secrets_folder, development, secrets_needed, home)
    tree.override_from_environment()
    tree.resolve(Settings)
    channels = tree.channels()
    settings: Settings | None = None
    try:
        # Their own shapes have checked the channels; here they are only carried.
        values = cast(Tree, {**tree.values, "channels": channels})
        settings = validate(Settings, tree.document(), tree=values)
    except FilesInvalid as invalid:
        tree.faults += invalid.faults
    if settings is not None:
        document = tree.document()
        tree.faults += [
            document.at(path).offending.fault("S025", sentence)
            for path, sentence in (
                *settings.routing.unknown(settings.channels),
                *unknown_flows(settings.channels),
            )
        ]
    if settings is None or tree.faults:
        raise SettingsInvalid(sorted(set(tree.faults)))
    if not environ.get("GATEWAY_PORT"):
        running = port_of_running(home.resolve() / settings.data_folder)
        server = settings.server.model_copy(update={"port": running or settings.server.port})
        settings = settings.model_copy(update={"server": server})
    return _completed(settings, home.resolve())


def secrets_of(
    environ: Mapping[str, str], secrets_folder: Path = Path("/run/secrets")
) -> Callable[[str], str]:
    """Returns what gives the secrets that declared calls name; it raises ServiceFailed."""

    def secret(name: str) -> str:
        value = look_up(name, environ, secrets_folder)
        if value is None:
            raise ServiceFailed(f"{name} is not set: put it in the environment, or below "
                                f"{secrets_folder}.")  # fmt: skip
        return value

    return secret


def _completed(settings: Settings, home: Path) -> Settings:
    server, data_folder = settings.server, home / settings.data_folder
    standin = StandinSettings(port=settings.standin.port or min(server.port + 1, _LAST_PORT))
    completed = settings.model_copy(
        update={
            "data_folder": data_folder,
            "menus_folder": home / settings.menus_folder,
            "public_url": settings.public_url or url_at(server.host, server.port),
            "database_url": settings.database_url or f"sqlite:///{data_folder / 'gateway.db'}",
            "standin": standin,
        }
    )
    base = f"http://127.0.0.1:{standin.port}"
    own = f"{base}/{completed.standin_path}"
    channels = {
        # The bare address of our own stand-in means it, too: that is how it was written before.
        name: each.model_copy(update={"api_url": own}) if each.api_url in (STANDIN, base) else each
        for name, each in settings.channels.items()
    }
    completed = completed.model_copy(
        update={"channels": channels, "alerts": _placed(settings.alerts, home)}
    )
    completed._home = home
    return completed


def _placed(alerts: AlertsSettings, home: Path) -> AlertsSettings:
    """Returns the settings with paths counted from the deployment."""
    sources = {
        name: source.model_copy(
            update={"certificates": tuple(home / path for path in source.certificates)}
        )
        for name, source in alerts.sources.items()
    }
    districts = None if alerts.districts is None else home / alerts.districts
    return alerts.model_copy(update={"districts": districts, "sources": sources})
