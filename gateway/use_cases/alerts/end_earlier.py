"""End the alerts that a later one replaces, and find who was told and hears nothing newer."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.alerts.taken import AlertState, TakenAlert
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import State
from gateway.use_cases.broadcast.direct_broadcast import DirectBroadcast
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.sms.alerts import Alerts

log = logging.getLogger(__name__)

#: How many alerts one is followed back. A source that writes each hour comes to four days.
MOST_BEFORE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEarlier:
    """The use case, with the ports it needs. Its methods raise StoreUnavailable.

    Sources refer to the last of their alerts alone, or to all before it. So it is followed from
    one to the one before: whom an update was drafted for, and never reached, got the first alert.
    """

    alerts: Alerts
    direct_broadcast: DirectBroadcast
    clock: Clock

    def take_back(self, later: TakenAlert, by: str) -> None:
        """Takes back what has not left of the alerts that a later one updates or cancels.

        Of these, what tells a district that a warning is over goes on, unless the later one is
        for that district.
        """
        anew = _districts_of(later)
        for earlier in self._before(later):
            self.alerts.move(earlier.id, AlertState.OVER)
            for place, id in sorted(earlier.drafts.items()):
                if _is_warning(earlier, place) or anew & self._districts(id):
                    self.direct_broadcast.supersede(id, by, f"alert {later.id}")

    def left_out(self, later: TakenAlert) -> Sequence[Broadcast]:
        """Returns what somebody may have got of the earlier ones, and for which districts.

        Only districts that are told nothing newer stand in it, and only what has not expired.
        """
        now = self.clock.now()
        told = _districts_of(later)
        for place, id in later.drafts.items():
            if _is_warning(later, place):  # a person may have placed it
                told |= self._districts(id)
        left: list[Broadcast] = []
        for earlier in self._before(later):
            newer = set(told)
            for place, id in sorted(earlier.drafts.items()):
                broadcast = self._found(id)
                districts = broadcast.audience.districts
                if _is_warning(earlier, place):
                    open = tuple(each for each in districts if each not in told)
                    if broadcast.filled and open and not broadcast.has_expired(now):
                        left.append(_for_districts(broadcast, open))
                    if broadcast.filled:
                        newer.update(districts)
                elif broadcast.state is not State.CANCELLED:
                    newer.update(districts)
            told = newer
        return left

    def _before(self, later: TakenAlert) -> Iterator[TakenAlert]:
        """Returns each alert before one, the newer ones first, and no alert twice."""
        known, names = {later.id}, list(later.references)
        while names and len(known) <= MOST_BEFORE:
            found: list[TakenAlert] = []
            for name in names:
                earlier = self.alerts.named(later.source, name)
                if earlier is None:
                    log.warning(
                        "Alert %d refers to one that was not taken: %s", later.id, name.identifier
                    )
                elif earlier.id not in known:
                    known.add(earlier.id)
                    found.append(earlier)
            found.sort(key=lambda each: each.id, reverse=True)
            yield from found
            names = [name for each in found for name in each.references]

    def _found(self, id: int) -> Broadcast:
        return self.direct_broadcast.acting.found(id)

    def _districts(self, id: int) -> set[str]:
        return set(self._found(id).audience.districts)


def _districts_of(alert: TakenAlert) -> set[str]:
    """Returns the districts that an alert itself is for, drafted or not."""
    return {each for warning in alert.reading.warnings for each in warning.districts}


def _is_warning(alert: TakenAlert, place: int) -> bool:
    """Returns whether the draft of a place warns; those behind say that a warning is over."""
    return place < len(alert.reading.warnings)


def _for_districts(broadcast: Broadcast, districts: tuple[str, ...]) -> Broadcast:
    return replace(broadcast, audience=replace(broadcast.audience, districts=districts))
