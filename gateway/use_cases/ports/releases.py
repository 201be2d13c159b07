"""The port of published menus: what was published, when it goes live, and what it held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.menu.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """A release that shall be served from `live_at` on."""

    release_id: str
    live_at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A release that was, is or will be served; `withdrawn` ones never went live."""

    id: int
    release_id: str
    live_at: datetime
    published_at: datetime
    by: str
    note: str
    withdrawn: bool


class ReleaseStore(Protocol):
    """Published menus. Raises StoreUnavailable."""

    def current(self, now: datetime) -> str:
        """Returns the id of the release to serve; empty when nothing has gone live yet."""

    def load(self, release_id: str) -> Release | None:
        """Returns a release, ready to serve; None when it was never kept."""

    def sources(self, release_id: str) -> Mapping[str, str] | None:
        """Returns the menu files of a release, by name; None when it was never kept."""

    def keep(self, release: Release, sources: Mapping[str, str], now: datetime) -> None:
        """Keeps a release and its shortcuts for good; the same release again changes nothing.

        Raises Refused when a shortcut was given to another service meanwhile.
        """

    def hold(self, release: Release, sources: Mapping[str, str], now: datetime) -> None:
        """Keeps a release that is served and not published, for the sessions that begin on it."""

    def publish(self, new: NewPublication, now: datetime) -> int:
        """Makes a release that is kept go live; returns the number of the publication."""

    def withdraw_scheduled(self, now: datetime) -> Sequence[Publication]:
        """Takes back what has not gone live yet, and returns it."""

    def history(self, limit: int) -> Sequence[Publication]:
        """Returns publications, the one that goes live last first."""

    def shortcuts(self) -> Mapping[str, str]:
        """Returns every shortcut that was ever published, with its service."""
