"""Route stored MOs, one or some together: decide what becomes of each, and store all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.flows.tell_flow import TellFlow
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.decide_sms import DecideSms
from gateway.use_cases.ports import (
    Clock,
    Consents,
    Counters,
    InboundBatch,
    Inbox,
    Jobs,
    Languages,
    Releases,
    Routed,
    StoredInbound,
    Subscribers,
)


class Decided(NamedTuple):
    """An MO, and all that it leads to."""

    stored: StoredInbound
    routed: Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSms:
    """The use case, with the ports it needs.

    `language_kept` is told of who has chosen or used another language than before.
    """

    channels: Mapping[str, Channel]
    releases: Releases
    inbox: Inbox
    consents: Consents
    subscribers: Subscribers
    jobs: Jobs
    settle_calls: SettleCalls
    clock: Clock
    counters: Counters
    language_kept: Callable[[Identity], object] = lambda subscriber: None
    tell_flow: TellFlow | None = None

    def __call__(self, inbound_id: int) -> bool:
        """Returns whether the MO was routed now; False when there was nothing to do.

        Everything it leads to is stored in one transaction, so a worker that dies in the middle has
        done nothing, and the MO is routed again.
        """
        stored = self.inbox.read(inbound_id)
        if stored is None:
            return False
        decided = Decided(stored, self._decide(self.inbox, self.subscribers)(stored))
        return self._store([decided])[inbound_id]

    def together(self, inbound_ids: Sequence[int]) -> RoutedTogether:
        """Returns what routes these MOs as a batch."""
        batch = self.inbox.together(inbound_ids)
        return RoutedTogether(batch, self._decide(batch, batch), self._store)

    def _decide(self, inbox: Inbox | InboundBatch, subscribers: Languages) -> DecideSms:
        return DecideSms(
            channels=self.channels,
            releases=self.releases,
            inbox=inbox,
            consents=self.consents,
            subscribers=subscribers,
            settle_calls=self.settle_calls,
            clock=self.clock,
            tell_flow=self.tell_flow,
        )

    def _store(self, decided: Sequence[Decided]) -> Mapping[int, bool]:
        """Stores all of them, and returns of each whether it was routed now."""
        now, lanes = self.clock.now(), set[tuple[str, Lane]]()
        finished = self.inbox.finish_all([each.routed for each in decided], now)
        for (stored, routed), done in zip(decided, finished, strict=True):
            if not done:
                continue
            if routed.language or routed.language_used:
                self.language_kept(stored.sms.subscriber)
            self._count(stored, routed, now)
            lanes |= {(stored.channel, reply.lane) for reply in routed.replies}
        for channel, lane in sorted(lanes):
            self.jobs.wake_outbound(channel, lane)
        return {each.stored.id: done for each, done in zip(decided, finished, strict=True)}

    def _count(self, stored: StoredInbound, routed: Routed, now: datetime) -> None:
        channel = stored.channel if stored.channel in self.channels else "unknown"
        topics = [reply.topic for reply in routed.replies if reply.topic]
        service = topics[0] if topics else "none"
        self.counters.add(
            "inbound_routed", channel=channel, service=service, outcome=routed.outcome
        )
        waited = (now - stored.received_at).total_seconds()
        self.counters.observe("inbound_seconds", waited, channel=channel)


class RoutedTogether:
    """MOs on their way: each is decided, and then all of them are stored in one transaction.

    A worker that dies before has done nothing. What handlers have written they write once.
    """

    def __init__(
        self,
        batch: InboundBatch,
        decide: DecideSms,
        store: Callable[[Sequence[Decided]], Mapping[int, bool]],
    ) -> None:
        self._batch, self._decide, self._store = batch, decide, store
        self._decided: list[Decided] = []
        self._subscribers: set[bytes] = set()

    def takes(self, inbound_id: int) -> bool:
        """Returns whether an MO can be decided in this batch: none before it of its subscriber."""
        return self._batch.subscriber_of(inbound_id) not in self._subscribers

    def decide(self, inbound_id: int) -> bool:
        """Decides what becomes of an MO; returns whether it waits still."""
        stored = self._batch.read(inbound_id)
        subscriber = self._batch.subscriber_of(inbound_id)
        if stored is None or subscriber is None:
            return False
        self._subscribers.add(subscriber)  # whatever it comes to: the next is behind it
        self._decided.append(Decided(stored, self._decide(stored)))
        return True

    def store(self) -> Mapping[int, bool]:
        """Stores what was decided; returns of each MO whether it was routed now."""
        return self._store(self._decided) if self._decided else {}
