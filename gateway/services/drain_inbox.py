"""Route all MOs that wait, oldest first."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from gateway.services.ports import Clock, Inbox
from gateway.services.route_sms import RouteSms

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainInbox:
    """The use case, with the ports it needs."""

    inbox: Inbox
    route_sms: RouteSms
    clock: Clock

    def __call__(self) -> int:
        """Returns how many MOs were routed; one that cannot be is put off, not in the way."""
        routed = 0
        while ids := self.inbox.waiting(self.clock.now(), BATCH):
            before = routed
            for inbound_id in ids:
                routed += self._route(inbound_id)
            if routed == before:
                break
        return routed

    def _route(self, inbound_id: int) -> bool:
        try:
            return self.route_sms(inbound_id)
        except Exception as error:
            # Whatever went wrong with this MO, the next one shall not wait for it. The type alone
            # is logged: the words of an exception may quote what a citizen wrote.
            log.error("Could not route MO %s: %s", inbound_id, type(error).__name__)
            self.inbox.put_off(inbound_id, self.clock.now(), type(error).__name__)
            return False
