"""Keep an opt-out that the provider tells us of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.sms import ProviderOptOut
from gateway.use_cases.ports import Clock, ConsentChange, Consents


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptOut:
    """The use case, with the ports it needs."""

    consents: Consents
    clock: Clock

    def __call__(
        self, channel: Channel, opt_out: ProviderOptOut, at: datetime | None = None
    ) -> None:
        """Records that the subscriber wants nothing unasked any more, since then or now."""
        change = ConsentChange(
            subscriber=opt_out.subscriber,
            topic=EVERYTHING,
            state=ConsentState.OPTED_OUT,
            source=f"{channel.provider} opt-out",
            channel=channel.name,
        )
        self.consents.change([change], at or self.clock.now())
