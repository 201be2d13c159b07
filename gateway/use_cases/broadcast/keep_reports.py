"""Keep the reports of broadcasts, before retention removes the SMS that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gateway.use_cases.broadcast.read_broadcasts import ReadBroadcasts
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.sms.broadcasts import Broadcasts

#: Nearly all delivery reports have come by then, and no SMS is removed before it is a week old.
KEPT_AFTER = timedelta(days=5)
#: Broadcasts of one step: the ticker has other things to do.
AT_ONCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepReports:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    broadcasts: Broadcasts
    read: ReadBroadcasts
    clock: Clock

    def __call__(self) -> bool:
        """Keeps some; returns whether there may be more. Raises StoreUnavailable."""
        due = self.broadcasts.without_report(self.clock.now() - KEPT_AFTER, AT_ONCE)
        for id in due:
            found = self.broadcasts.find(id)
            if found is not None:
                self.broadcasts.keep_report(id, self.read.came_of(found).parts)
        return len(due) == AT_ONCE
