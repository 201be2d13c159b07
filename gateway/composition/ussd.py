"""USSD: turns answered, sessions dropped and taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.composition.sql import SqlStores
from gateway.composition.stores import FastStores
from gateway.deployment.load import Deployment
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.limit_rate import LimitRate
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ussd.answer_ussd import AnswerUssd
from gateway.use_cases.ussd.dialogue import UssdDialogue
from gateway.use_cases.ussd.end_session import EndSession
from gateway.use_cases.ussd.nudge_dropped import NudgeDropped
from gateway.use_cases.ussd.odd_text import OddText
from gateway.use_cases.ussd.offer_resume import OfferResume
from gateway.use_cases.ussd.spare_turns import SpareTurns


@dataclass(frozen=True, slots=True, kw_only=True)
class Ussd:
    """The use cases of USSD."""

    answer: AnswerUssd
    end: EndSession
    nudge_dropped: NudgeDropped


def ussd(
    deployment: Deployment,
    sql: SqlStores,
    stores: FastStores,
    *,
    settle_calls: SettleCalls,
    releases: Releases,
    channels: Mapping[str, Channel],
    clock: Clock,
) -> Ussd:
    """Returns them wired."""
    # A caller is answered from Redis alone, when no database is there.
    keyring, counters = deployment.keyring.not_waiting(), stores.counters
    dialogue = UssdDialogue(releases=releases, settle_calls=settle_calls, clock=clock)
    answer = AnswerUssd(
        dialogue=dialogue,
        offer_resume=OfferResume(
            dialogue=dialogue,
            releases=releases,
            points=sql.resume_points,
            sessions=stores.sessions,
            keyring=keyring,
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
        outbox=sql.outbox,
        jobs=stores.jobs,
        keyring=keyring,
        clock=clock,
        counters=counters,
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
    return Ussd(answer=answer, end=end, nudge_dropped=nudge_dropped)
