"""When SMS are counted: as they come, and again when it has shown what became of them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from gateway.domain.analytics.spans import Span


class SmsLook(enum.StrEnum):
    """What is looked at, and when. Each SMS is counted once at each of its looks.

    `CAME` and `ROUTED` are of MOs: that one came, and whether it was understood. The others are of
    MTs: that one was accepted, how it stood after a quarter of an hour, and after a day. So the
    deliveries of one week and of another are counted by the same measure.
    """

    CAME = "came"
    ROUTED = "routed"
    ACCEPTED = "accepted"
    QUARTER = "quarter"
    DAY = "day"

    @property
    def after(self) -> timedelta:
        """Returns how old an SMS is when it is counted."""
        match self:
            case SmsLook.CAME | SmsLook.ACCEPTED:
                return timedelta(minutes=1)
            case SmsLook.ROUTED | SmsLook.QUARTER:
                return timedelta(minutes=15)
            case SmsLook.DAY:
                return timedelta(days=1)
            case _:
                assert_never(self)

    @property
    def is_of_mos(self) -> bool:
        """Returns whether it is one of what came in."""
        return self in (SmsLook.CAME, SmsLook.ROUTED)

    @property
    def tells_status(self) -> bool:
        """Returns whether it says how an SMS stood, and not only that it was there."""
        return self not in (SmsLook.CAME, SmsLook.ACCEPTED)

    @property
    def spans(self) -> Sequence[Span]:
        """Returns the stretches of time that it is summed by."""
        return (Span.DAY,) if self is SmsLook.DAY else (Span.HOUR, Span.DAY)
