"""A deployment as it is loaded: settings, keys, handlers, datasets, menus and addresses."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.redis.embedded_valkey import EmbeddedValkey
from gateway.adapters.system import private_files
from gateway.adapters.system.keyring import Keyring, load_or_create
from gateway.deployment.folder import (
    find_home,
    load_datasets,
    load_forms,
    load_handlers,
    load_tables,
)
from gateway.deployment.listen_address import local_url, port_of_running, url_at
from gateway.deployment.settings import Settings, secrets_of
from gateway.deployment.settings import load as load_settings
from gateway.deployment.settings_tree import is_loopback
from gateway.domain.datasets.dataset import Dataset, Table
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.declared_call import Secrets, no_secrets
from gateway.domain.handler_contract.form import Form
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Handler

#: Set by `gateway run` for the processes it starts.
DEVELOPMENT = "GATEWAY_DEVELOPMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Everything a process needs to know before it opens its first connection."""

    settings: Settings
    handlers: Mapping[str, Handler]
    datasets: Mapping[str, Dataset]
    tables: Mapping[str, Table]
    keyring: Keyring
    development: bool
    forms: Mapping[str, Form] = field(default_factory=dict)
    secret: Secrets = no_secrets

    @property
    def channels(self) -> Mapping[str, ChannelSettings]:
        """Returns the settings of the channels by name."""
        return self.settings.channels

    @property
    def redis_url(self) -> str:
        """Returns the URL of Redis; without one in the settings, that of `gateway run`'s own."""
        return self.settings.redis_url or self.valkey.url

    @property
    def valkey(self) -> EmbeddedValkey:
        """Returns the Valkey of `gateway run`; every command finds it in the same place."""
        return EmbeddedValkey(self.settings.data_folder / "valkey")

    @property
    def metrics_folder(self) -> Path:
        """Returns where the processes on this machine keep what they have counted."""
        return self.settings.data_folder / "metrics"

    def load_release(self, published_shortcuts: Mapping[str, str] | None = None) -> Release:
        """Returns the menu; raises MenuInvalid with every fault.

        `published_shortcuts` are those ever given to citizens, with their services.
        """
        from gateway.adapters.menu_files import load as menu_files  # most commands read no menu

        settings = self.settings
        channels = settings.to_channels()
        return menu_files.load(settings.menus_folder, self.handlers, channels, published_shortcuts)

    def webhook_keys(self, channel: str) -> Sequence[str]:
        """Returns the secrets that a channel's webhook URLs may carry; the first is given out.

        Those of retired master keys are taken, too: dashboards are edited by hand, and later.
        """
        given = self.channels[channel].webhook_key
        if given is not None:
            return [given.get_secret_value()]
        return self.keyring.derive_all(f"webhook {channel}")

    def webhook_urls(self, channel: str) -> Mapping[str, str]:
        """Returns a channel's webhook URLs by route; with the secret, unless the provider signs."""
        settings = self.channels[channel]
        kind = PROVIDERS[settings.provider]
        query = "" if kind.signs_for(settings) else f"?key={self.webhook_keys(channel)[0]}"
        if query and settings.key_in_path:
            query = f"/{self.webhook_keys(channel)[0]}"
        url = self.settings.public_url
        return {route: f"{url}/{route}/{channel}{query}" for route in kind.routes_of(settings)}

    def has_lines(self, channel: str) -> bool:
        """Returns whether a channel has lines to hold; one that the stand-in plays has none."""
        if PROVIDERS[self.channels[channel].provider].hold_lines is None:
            return False
        return not self.is_played(channel)

    def is_played(self, channel: str) -> bool:
        """Returns whether the deployment's own stand-in plays the provider of a channel."""
        played = f":{self.settings.standin.port}/{self.settings.standin_path}"
        return (self.channels[channel].api_url or "").endswith(played)

    @property
    def has_console(self) -> bool:
        """Returns whether the operators' console is served: when asked for, and in development."""
        enabled = self.settings.console.enabled
        return self.development if enabled is None else enabled

    @property
    def console_url(self) -> str:
        """Returns the address of the console's server, without a path."""
        console = self.settings.console
        if console.url:
            return console.url
        if console.address is not None:
            return local_url(*console.address)
        return self.settings.public_url

    @property
    def console_hosts(self) -> Collection[str]:
        """Returns the names that the console answers to; this machine's own come beside them."""
        settings = self.settings
        urls = (self.console_url, settings.public_url)
        return (*(urlsplit(each).hostname or "" for each in urls), *settings.server.known_hosts)

    def way_in_url(self, token: str) -> str:
        """Returns a one-time link into the console."""
        return f"{self.console_url}/console/way-in/{token}"

    def alert_keys(self, source: str) -> Sequence[str]:
        """Returns the secrets that a source of alerts may bring; the first is given out."""
        given = self.settings.alerts.sources[source].key
        if given is not None:
            return [given.get_secret_value()]
        return self.keyring.derive_all(f"alerts {source}")

    def alert_url(self, source: str) -> str:
        """Returns where a source brings its alerts, with its secret."""
        return f"{self.settings.public_url}/alerts/{source}?key={self.alert_keys(source)[0]}"


def load(environ: Mapping[str, str] | None = None, *, strict: bool = False) -> Deployment:
    """Returns the deployment in `GATEWAY_HOME` or the working directory.

    A deployment without a master key in its configuration is in development: a key is made and kept
    in the data folder, and a channel to a local stand-in needs no credentials. So is one on whose
    data `gateway run` works: what a command publishes there goes by the same rules. With `strict`
    that holds only under `gateway run`; GATEWAY_DEVELOPMENT is refused where citizens are served.
    Raises SettingsInvalid with every fault, and Refused.
    """
    environ = os.environ if environ is None else environ
    home = find_home(environ)
    development = bool(environ.get(DEVELOPMENT))
    settings = load_settings(home, environ, development=development or not strict)
    if development and strict:
        refuse_development(settings)
    key = settings.master_key.get_secret_value() if settings.master_key else None
    runs_here = port_of_running(settings.data_folder) is not None
    keyring, _ = load_or_create(key, settings.data_folder)
    if not private_files.is_shared(settings.data_folder, home):
        private_files.keep_folder(settings.data_folder)
    return Deployment(
        settings=settings,
        handlers=load_handlers(home, settings.menus_folder),
        datasets=load_datasets(home, settings.menus_folder),
        tables=load_tables(home, settings.menus_folder),
        forms=load_forms(home, settings.menus_folder),
        keyring=keyring,
        development=development or key is None or (not strict and runs_here),
        secret=secrets_of(environ),
    )


def stays_here(channel: ChannelSettings) -> bool:
    """Returns whether what a channel sends goes to this machine alone."""
    return PROVIDERS[channel.provider].stays_here or is_loopback(channel.api_url or "")


def refuse_console_in_the_clear(deployment: Deployment) -> None:
    """Raises Refused for a console whose passwords and sessions would cross a network in the clear.

    Without TLS it may listen on this machine's own address alone, under its own name.
    """
    if not deployment.has_console or deployment.development:
        return
    url, settings = deployment.console_url, deployment.settings
    host, port = settings.console.address or (settings.server.host, settings.server.port)
    stays = is_loopback(url) and is_loopback(url_at(host, port))
    if not url.startswith("https:") and not stays:
        raise Refused(
            f"The console would be opened at {url}, where passwords pass in the clear. Put it "
            "behind TLS, and write its address into console.url: https://…"
        )


def refuse_development(settings: Settings) -> None:
    """Raises Refused when citizens are served: everybody could dial and read SMS on the phone.

    A database of several machines, or a channel that sends to its provider, is taken for that.
    """
    signs = [
        f"channel '{name}' sends to its provider"
        for name, channel in settings.channels.items()
        if not stays_here(channel)
    ]
    if settings.database_url.startswith("postgresql"):
        signs.insert(0, "the database is PostgreSQL")
    if signs:
        raise Refused(
            f"{DEVELOPMENT} is set, and {', '.join(signs)}. Unset it here: it opens /phone to "
            "everybody. For development there is `gateway run`."
        )
