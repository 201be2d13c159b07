"""Take note that the network has ended a USSD session. Used when it comes, never relied on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import UssdEnd
from gateway.use_cases.ports import Clock, Counters, DroppedSessions, Keyring
from gateway.use_cases.ussd.dialogue import session_key

#: A status is a word of the provider's. What is none, such as a number, is not shown to anybody.
_WORD = re.compile(r"[a-z][a-z_ -]{0,19}", re.ASCII)

#: Most callers whose line drops dial again at once; who does is not told of the drop.
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """The use case, with the ports it needs.

    The session itself is left to expire: a turn that is still on its way may overtake the notice,
    and must get the stored reply. A session that was not at its end counts as dropped earlier than
    the clock alone would say.
    """

    drops: DroppedSessions
    keyring: Keyring
    clock: Clock
    counters: Counters

    def __call__(self, channel: Channel, end: UssdEnd) -> None:
        """Counts how the session ended."""
        status = end.status.lower()
        known = status if _WORD.fullmatch(status) else "other"
        self.counters.add("ussd_ended", channel=channel.name, status=known)
        key = session_key(self.keyring, channel, end)
        subscriber = self.keyring.index_of(end.subscriber)
        try:
            self.drops.hasten(key, subscriber, self.clock.now() + GRACE)
        except StoreUnavailable:
            return  # the clock says it, too
