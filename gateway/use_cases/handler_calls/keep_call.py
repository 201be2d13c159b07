"""Keep a call on the disk of this node, to be run when the database is back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.channel import Channel, channel_to_send
from gateway.use_cases.ports import Clock, Counters
from gateway.use_cases.ports.calls import Contracts
from gateway.use_cases.ports.spool import KeptCall, Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCall:
    """The use case, with the ports it needs. `ReplaySpool` takes the call up again."""

    spool: Spool
    contracts: Contracts
    channels: Mapping[str, Channel]
    counters: Counters
    clock: Clock

    def __call__(self, call: ServiceCall, session: Session) -> str:
        """Returns the phrase that says that it is kept; empty for a call that is not.

        Only a call that is declared storable is kept, and only where the disk takes it.
        """
        contract = self.contracts.contract(call)
        if contract is None or not contract.storable:
            return ""
        try:
            self.spool.keep(call.channel, KeptCall(call, session), self.clock.now())
        except StoreUnavailable:
            return ""
        self.counters.add("spooled", channel=call.channel)
        reached = channel_to_send(self.channels, call.channel, call.subscriber)
        return "kept" if reached else "kept_without_sms"
