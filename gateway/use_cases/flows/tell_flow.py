"""Hand an SMS of a citizen to the flows of a neighbour, which answer it in calls of their own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import Clock, Keyring, Provider, Routed, StoredInbound
from gateway.use_cases.ports.flows.words import Flows

log = logging.getLogger(__name__)

#: Other MOs wait for this worker meanwhile.
SECONDS = 5.0
#: What a flow says within so many seconds of what it was told last is an answer, and no notice.
ANSWER_SECONDS = 3600.0


def who_talks(keyring: Keyring, channel: Channel, subscriber: Identity) -> bytes:
    """Returns the key under which the flows of a channel's neighbour speak to somebody."""
    return keyring.index("flow", f"{channel.flows or channel.name}|{subscriber.as_stored}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TellFlow:
    """The use case, with the ports it needs."""

    flows: Flows
    providers: Mapping[str, Provider]
    keyring: Keyring
    clock: Clock

    def __call__(self, channel: Channel, stored: StoredInbound) -> Routed:
        """Returns what the MO leads to: nothing of ours.

        Raises StoreUnavailable where the flow surely was not told: the MO stays, and is routed
        again. Where nobody knows, it was told as far as we are concerned. One that was told and
        could not be stored as routed is not told again.
        """
        subscriber = stored.sms.subscriber
        if not isinstance(subscriber, Msisdn):
            return Routed(inbound_id=stored.id, outcome="no_way_back")
        of_sms = self.keyring.index("flow sms", f"{channel.name} {stored.id}")
        if self.flows.was_told(of_sms):
            return Routed(inbound_id=stored.id, outcome="flow")
        who = who_talks(self.keyring, channel, subscriber)
        self.flows.note(who, self.clock.now(), ANSWER_SECONDS)
        neighbour = self.providers[channel.flows]
        try:
            neighbour.tell_flow(subscriber, stored.sms.text, SECONDS, begins=False)
            outcome = "flow"
        except OutcomeUnknown as failure:
            outcome = "flow_unknown"
            log.warning(
                "It is not known whether the flows of channel %s were told of an SMS: %s",
                channel.flows,
                failure,
            )
        except SendFailed as failure:
            log.error("The flows of channel %s cannot be told: %s", channel.flows, failure)
            raise StoreUnavailable("The flows of a neighbour cannot be told now.") from None
        with suppress(StoreUnavailable):  # it was told: that it is told twice is the lesser evil
            self.flows.note_told(of_sms)
        return Routed(inbound_id=stored.id, outcome=outcome)
