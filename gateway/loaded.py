"""A deployment as it is loaded: settings, keys, handlers, datasets, menus and addresses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters import menu_files
from gateway.adapters.keyring import Keyring, load_or_create
from gateway.adapters.providers.base import ChannelSettings
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.twilio import Settings as TwilioSettings
from gateway.deployment import find_home, load_datasets, load_handlers
from gateway.domain.dataset import Dataset
from gateway.domain.errors import Refused
from gateway.domain.menu import Release
from gateway.services.ports import Handler
from gateway.settings import Settings
from gateway.settings import load as load_settings

#: Set by `gateway run` for the processes it starts.
DEVELOPMENT = "GATEWAY_DEVELOPMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Everything a process needs to know before it opens its first connection."""

    home: Path
    settings: Settings
    handlers: Mapping[str, Handler]
    datasets: Mapping[str, Dataset]
    keyring: Keyring
    key_from_file: bool
    development: bool

    @property
    def channels(self) -> Mapping[str, ChannelSettings]:
        """Returns the settings of the channels by name."""
        return self.settings.channels

    @property
    def menus_folder(self) -> Path:
        """Returns the folder of the menu files."""
        return self.home / self.settings.menus_folder

    @property
    def data_folder(self) -> Path:
        """Returns the folder of the embedded stores and the generated key."""
        return self.home / self.settings.data_folder

    @property
    def database_url(self) -> str:
        """Returns the database's URL; without one in the settings, SQLite in the data folder."""
        return self.settings.database_url or f"sqlite:///{self.data_folder / 'gateway.db'}"

    @property
    def redis_url(self) -> str:
        """Returns the URL of Redis; raises Refused when there is none."""
        if self.settings.redis_url:
            return self.settings.redis_url
        raise Refused("No Redis. Set GATEWAY_REDIS_URL, or start everything with `gateway run`.")

    @property
    def public_url(self) -> str:
        """Returns the address of this gateway as providers see it."""
        server = self.settings.server
        return (self.settings.public_url or f"http://127.0.0.1:{server.port}").rstrip("/")

    def load_release(self) -> Release:
        """Returns the menu; raises MenuInvalid with every fault."""
        channels = [settings.to_channel(name) for name, settings in self.channels.items()]
        return menu_files.load(self.menus_folder, self.handlers, channels)

    def webhook_key(self, channel: str) -> str:
        """Returns the secret in a channel's webhook URLs."""
        given = self.channels[channel].webhook_key
        if given is not None:
            return given.get_secret_value()
        return self.keyring.derive(f"webhook {channel}")

    def webhook_urls(self, channel: str) -> Mapping[str, str]:
        """Returns a channel's webhook URLs by route; the secret is in them, save for Twilio's."""
        kind = PROVIDERS[self.channels[channel].provider]
        signs = isinstance(self.channels[channel], TwilioSettings)
        query = "" if signs else f"?key={self.webhook_key(channel)}"
        return {route: f"{self.public_url}/{route}/{channel}{query}" for route in kind.routes}


def load(environ: Mapping[str, str] | None = None, *, development: bool = False) -> Deployment:
    """Returns the deployment in `GATEWAY_HOME` or the working directory.

    In development a channel to a local stand-in needs no credentials, and the master key is made
    when there is none. Raises SettingsInvalid with every fault, and Refused.
    """
    environ = os.environ if environ is None else environ
    development = development or bool(environ.get(DEVELOPMENT))
    home = find_home(environ)
    settings = load_settings(home, environ, development=development)
    key = settings.master_key.get_secret_value() if settings.master_key else None
    folder = home / settings.data_folder
    keyring, _ = load_or_create(key, folder)
    return Deployment(
        home=home,
        settings=settings,
        handlers=load_handlers(home),
        datasets=load_datasets(home),
        keyring=keyring,
        key_from_file=key is None,
        development=development,
    )
