"""Plays the network of the development phone. No MT is sent to it: those stay in the outbox."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request

from gateway.adapters.providers.shared.faults import FaultKind
from gateway.adapters.providers.shared.joined_text.standin import JoinedTextStandin, joined_turn
from gateway.adapters.providers.shared.standin import Exchange
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.providers.simulator.settings import Settings
from gateway.domain.telecom.ussd import UssdReply, UssdTurn


class SimulatorStandin(JoinedTextStandin[Settings]):
    """The development phone's network."""

    def turn(self, settings: Settings, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn, with the language that was chosen on the phone."""
        others = {"language": turn.language} if turn.language else {}
        if turn.alone is not None:
            others["begins"] = "yes" if turn.alone.begins else "no"
            if turn.alone.turn_id:
                others["turnId"] = turn.alone.turn_id
        return joined_turn(url, turn, **others)

    def sends_newest(self, settings: Settings) -> bool:
        """Returns whether a turn holds the newest answer alone."""
        return settings.turns == "newest"

    def acknowledged(self, body: str) -> None:
        """Returns: any 2xx says that the turn was taken."""

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the route that takes screens."""
        routes = Blueprint("simulator", __name__)

        @routes.post("/phone/screens")
        def take_screen() -> Response:
            return _take_screen(exchange)

        return routes

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return f"sim-{secrets.token_hex(8)}"


#: What a screen is answered with by a fault that refuses it: body and status.
_REFUSALS = {
    FaultKind.THROTTLE: ("too fast", 429),
    FaultKind.REFUSE: ("no such session", 404),
    FaultKind.ERROR: ("out of order", 500),
}


def _take_screen(exchange: Exchange) -> Response:
    fault = exchange.next_fault()
    if fault and fault.kind in _REFUSALS:
        return Response(*_REFUSALS[fault.kind])
    screen = request.get_json()
    exchange.show(screen["session"], UssdReply(text=screen["text"], ends=screen["ends"]))
    return exchange.answered(Response("shown"), fault)
