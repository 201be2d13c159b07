"""Read broadcasts: which there are, how far one is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.outcomes import Outcomes, Part, outcome_of, summed
from gateway.domain.broadcast.states import State
from gateway.domain.institutions.roles import Act
from gateway.domain.money.money import Money
from gateway.domain.money.tariff import Prices
from gateway.use_cases.broadcast.act_on import Acting
from gateway.use_cases.ports.sms.broadcasts import Audiences, Broadcasts, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBroadcasts:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    `prices` are those by which the ledger reckons; `channel_of` returns the channel that most of a
    broadcast leaves on.
    """

    broadcasts: Broadcasts
    audiences: Audiences
    acting: Acting
    prices: Callable[[], Prices]
    channel_of: Callable[[Broadcast], str]

    def newest(
        self, institution: str, states: Iterable[State], limit: int, by: str, skip: int = 0
    ) -> Sequence[Broadcast]:
        """Returns the broadcasts that somebody may see, newest first, without the first `skip`."""
        asked = {institution} if institution else ()
        reach = self.acting.authorise.within(by, asked, Act.READ)
        return self.broadcasts.newest(reach.institutions, states, limit, skip)

    def one(self, id: int, by: str) -> Broadcast:
        """Returns a broadcast; raises NotThere when there is none."""
        broadcast, _ = self.acting.theirs(id, by, Act.READ)
        return broadcast

    def subscribed(self, by: str) -> Mapping[str, Sequence[str]]:
        """Returns the topics that anybody has subscribed to, each with its districts in order."""
        self.acting.authorise.reach(by, Act.BROADCAST)
        return {each: self.audiences.districts(each) for each in self.audiences.topics()}

    def outcomes(self, id: int, by: str) -> tuple[Broadcast, Outcomes]:
        """Returns a broadcast and what has come of its MTs."""
        broadcast = self.one(id, by)
        return broadcast, self.came_of(broadcast)

    def came_of(self, broadcast: Broadcast) -> Outcomes:
        """Returns what has come of a broadcast; from its kept report, where MTs were removed."""
        prices, whose = self.prices(), broadcast.institution
        found = summed(
            part
            for each in self.broadcasts.sent(broadcast.id)
            for part in priced_parts(each, whose, prices)
        )
        kept = Outcomes(broadcast.report or ())
        return kept if kept.number > found.number else found

    def cost_of(self, broadcast: Broadcast) -> Mapping[str, Money]:
        """Returns what the check expects it to cost, by language; empty where no price is known."""
        prices, whose = self.prices(), broadcast.institution
        found: dict[str, Money] = {}
        for name, each in broadcast.estimate.get("languages", {}).items():
            price = prices.of_sms(self.channel_of(broadcast), whose, "", 1, each["segments"])
            if price.money is not None:
                found[name] = price.money
        return found


def priced_parts(sent: Sent, institution: str, prices: Prices) -> Iterator[Part]:
    """Yields what came of some MTs, and what else was paid for of those that were sent twice."""
    price = prices.of_sms(sent.channel, institution, sent.cost, sent.number, sent.segments)
    part = Part(
        language=sent.language,
        channel=sent.channel,
        outcome=outcome_of(sent.status, sent.error),
        number=sent.number,
        segments=sent.segments,
        cost=price.money if sent.left else None,
    )
    yield part
    if (other := sent.other) is not None:
        price = prices.of_sms(other.channel, institution, other.cost, sent.number, other.segments)
        yield replace(
            part, channel=other.channel, number=0, segments=other.segments, cost=price.money
        )
