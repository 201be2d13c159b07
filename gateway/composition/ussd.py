"""USSD: turns answered, sessions dropped and taken up again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Semaphore

from gateway.adapters.system.scrubbed_traceback import trace
from gateway.adapters.threads.bounded_pool import BoundedPool
from gateway.composition.sql import SqlStores
from gateway.composition.stores import FastStores
from gateway.deployment.load import Deployment
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import UssdTurn
from gateway.use_cases.flows.send_lost_words import SendLostWords
from gateway.use_cases.flows.take_flow_words import TakeFlowWords
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.taking_in.limit_rate import LimitRate
from gateway.use_cases.ports import Clock, Provider, Releases
from gateway.use_cases.ussd.answer_by_flow import AnswerByFlow
from gateway.use_cases.ussd.answer_ussd import AnswerUssd
from gateway.use_cases.ussd.dialogue import UssdDialogue
from gateway.use_cases.ussd.end_session import EndSession
from gateway.use_cases.ussd.follow_up import FollowUp
from gateway.use_cases.ussd.nudge_dropped import NudgeDropped
from gateway.use_cases.ussd.odd_text import OddText
from gateway.use_cases.ussd.offer_resume import OfferResume
from gateway.use_cases.ussd.push_screen import PushScreen
from gateway.use_cases.ussd.spare_turns import SpareTurns

log = logging.getLogger(__name__)

#: For each thread so many turns may wait whose screens are calls of their own: within the deadline
#: they still find one.
WAIT_FOR_A_THREAD = 4
#: One thread in so many may wait for what a neighbour's flow says, which comes through another.
#: Half of them may wait for slow services.
WAIT_FOR_A_FLOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ussd:
    """The use cases of USSD, and the threads of the web node that hand screens over."""

    answer: AnswerUssd
    push: PushScreen
    pushing: BoundedPool
    end: EndSession
    nudge_dropped: NudgeDropped
    take_flow_words: TakeFlowWords
    send_lost_words: SendLostWords

    def push_later(self, channel: Channel, said: UssdTurn, began: float) -> bool:
        """Returns whether a turn is taken whose webhook is acknowledged now; False without room."""
        return self.pushing.take(lambda: self.push(channel, said, began))


def ussd(
    deployment: Deployment,
    sql: SqlStores,
    stores: FastStores,
    *,
    settle_calls: SettleCalls,
    releases: Releases,
    channels: Mapping[str, Channel],
    providers: Mapping[str, Provider],
    clock: Clock,
) -> Ussd:
    """Returns them wired."""
    # A caller is answered from Redis alone, when no database is there.
    keyring, counters = deployment.keyring.not_waiting(), stores.counters
    dialogue = UssdDialogue(releases=releases, settle_calls=settle_calls, clock=clock)
    offer_resume = OfferResume(
        dialogue=dialogue,
        releases=releases,
        points=sql.resume_points,
        sessions=stores.sessions,
        keyring=keyring,
        clock=clock,
        counters=counters,
    )
    take_flow_words = TakeFlowWords(
        flows=stores.flows,
        channels=channels,
        outbox=sql.outbox,
        consents=sql.consents,
        jobs=stores.jobs,
        keyring=keyring,
        clock=clock,
    )
    threads = deployment.settings.server.threads
    answer = AnswerUssd(
        dialogue=dialogue,
        offer_resume=offer_resume,
        follow_up=FollowUp(
            offer_resume=offer_resume,
            outbox=sql.outbox,
            jobs=stores.jobs,
            subscribers=sql.subscribers,
            clock=clock,
            counters=counters,
        ),
        spare_turns=SpareTurns(spares=sql.spare_sessions, clock=clock),
        odd_text=OddText(
            sessions=stores.sessions, releases=releases, counters=counters, clock=clock
        ),
        limit_rate=LimitRate(arrivals=stores.arrivals, counters=counters),
        releases=releases,
        sessions=stores.sessions,
        subscribers=sql.subscribers,
        keyring=keyring,
        clock=clock,
        counters=counters,
        keeps_networks=deployment.settings.routing.to_routes("").ask_for_network,
        keeps_sessions=deployment.settings.retention.sessions_days > 0,
        by_flow=AnswerByFlow(
            flows=stores.flows,
            screens=stores.screens,
            sessions=stores.sessions,
            providers=providers,
            releases=releases,
            limit_rate=LimitRate(arrivals=stores.arrivals, counters=counters),
            keyring=keyring,
            clock=clock,
            counters=counters,
            by_sms=lambda name, words: take_flow_words.late(channels[name], words),
            waiting=Semaphore(max(1, threads // WAIT_FOR_A_FLOW)),
        ),
    )
    nudge_dropped = NudgeDropped(
        drops=stores.drops,
        points=sql.resume_points,
        consents=sql.consents,
        jobs=stores.jobs,
        releases=releases,
        channels=channels,
        quiet=deployment.settings.quiet,
        keyring=keyring,
        clock=clock,
        counters=counters,
    )
    end = EndSession(drops=stores.drops, keyring=keyring, clock=clock, counters=counters)
    push = PushScreen(
        answer=answer,
        screens=stores.screens,
        providers=providers,
        releases=releases,
        subscribers=sql.subscribers,
        keyring=keyring,
        clock=clock,
        counters=counters,
    )
    most = threads * (1 + WAIT_FOR_A_THREAD)
    pushing = BoundedPool("screen", threads=threads, most=most, failed=_tell)
    return Ussd(
        answer=answer,
        push=push,
        pushing=pushing,
        end=end,
        nudge_dropped=nudge_dropped,
        take_flow_words=take_flow_words,
        send_lost_words=SendLostWords(
            flows=stores.flows, channels=channels, take_flow_words=take_flow_words, clock=clock
        ),
    )


def _tell(error: Exception) -> None:
    """Says in the log what went wrong with a turn that was acknowledged before."""
    log.error("A turn failed after its webhook was acknowledged: %s", trace(error))
