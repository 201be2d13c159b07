"""Send by SMS what a flow said to a turn whose process died before it was shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Unanswerable
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.flows.take_flow_words import TakeFlowWords
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.flows.words import Flows

log = logging.getLogger(__name__)

#: Turns dealt with in one go.
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLostWords:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    flows: Flows
    channels: Mapping[str, Channel]
    take_flow_words: TakeFlowWords
    clock: Clock

    def __call__(self) -> bool:
        """Returns whether there is more to do; raises StoreUnavailable.

        The neighbour believes that its words arrived. An SMS is known by them, so a crash in
        between makes no second one.
        """
        if not any(channel.flows for channel in self.channels.values()):
            return False
        lost = self.flows.lost(self.clock.now(), MOST)
        for each in lost:
            neighbour = self.channels.get(each.neighbour)
            if neighbour is not None:
                try:
                    for words in each.words:
                        self.take_flow_words.late(neighbour, words)
                except Unanswerable:
                    log.error("What a flow of channel %s said is lost.", neighbour.name)
            self.flows.shown(each.claim)
        return len(lost) == MOST
