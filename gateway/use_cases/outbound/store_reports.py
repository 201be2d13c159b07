"""Move delivery reports from this node's disk to the database, many in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.ports.spool import Spool, Spooled

#: In one transaction: more would keep others waiting for SQLite's one writer.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReports:
    """The use case, with the ports it needs. `reports` is the file that `TakeReports` fills."""

    reports: Spool
    record_delivery: RecordDelivery
    channels: Mapping[str, Channel]

    def __call__(self) -> int:
        """Returns how many were stored; raises StoreUnavailable, and then the rest stays.

        A report that a process which died had stored is stored again, and changes nothing.
        """
        if not self.reports.state().waiting:
            return 0
        return self.reports.replay_together(self._store, MOST)

    def _store(self, kept: Sequence[tuple[str, Spooled, datetime]]) -> None:
        told = []
        for name, each, _ in kept:
            if not isinstance(each, DeliveryReport) or name not in self.channels:
                raise Refused(f"It is no delivery report of a channel that is configured: {name}.")
            told.append((self.channels[name], each))
        self.record_delivery(told)
