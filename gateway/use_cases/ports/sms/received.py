"""The port of MOs as people look at them who help a citizen: when one came, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedSms:
    """An MO without its words: they were said to a service.

    `to` is the address that was texted. `waits` while no worker has read it; `outcome` is what
    reading it came to, or last failed of.
    """

    id: int
    channel: str
    to: str
    institution: str
    received_at: datetime
    waits: bool
    outcome: str


class Received(Protocol):
    """MOs of a subscriber. Raises StoreUnavailable."""

    def of(
        self, subscriber: Identity, institutions: frozenset[str] | None, limit: int
    ) -> Sequence[ReceivedSms]:
        """Returns the newest MOs of a subscriber, the newest first.

        Those of some institutions, or of all; one that waits is the deployment's own.
        """
