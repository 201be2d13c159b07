"""The configuration file with the environment put into it, before it is checked against shapes."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path as FilePath
from types import NoneType
from typing import Annotated, Any, assert_never, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import STANDIN, ChannelSettings
from gateway.adapters.system.known_hosts import is_known_host
from gateway.adapters.yaml.documents import Document, Tree
from gateway.adapters.yaml.validate import part_of, validate
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.source_location import Path, Place, Spot

#: Variables that win over the file, so that a container needs no file of its own.
OVERRIDES: Mapping[str, Path] = {
    "GATEWAY_DATABASE_URL": ("database_url",),
    "GATEWAY_REDIS_URL": ("redis_url",),
    "GATEWAY_PUBLIC_URL": ("public_url",),
    "GATEWAY_KEY": ("master_key",),
    "GATEWAY_HOST": ("server", "host"),
    "GATEWAY_PORT": ("server", "port"),
    "GATEWAY_METRICS": ("server", "metrics"),
    "GATEWAY_DATA": ("data_folder",),
}

#: Sends the SMS of every channel somewhere else: to a stand-in, for a trial of the whole.
API_URL = "GATEWAY_API_URL"

#: Addresses that may carry a password; they may be a variable, and must be when they do.
_URLS = (("database_url",), ("redis_url",))

#: What a secret is in development, where nothing outside this machine is spoken to.
DEVELOPMENT_SECRET = "development"  # noqa: S105 - not a secret: everybody may know it

#: Stands for a secret whose fault is told, and has the form of any, so that nothing is told twice.
_TOLD = "told already" * 3

_NAME = re.compile(r"\$[A-Z][A-Z0-9_]*", re.ASCII)


class _Absent(enum.Enum):
    """What becomes of a secret that is not set."""

    REFUSE = enum.auto()
    LEAVE_OUT = enum.auto()
    REPLACE = enum.auto()


class SettingsTree:
    """The values of the file, changed step by step; gathers faults on the way."""

    def __init__(
        self,
        document: Document,
        environ: Mapping[str, str],
        secrets_folder: FilePath,
        development: bool,
        secrets_needed: bool,
        home: FilePath,
    ) -> None:
        self._read = document
        self._home = home
        self._environ = environ
        self._secrets_folder = secrets_folder
        self._development = development
        self._secrets_needed = secrets_needed
        self._spots = dict(document.spots)
        self._from_environment: set[Path] = set()
        self.faults: list[Fault] = list(document.faults)
        self.values: dict[str, Tree] = {}
        if isinstance(document.tree, dict):
            self.values = deepcopy(document.tree)
        else:
            self._note((), "S003", "Expected a map of settings here.")

    def document(self) -> Document:
        """Returns the document with the places of what came from the environment."""
        return Document(
            file=self._read.file, prefix=self._read.prefix, tree=self.values, spots=self._spots
        )

    def override_from_environment(self) -> None:
        """Puts the variables of `OVERRIDES` over what the file says."""
        for name, path in OVERRIDES.items():
            value = self._environ.get(name)
            if not value:
                continue
            if self._is_literal_secret(path):
                self._refuse_literal(path)  # it wins, and yet the file must not hold one
            if len(path) > 1:
                self.values.setdefault(path[0], {})
            self._put(path, name, value)
        if url := self._environ.get(API_URL):
            for path in self._paths_of_api_urls():
                self._put(path, API_URL, url)

    def resolve(self, model: type[BaseModel]) -> None:
        """Looks up `$NAME` where a value is a secret, or an address that may carry one."""
        needed = self._secrets_needed and not self._development
        absent = _Absent.REFUSE if needed else _Absent.LEAVE_OUT
        if needed and "master_key" not in self.values:
            sentence = "There is no master key: set GATEWAY_KEY to `openssl rand -base64 32`."
            self.faults.append(self._read.at(()).key.fault("S021", sentence))
        # Channels are looked up one by one, each by the shape of its provider.
        own = {name: value for name, value in self.values.items() if name != "channels"}
        for path, _ in secrets_in(model, own):
            self._resolve_secret(path, absent)
        absent = _Absent.REFUSE if self._secrets_needed else _Absent.LEAVE_OUT
        for path in _URLS:
            value = part_of(self.values, path)
            if isinstance(value, str) and value.startswith("$"):
                self._resolve_secret(path, absent)
            elif path not in self._from_environment and self._is_literal_secret(path):
                self._refuse_literal(path)

    def channels(self) -> dict[str, ChannelSettings]:
        """Returns the channels that are right, each checked against its provider's shape."""
        written = self.values.get("channels", "")
        found = {}
        for name in written if isinstance(written, dict) else ():
            channel = self._channel(name)
            if channel is not None:
                found[name] = channel
        return found

    def _channel(self, name: str) -> ChannelSettings | None:
        path = ("channels", name)
        values = part_of(self.values, path)
        if not isinstance(values, dict):
            self._note(path, "S003", "Expected a map of keys and values here.")
            return None
        provider = values.get("provider", "")
        if not isinstance(provider, str) or provider not in PROVIDERS:
            proposal = did_you_mean(str(provider), PROVIDERS)
            sentence = f"`provider` is one of {', '.join(PROVIDERS)}.{proposal}"
            self._note((*path, "provider"), "S022", sentence)
            return None
        model = PROVIDERS[provider].settings
        api_url = values.get("api_url", "")
        if api_url == STANDIN and self._secrets_needed and not self._development:
            sentence = (
                "The stand-in plays a provider under `gateway run` alone. "
                "Leave api_url out to reach the provider itself."
            )
            self._note((*path, "api_url"), "S024", sentence)
        here = self._development and (api_url == STANDIN or is_loopback(api_url))
        for secret, may_be_left_out in list(secrets_in(model, values)):
            absent = _Absent.LEAVE_OUT if may_be_left_out else _Absent.REPLACE
            needed = self._secrets_needed and not here
            self._resolve_secret((*path, *secret), _Absent.REFUSE if needed else absent)
        try:
            # A model may rest on files of its own: what is wrong there is raised in the same way.
            return validate(model, self.document(), path, context={"home": self._home})
        except FilesInvalid as invalid:
            self.faults += invalid.faults
            return None

    def _resolve_secret(self, path: Path, absent: _Absent) -> None:
        if path in self._from_environment:
            return
        written = str(part_of(self.values, path))
        if not _NAME.fullmatch(written):
            self._refuse_literal(path)
            return
        found = self._look_up(written[1:])
        if found is not None:
            self._parent(path)[path[-1]] = found or DEVELOPMENT_SECRET
            return
        match absent:
            case _Absent.REPLACE:
                self._parent(path)[path[-1]] = DEVELOPMENT_SECRET
            case _Absent.LEAVE_OUT:
                del self._parent(path)[path[-1]]
            case _Absent.REFUSE:
                where = f"neither the environment nor {self._secrets_folder / written[1:]} holds it"
                self._note(path, "S021", f"{written[1:]} is not set: {where}.")
                self._settle(path)
            case _:
                assert_never(absent)

    def _put(self, path: Path, name: str, value: str) -> None:
        self._parent(path)[path[-1]] = value
        place = Place(f"${name}")
        self._spots[path] = Spot(place, place)
        self._from_environment.add(path)

    def _paths_of_api_urls(self) -> Iterator[Path]:
        channels = self.values.get("channels")
        for name, values in channels.items() if isinstance(channels, dict) else ():
            kind = PROVIDERS.get(str(values.get("provider"))) if isinstance(values, dict) else None
            if kind is not None and not kind.stays_here:
                yield ("channels", name, "api_url")

    def _look_up(self, name: str) -> str | None:
        return look_up(name, self._environ, self._secrets_folder)

    def _is_literal_secret(self, path: Path) -> bool:
        value = part_of(self.values, path)
        if path in _URLS:
            return _has_password(value)
        return path == ("master_key",) and bool(value) and not _NAME.fullmatch(str(value))

    def _refuse_literal(self, path: Path) -> None:
        name = "_".join(path[-2:]).upper().replace("-", "_")
        sentence = f"A secret does not belong in a file: put it in the environment, say ${name}."
        self._note(path, "S020", sentence)
        self._settle(path)

    def _settle(self, path: Path) -> None:
        parent = self._parent(path)
        if path in _URLS:
            del parent[path[-1]]
        else:
            parent[path[-1]] = _TOLD

    def _parent(self, path: Path) -> dict[str, Tree]:
        parent = part_of(self.values, path[:-1]) if len(path) > 1 else self.values
        return parent if isinstance(parent, dict) else {}

    def _note(self, path: Path, code: str, sentence: str) -> None:
        self.faults.append(self.document().at(path).offending.fault(code, sentence))


def look_up(name: str, environ: Mapping[str, str], secrets_folder: FilePath) -> str | None:
    """Returns a secret from the environment, or else from its file; None when neither holds it."""
    if value := environ.get(name):
        return value
    try:
        return (secrets_folder / name).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def secrets_in(annotation: Any, tree: Tree, path: Path = ()) -> Iterator[tuple[Path, bool]]:
    """Yields the paths at which a secret is written, and whether it may be left out."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from secrets_in(arguments[0], tree, path)
    elif annotation is SecretStr:
        if isinstance(tree, str):
            yield path, False
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if isinstance(tree, dict) and name in tree:
                yield from secrets_in(field.annotation, tree[name], (*path, name))
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        for name, value in tree.items() if isinstance(tree, dict) else ():
            yield from secrets_in(arguments[1], value, (*path, name))
    else:
        for member in arguments:
            found = secrets_in(member, tree, path)
            yield from ((at, optional or NoneType in arguments) for at, optional in found)


def _has_password(url: Tree) -> bool:
    try:
        return isinstance(url, str) and bool(urlsplit(url).password)
    except ValueError:
        return False  # no address at all, which its shape will say


def is_loopback(url: Tree) -> bool:
    """Returns whether an address is one of this machine's own, which nobody else can reach."""
    try:
        return is_known_host(urlsplit(str(url)).netloc.rpartition("@")[2])
    except ValueError:
        return False
