"""What the gateway knows of a provider before it speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.lines import HoldLines

if TYPE_CHECKING:
    from gateway.adapters.providers.shared.standin import Standin
    from gateway.use_cases.ports import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPreset:
    """A preset as it is listed: what it speaks, where that is known from, and how sure it is.

    `begin` is what to ask the provider for; `own` tells one of the deployment's.
    """

    name: str
    provider: str
    about: str
    speaks: Sequence[str]
    countries: Sequence[str]
    confidence: str
    sources: Sequence[str]
    unsure: Sequence[str]
    begin: Sequence[str]
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLine:
    """What a first line through a provider takes: where it serves, and what to sign and to paste.

    `countries` are those that it is for (ISO 3166); none where it is for most. `page` is its page
    in docs/, with a heading after `#` where it has one.
    """

    called: str
    countries: Sequence[str]
    speaks: Sequence[str]
    begin: Sequence[str]
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RanCase:
    """What came of one case of a preset: what was read of it, and what is otherwise than it says.

    `file` and `line` are where it stands; `refused` tells one whose request is to be refused.
    """

    preset: str
    file: str
    line: int
    label: str
    refused: bool
    read: Sequence[object] = field(repr=False)
    wrong: Sequence[str] = field(default=(), repr=False)


def no_cases(_home: Path, _preset: str, _file: Path | None) -> Sequence[RanCase]:
    """Returns the cases of a provider that is spoken to in one way alone."""
    return ()


def no_presets(_home: Path) -> Sequence[ListedPreset]:
    """Returns the presets of a provider that is spoken to in one way alone."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKind:
    """One provider: what its channels are configured with, and what speaks to it.

    `build` takes the channel's name, an instance of `settings`, and the secrets of its webhooks;
    `routes` are the webhooks it has, with their HTTP methods. `load_standin` loads what plays it on
    this machine, and Flask with it.

    A provider that `signs` its webhooks needs no secret in their URLs; one that `stays_here` sends
    nothing to any network. `hold_lines` keeps what has to be connected all the time, and `lines_up`
    tells how many lines of a channel are, by its name and settings. `presets`
    lists the ways it may be spoken to: those that come along, and those in a deployment's folder;
    `run_cases` runs the cases of one, of its own file or of another, and raises FilesInvalid and
    Refused. `first_line` says what to sign and to paste, where no preset does.
    """

    settings: type[ChannelSettings]
    build: Callable[[str, Any, Sequence[str]], Provider]
    routes: Mapping[str, Sequence[str]]
    load_standin: Callable[[], Standin[Any]]
    signs: bool = False
    stays_here: bool = False
    hold_lines: HoldLines | None = None
    lines_up: Callable[[str, Any], int] | None = None
    presets: Callable[[Path], Sequence[ListedPreset]] = no_presets
    run_cases: Callable[[Path, str, Path | None], Sequence[RanCase]] = no_cases
    first_line: FirstLine | None = None

    def routes_of(self, settings: ChannelSettings) -> Mapping[str, Sequence[str]]:
        """Returns the webhooks of one channel, with their HTTP methods."""
        return self.routes if settings.own_routes is None else settings.own_routes

    def signs_for(self, settings: ChannelSettings) -> bool:
        """Returns whether the webhooks of one channel are signed, and need no secret in URLs."""
        return self.signs or settings.signed
