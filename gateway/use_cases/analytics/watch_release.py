"""Watch what is live: how sessions have gone on since it is, from the sums of the overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gateway.domain.analytics.spans import Span
from gateway.domain.institutions.roles import Act
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.analytics.sums import Sums, Volume

#: The short stretches of time stay a little longer; then days say the same.
_SHORT = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How USSD went from `since` on; None of what fewer than some sessions tell."""

    since: datetime
    volume: Volume | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRelease:
    """The use case. It raises NotAllowed and StoreUnavailable."""

    sums: Sums
    authorise: Authorise
    fewest: int
    zone: tzinfo
    clock: Clock

    def __call__(self, live_at: datetime, *, by: str) -> Watched:
        """Returns how sessions went since a release is live, where `by` may read.

        It counts whole stretches of time: of the one in which the release went live, all of it.
        """
        whose = self.authorise.reach(by, Act.READ).institutions
        short = self.clock.now() - live_at < _SHORT
        span = Span.MINUTES if short else Span.DAY
        since = span.begins(live_at, self.zone)
        volume = Volume()
        for each in self.sums.volume(span, since, whose).values():
            volume = volume.plus(each)
        few = max(volume.begun, volume.entered) < self.fewest
        return Watched(since=since, volume=None if few else volume)
