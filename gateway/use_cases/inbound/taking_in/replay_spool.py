"""Store what was kept on this node's disk, as soon as the database is back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.use_cases.inbound.taking_in.accept_sms import AcceptSms
from gateway.use_cases.inbound.taking_in.record_opt_out import RecordOptOut
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.ports import Clock, Jobs
from gateway.use_cases.ports.calls import SlowCalls
from gateway.use_cases.ports.spool import KeptCall, Spool, Spooled, WaitingSpools


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySpool:
    """The use case, with the ports it needs.

    However often a record is handed over, on this node or another, it is stored once: a provider's
    word by its reference, a call by its key. A call is then run by a worker, and answered by SMS.
    """

    accept: AcceptSms
    record_opt_out: RecordOptOut
    record_delivery: RecordDelivery
    calls: SlowCalls
    jobs: Jobs
    spool: Spool
    spools: WaitingSpools
    node: str
    channels: Mapping[str, Channel]
    clock: Clock

    def __call__(self) -> int:
        """Stores what was kept; returns how much. Raises StoreUnavailable: the rest stays.

        Before anything else all that send are told that something waits.
        """
        if not self.spool.state().waiting:
            return 0
        with suppress(StoreUnavailable):
            self.spools.note(self.node)
        return self.spool.replay(self._store)

    def tell_empty(self) -> bool:
        """Lets notices leave again; returns whether all that send were told, or need not be."""
        try:
            if self.spool.state().waiting:
                return False
            self.spools.clear(self.node)
            if self.spool.state().waiting:  # it came in between
                self.spools.note(self.node)
        except StoreUnavailable:
            return False
        return True

    def _store(self, name: str, kept: Spooled, at: datetime) -> None:
        # Of one that was taken out meanwhile no more is needed: what was promised on it is kept.
        channel = self.channels.get(name) or Channel(name=name, provider="unknown")
        match kept:
            case InboundSms():
                self.accept.store(channel, kept, at)
            case ProviderOptOut():
                self.record_opt_out(channel, kept, at)
            case DeliveryReport():
                self.record_delivery([(channel, kept)])
            case KeptCall():
                self._begin(kept, at)
            case _:
                assert_never(kept)

    def _begin(self, kept: KeptCall, at: datetime) -> None:
        # Its turn was over when it was kept, so its answer goes by SMS.
        self.calls.begin(kept.call, kept.session, at, self.clock.now())
        with suppress(StoreUnavailable):  # the ticker wakes for it as well
            self.jobs.wake_calls()
