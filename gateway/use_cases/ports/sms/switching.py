"""The ports of choosing channels: how each stands, for all workers together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from gateway.domain.outbound.channel_state import ChannelState
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports.institutions import AuditEntry

#: Says of a channel how it shall stand, from how it stands.
Decide = Callable[[ChannelState], ChannelState]
#: Says what is recorded of a change, from how the channel stood and stands; None for nothing.
Told = Callable[[ChannelState, ChannelState], AuditEntry | None]


class ChannelStates(Protocol):
    """How channels stand. All methods raise StoreUnavailable."""

    def all(self) -> Mapping[str, ChannelState]:
        """Returns those of which something is known; all others are open."""

    def change(self, name: str, decide: Decide, told: Told) -> tuple[ChannelState, ChannelState]:
        """Changes how a channel stands; returns how it stood, and stands.

        Nobody else changes it meanwhile. What is recorded is stored in the same transaction.
        """


class NetworksSeen(Protocol):
    """On which network subscribers were last. All methods raise StoreUnavailable."""

    def of(self, subscribers: Sequence[Identity]) -> Mapping[Identity, str]:
        """Returns the network codes (MCC and MNC) of those of whom one is known."""
