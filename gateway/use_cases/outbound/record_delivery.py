"""Apply delivery reports, in any order and any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import FINAL, DeliveryReport
from gateway.use_cases.ports import Clock, Counters, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery:
    """The use case, with the ports it needs."""

    outbox: Outbox
    counters: Counters
    clock: Clock

    def __call__(self, told: Sequence[tuple[Channel, DeliveryReport]]) -> Sequence[bool]:
        """Returns of each report whether it changed the status of an MT.

        They are stored in one transaction: all, or none. A word we do not know changes nothing and
        is counted, so that someone looks at it. So is what closes an MT.
        """
        by_name = [(channel.name, report) for channel, report in told]
        changes = self.outbox.record_reports(by_name, self.clock.now())
        for (channel, report), changed in zip(by_name, changes, strict=True):
            if report.status is None:
                self.counters.add("delivery_words_unknown", channel=channel)
            elif changed and report.status in FINAL:
                self.counters.add("sms_ended", channel=channel, status=report.status.value)
        return changes
