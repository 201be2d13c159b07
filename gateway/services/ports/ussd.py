"""The ports of USSD: sessions and the statistics of turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.session import KeptTurn


@dataclass(frozen=True, slots=True)
class LoadedTurn:
    """What is stored for a session: the last turn, and `token`, its version for `save`.

    `language` is what the subscriber chose earlier; None when the store does not remember, empty
    when it remembers that nothing was chosen.
    """

    kept: KeptTurn | None
    token: bytes
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One turn as statistics see it: no number, no text, no answer."""

    at: datetime
    channel: str
    service: str
    screen: str
    event: str
    language: str
    milliseconds: int
    network_code: str = ""


class Sessions(Protocol):
    """USSD sessions. One round trip each; raises StoreUnavailable."""

    def load(self, key: bytes, subscriber: bytes) -> LoadedTurn:
        """Returns the stored turn and the remembered language. Both keys come from `Keyring`."""

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: KeptTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
    ) -> bool:
        """Stores the turn and appends its record; returns False when another turn was first.

        `token` is what `load` returned; the stored version must still be that one. `language` is
        a subscriber's key and language to keep at hand for `load`, in the same round trip.
        """

    def remember_language(self, subscriber: bytes, language: str) -> None:
        """Keeps the language at hand for `load`; empty for "nothing chosen"."""


class TurnLog(Protocol):
    """The statistics of turns on their way to the database."""

    def drain(self, limit: int) -> int:
        """Moves up to `limit` records to the database; returns how many."""
