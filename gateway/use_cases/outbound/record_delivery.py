"""Apply one delivery report, in any order and any number of times."""

from __future__ import annotations

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

    def __call__(self, channel: Channel, report: DeliveryReport) -> bool:
        """Returns whether the report changed the status of an MT.

        A word we do not know changes nothing and is counted, so that someone looks at it. So is
        what closes an MT.
        """
        if report.status is None:
            self.counters.add("delivery_words_unknown", channel=channel.name)
        changed = self.outbox.record_report(channel.name, report, self.clock.now())
        if changed and report.status in FINAL:
            self.counters.add("sms_ended", channel=channel.name, status=report.status.value)
        return changed
