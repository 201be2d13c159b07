"""Take what providers tell us, whether the database is there or not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.use_cases.inbound.taking_in.accept_sms import AcceptSms
from gateway.use_cases.inbound.taking_in.record_opt_out import RecordOptOut
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.ports import Clock, Counters
from gateway.use_cases.ports.spool import Spool, Told, WaitingSpools


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeWords:
    """The use case, with the ports it needs.

    What the database cannot take is kept on this node's disk; `ReplaySpool` stores it.
    All that send are told before its provider is, so that no notice overtakes a STOP. `node` names
    the spool to them.
    """

    accept: AcceptSms
    record_opt_out: RecordOptOut
    record_delivery: RecordDelivery
    spool: Spool
    spools: WaitingSpools
    node: str
    counters: Counters
    clock: Clock

    def __call__(self, channel: Channel, told: Told) -> None:
        """Returns when it is stored or kept; raises StoreUnavailable, and TooMany."""
        try:
            match told:
                case InboundSms():
                    self.accept(channel, told)
                case ProviderOptOut():
                    self.record_opt_out(channel, told)
                case DeliveryReport():
                    self.record_delivery([(channel, told)])
                case _:
                    assert_never(told)
        except StoreUnavailable:
            self._keep(channel, told)

    def _keep(self, channel: Channel, told: Told) -> None:
        self.spool.keep(channel.name, told, self.clock.now())
        self.counters.add("spooled", channel=channel.name)
        with suppress(StoreUnavailable):  # the replay says it again each second
            self.spools.note(self.node)
