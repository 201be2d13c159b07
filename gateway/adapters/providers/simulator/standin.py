"""Plays the network of the development phone. Nothing is sent to it: MTs stay in the outbox."""

from __future__ import annotations

import secrets

from gateway.adapters.providers.shared.joined_text_standin import JoinedTextStandin, joined_turn
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.providers.simulator.settings import Settings
from gateway.domain.telecom.ussd import UssdTurn


class SimulatorStandin(JoinedTextStandin[Settings]):
    """The development phone's network."""

    def turn(self, settings: Settings, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn, with the language that was chosen on the phone."""
        return joined_turn(url, turn, **({"language": turn.language} if turn.language else {}))

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return f"sim-{secrets.token_hex(8)}"
