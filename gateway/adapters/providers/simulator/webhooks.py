"""The development phone: speaks to the gateway like an aggregator, and keeps what it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.adapters.providers.shared.joined_text_ussd import AfricasTalkingShaped
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.telecom.ussd import UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.simulator.standin import SimulatorStandin


class Simulator(AfricasTalkingShaped):
    """The phone in the browser and on the command line.

    It has no reports and no opt-outs: it reads its SMS from the outbox, and texts STOP.
    """

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "ussd-end": ("POST",),
        "sms": ("POST",),
    }

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn; its `language` may be chosen on the phone. Raises Malformed."""
        return replace(super().parse_ussd(request), language=request.form().get("language", ""))

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Returns at once: the phone shows what stands in the outbox."""
        return Accepted(provider_ref=f"sim-{sms.id}")


def load_standin() -> SimulatorStandin:
    """Returns what plays the phone's network on this machine."""
    from gateway.adapters.providers.simulator.standin import SimulatorStandin

    return SimulatorStandin()
