"""Count SMS that are old enough, for the statistics: what the ticker does."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.analytics.sms_looks import SmsLook
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.analytics.sums import SmsSums

#: For so long at most in one go: what else the ticker does has its turn in between.
SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSms:
    """The use case, with the ports it needs. Raises StoreUnavailable."""

    sums: SmsSums
    clock: Clock

    def __call__(self) -> None:
        """Counts for two seconds at most; the next tick goes on."""
        until = self.clock.monotonic() + SECONDS
        for look in SmsLook:
            while self.clock.monotonic() < until and self.sums.add(look, self.clock.now()):
                pass
