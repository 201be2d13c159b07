"""Take note that the network has ended a USSD session. Used when it comes, never relied on."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.channel import Channel
from gateway.domain.ussd import UssdEnd
from gateway.services.ports import Counters


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUssd:
    """The use case, with the ports it needs.

    The session itself is left to expire: a turn that is still on its way may overtake the notice,
    and must get the stored reply.
    """

    counters: Counters

    def __call__(self, channel: Channel, end: UssdEnd) -> None:
        """Counts how the session ended."""
        self.counters.add("ussd_ended", channel=channel.name, status=end.status.lower()[:20])
