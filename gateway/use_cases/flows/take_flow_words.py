"""Take what a neighbour's flow says: to the turn that waits for it, or as an SMS."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Unanswerable
from gateway.domain.telecom.channel import Channel, channel_to_send
from gateway.domain.telecom.consent import is_stopped
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.flows.tell_flow import who_talks
from gateway.use_cases.ports import Clock, Consents, Jobs, Keyring, Outbox
from gateway.use_cases.ports.flows.words import Flows, Hearing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFlowWords:
    """The use case, with the ports it needs."""

    flows: Flows
    channels: Mapping[str, Channel]
    outbox: Outbox
    consents: Consents
    jobs: Jobs
    keyring: Keyring
    clock: Clock

    def __call__(self, neighbour: Channel, words: FlowWords) -> None:
        """Shows the words where a turn waits for them, and sends them as an SMS where none does.

        So exactly one of the two reaches the citizen. Words to whom nobody has told the flow
        anything lately, or who has said STOP since, were not asked for: a STOP stops them. Raises
        StoreUnavailable: then the neighbour tells them again; and Unanswerable where no channel
        can send them.
        """
        who = who_talks(self.keyring, neighbour, words.subscriber)
        hearing = self.flows.say(who, neighbour.name, words, self.clock.now())
        if hearing is Hearing.HEARD or not words.text.strip():
            return
        self._send(who, neighbour, words, asked=hearing is Hearing.LATE)
        # Told again while a turn waits, it would come twice: a moment ago nobody did.
        self.flows.settled(who, words)

    def late(self, neighbour: Channel, words: FlowWords) -> None:
        """Sends words that a turn has heard and could not show; twice is once.

        Raises StoreUnavailable and Unanswerable.
        """
        if words.text.strip():
            self._send(
                who_talks(self.keyring, neighbour, words.subscriber), neighbour, words, asked=True
            )

    def _send(self, who: bytes, neighbour: Channel, words: FlowWords, *, asked: bool) -> None:
        channel = self._channel(neighbour, words.subscriber)
        if channel is None:
            log.error("A flow of channel %s says something that nothing can send.", neighbour.name)
            raise Unanswerable("No channel can send SMS there.")
        asked = asked and self._is_asked_for(who, words.subscriber)
        lane = Lane.REPLY if asked else Lane.BULK
        sms = NewSms(
            channel=channel.name,
            subscriber=words.subscriber,
            text=words.text,
            lane=lane,
            purpose=Purpose.REPLY if asked else Purpose.NOTICE,
            key=f"flow-{neighbour.name}-{words.reference}-{self._digest(who, words)}",
        )
        if self.outbox.add([sms], self.clock.now()):
            self.jobs.wake_outbound(channel.name, lane)

    def _is_asked_for(self, who: bytes, subscriber: Identity) -> bool:
        """Returns whether somebody told the flow something, and has not said STOP since."""
        noted = self.flows.noted(who)
        if noted is None:
            return False
        said = self.consents.of(subscriber)
        return not is_stopped("", {topic: each for topic, each in said.items() if each.at >= noted})

    def _digest(self, who: bytes, words: FlowWords) -> str:
        """Returns what tells the parts of long words apart, which share their reference."""
        return self.keyring.index("flow words", f"{who.hex()} {words.text}").hex()

    def _channel(self, neighbour: Channel, subscriber: Identity) -> Channel | None:
        """Returns the line that the neighbour's flows have and that can send; else any that can."""
        lines = [name for name, each in self.channels.items() if each.flows == neighbour.name]
        theirs = {name: self.channels[name] for name in lines}
        return channel_to_send(theirs, "", subscriber) or channel_to_send(
            self.channels, "", subscriber
        )
