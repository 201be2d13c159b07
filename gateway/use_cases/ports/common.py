"""The ports that every use case may need: time, releases, keys, limits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from gateway.domain.menu.release import Release
from gateway.domain.retention.what_is_removed import ARRIVALS_COUNTED
from gateway.domain.telecom.identity import Identity

#: By how many seconds a machine's clock may be apart from the others' before nothing expires by it.
MOST_SKEW = 30.0


#: By how much the clocks of two nodes may be apart at most, when both share the database's time.
#: What one has stored a moment ago is due for the other, at once.
APART = timedelta(seconds=0.5)


class Clock(Protocol):
    """Time, so that tests need none."""

    def now(self) -> datetime:
        """Returns the time, aware, in UTC."""

    def monotonic(self) -> float:
        """Returns seconds that never go back."""

    def sleep(self, seconds: float) -> None:
        """Waits. A web request never does: workers only, and what hands screens over."""

    def skew(self) -> float:
        """Returns by how many seconds the machine's clock is ahead of the time that nodes share."""


class Releases(Protocol):
    """The menus that can be served."""

    def current(self) -> Release:
        """Returns the release new sessions begin on."""

    def find(self, release_id: str) -> Release | None:
        """Returns a release that a session began on, while it is still known."""

    def close(self) -> None:
        """Stops looking for newer ones."""


class Keyring(Protocol):
    """The secrets of the deployment."""

    def index(self, purpose: str, text: str) -> bytes:
        """Returns a keyed hash (16 bytes) by which a value is found without storing it."""

    def index_of(self, subscriber: Identity) -> bytes:
        """Returns the keyed hash by which a subscriber is found; a token's is that of its scope."""


ARRIVALS_SECONDS = ARRIVALS_COUNTED.total_seconds()


class RateCounter(Protocol):
    """How often subscribers and channels were heard of late. Never raises."""

    def count(
        self, channel: str, surface: str, subscriber: bytes, seconds: float
    ) -> tuple[int, int]:
        """Counts one arrival; returns the subscriber's and the channel's count in the window.

        `subscriber` comes from the keyring. Both counts are 0 when nothing can be counted.
        """


class LeaderLock(Protocol):
    """A row in the database that one ticker holds at a time."""

    def hold(self, name: str, seconds: float) -> AbstractContextManager[Callable[[], bool]]:
        """Yields what says whether this process holds the lock, and renews it.

        It lapses `seconds` after it was taken or asked for last.
        """
