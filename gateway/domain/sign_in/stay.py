"""How long somebody stays in the console, and for how long a proof of who they are counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: How long a one-time link is good for.
LINK_LASTS = timedelta(hours=24)
#: A browser in which somebody has signed in is known so long: who comes once a quarter, too.
BROWSER_KNOWN = timedelta(days=100)
#: After so long who sits there is asked again, before what lays data open or goes live.
PROOF_LASTS = timedelta(minutes=5)
#: That somebody is still there is written down no more often.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """How long a session lasts without a click, and how long at most."""

    idle: timedelta
    most: timedelta

    def ends(self, begun: datetime, seen: datetime) -> datetime:
        """Returns when a session ends that was used last at `seen`.

        >>> stay = Stay(idle=timedelta(minutes=30), most=timedelta(hours=12))
        >>> ten = datetime(2026, 11, 30, 10)
        >>> str(stay.ends(ten, ten)), str(stay.ends(ten, datetime(2026, 11, 30, 21, 55)))
        ('2026-11-30 10:30:00', '2026-11-30 22:00:00')
        """
        return min(begun + self.most, seen + self.idle)
