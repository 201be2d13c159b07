"""The configuration of a deployment, read once at the start, refused with all faults at once.

It stands in `config/gateway.yaml`; `GATEWAY_CONFIG` names another file. Secrets stand in the
environment or under /run/secrets, never in the file. Nothing else of the gateway reads either.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
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
from gateway.deployment.listen_address import listen_address
from gateway.deployment.settings_tree import SettingsTree, look_up
from gateway.domain.faults_and_errors.errors import FilesInvalid, ServiceFailed, SettingsInvalid
from gateway.domain.outbound.settling import SettlingRules
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane

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


def _address(written: str) -> str:
    try:
        if written and not listen_address(written)[1]:
            raise ValueError("Each web process must know the port: give one above 0.")
    except ValueError as error:
        raise PydanticCustomError("003", "{sentence}", {"sentence": str(error)}) from None
    return written


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(_Section):
    """The web server."""

    host: str = Field(default="127.0.0.1", min_length=1, description="The address it listens on.")
    port: int = Field(default=8384, ge=0, le=65535, description="The port; 0 takes a free one.")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description="The networks of our own proxies, whose X-Forwarded-For is believed. "
        "A channel's `networks` then hold the provider behind them.",
    )
    metrics: Annotated[str, AfterValidator(_address)] = Field(
        default="",
        description="An address of their own for /metrics and /health/ready, such as "
        "127.0.0.1:9384, which providers do not call; the web server's own when left out.",
    )
    known_hosts: tuple[str, ...] = Field(
        default=(),
        description="In development, further names under which the phone and the stand-in may be "
        "asked for; localhost, this machine's own addresses and that of public_url always are.",
    )
    workers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="How many web processes there are; one for each core is best.",
    )
    threads: int = Field(
        default=24, ge=1, le=256, description="How many turns a process answers at once."
    )

    spool_mebibytes: int = Field(
        default=64,
        ge=1,
        le=65536,
        description="The room on this node's disk, in MiB, for what we are told while the "
        "database is away, and as much for delivery reports on their way. An SMS takes a third "
        "of a KiB.",
    )

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Returns where /metrics and /health/ready are shown, when apart from the webhooks."""
        return listen_address(self.metrics) if self.metrics else None


class StandinSettings(_Section):
    """The stand-in that plays the providers in development."""

    port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The port it listens on; the one after the web server's when left out.",
    )


class SettlingSettings(_Section):
    """How long an SMS is wanted, and when one of unknown outcome is sent again."""

    urgent_hours: int = Field(
        default=24,
        ge=1,
        le=720,
        description="How long an SMS of the lane `urgent` is wanted, where it does not say so "
        "itself. What waits longer expires; of what was handed over, no report is awaited longer.",
    )
    reply_hours: int = Field(default=72, ge=1, le=720, description="The same for the lane `reply`.")
    bulk_hours: int = Field(default=72, ge=1, le=720, description="The same for the lane `bulk`.")
    reply_again_seconds: int = Field(
        default=300,
        ge=0,
        le=86400,
        description="After so long a reply whose outcome is unknown is sent once more, if the "
        "channel's delivery reports flow and none has come of it; 0 for never.",
    )
    urgent_again_seconds: int = Field(
        default=60,
        ge=0,
        le=86400,
        description="The same for an urgent SMS, which is sent once more after ten minutes though "
        "no reports flow; 0 for never.",
    )

    @property
    def rules(self) -> SettlingRules:
        """Returns the rules, as the use cases know them."""
        again = {Lane.REPLY: self.reply_again_seconds, Lane.URGENT: self.urgent_again_seconds}
        return SettlingRules(
            validity={
                Lane.URGENT: timedelta(hours=self.urgent_hours),
                Lane.REPLY: timedelta(hours=self.reply_hours),
                Lane.BULK: timedelta(hours=self.bulk_hours),
            },
            again_after={lane: timedelta(seconds=each) for lane, each in again.items() if each},
        )


class RetentionSettings(_Section):
    """How many days rows stay that else nobody removes but their subscriber, or you."""

    sms_days: int | None = Field(
        default=None,
        ge=7,
        le=36500,
        description="SMS in and out that wait for nothing more; a week at least, since an MO that "
        "comes again is known by its row, and so is a late report.",
    )
    turns_days: int | None = Field(
        default=None, ge=1, le=36500, description="The statistics of USSD turns."
    )
    help_desk_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Messages to the help desk that were answered or closed.",
    )
    cases_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Cases, since they were moved last, with their history.",
    )


class BroadcastSettings(_Section):
    """Broadcasts: one text to many."""

    approval_above: int = Field(
        default=1000,
        ge=0,
        le=100_000_000,
        description="A broadcast to more recipients than this waits until a second person has "
        "approved it; 0 for all.",
    )
    turns_per_second: float = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="How many USSD turns a second the gateway answers well; a broadcast that "
        "names a service code is sent no faster than its readers may dial. 0 does not slow it.",
    )


class Settings(_Section):
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
    retention: RetentionSettings = Field(
        default=RetentionSettings(),
        description="How many days rows stay that else nobody removes but their subscriber, or "
        "you; for ever when left out.",
    )
    broadcasts: BroadcastSettings = Field(
        default=BroadcastSettings(), description="Broadcasts: one text to many."
    )
    channels: dict[ChannelName, InstanceOf[ChannelSettings]] = Field(
        description="The channels, by name; each begins with `provider`."
    )
    alerts: AlertsSettings = Field(
        default=AlertsSettings(),
        description="Public warnings that come in the Common Alerting Protocol.",
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

    In `development` the secrets of channels that speak to this machine may be missing, and so may
    the master key. Without `secrets_needed` any may: to check menus nothing is sent or stored.
    """
    try:
        document = read(home / environ.get("GATEWAY_CONFIG", CONFIG_FILE), "S")
    except FilesInvalid as invalid:
        raise SettingsInvalid(invalid.faults) from invalid
    tree = SettingsTree(document, environ, secrets_folder, development, secrets_needed)
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
    if settings is None or tree.faults:
        raise SettingsInvalid(sorted(set(tree.faults)))
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
            "public_url": settings.public_url or f"http://{server.host}:{server.port}",
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
