"""Mend what crashes left behind, and remind the workers of what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from gateway.services.ports import Clock, Jobs, Outbox, Swept, TurnLog

log = logging.getLogger(__name__)

#: Turns moved to the database in one go.
TURNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    outbox: Outbox
    turn_log: TurnLog
    jobs: Jobs
    clock: Clock

    def __call__(self) -> Swept:
        """Returns what was found. Every wake-up may be lost: here each is given again."""
        swept = self.outbox.sweep(self.clock.now())
        if swept.inbound_due:
            self.jobs.wake_inbound()
        for channel, lane in swept.due:
            self.jobs.wake_outbound(channel, lane)
        if swept.unknown:
            log.warning("%s MTs have an unknown outcome and are not sent again.", swept.unknown)
        while self.turn_log.drain(TURNS) == TURNS:
            pass
        return swept
