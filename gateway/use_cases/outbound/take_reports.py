"""Take delivery reports, many at once: on this node's disk before their providers are answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.spool import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeReports:
    """The use case, with the ports it needs.

    `reports` is a file of their own, which `StoreReports` empties. `take` stores one at once: where
    the file cannot be written, and what tells of an opt-out, since no notice may overtake that.
    """

    reports: Spool
    take: Callable[[Channel, DeliveryReport], None]
    clock: Clock

    def __call__(
        self, told: Sequence[tuple[Channel, DeliveryReport]]
    ) -> Sequence[Exception | None]:
        """Returns what each has failed of; None when it is on the disk, or stored."""
        waits = [(channel.name, report) for channel, report in told if not report.opted_out]
        try:
            if waits:
                self.reports.keep_all(waits, self.clock.now())
        except StoreUnavailable:
            return [self._stored(channel, report) for channel, report in told]
        return [
            self._stored(channel, report) if report.opted_out else None for channel, report in told
        ]

    def _stored(self, channel: Channel, report: DeliveryReport) -> Exception | None:
        try:
            self.take(channel, report)
        except Exception as error:
            return error
        return None
