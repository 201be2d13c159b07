"""Read broadcasts: which there are, how far one is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.money import Money
from gateway.domain.broadcast.outcomes import Outcome, Outcomes, Part, outcome_of, summed
from gateway.domain.broadcast.states import State
from gateway.domain.institutions.roles import Act
from gateway.use_cases.broadcast.act_on import Acting
from gateway.use_cases.ports.sms.broadcasts import Broadcasts, Sent

#: What left, and is paid for.
_PAID = frozenset({Outcome.SENT, Outcome.DELIVERED, Outcome.FAILED, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBroadcasts:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    `price` returns what a segment costs an institution, where it is known.
    """

    broadcasts: Broadcasts
    acting: Acting
    price: Callable[[str], Money | None]

    def newest(
        self, institution: str, states: Iterable[State], limit: int, by: str
    ) -> Sequence[Broadcast]:
        """Returns the broadcasts that somebody may see, newest first."""
        reach = self.acting.authorise.reach(by, Act.READ)
        found = self.broadcasts.newest(institution, states, limit)
        return [each for each in found if reach.covers(each.institution)]

    def one(self, id: int, by: str) -> Broadcast:
        """Returns a broadcast; raises Refused when there is none."""
        broadcast, _ = self.acting.theirs(id, by, Act.READ)
        return broadcast

    def outcomes(self, id: int, by: str) -> tuple[Broadcast, Outcomes]:
        """Returns a broadcast and what has come of its MTs."""
        broadcast = self.one(id, by)
        price = self.price(broadcast.institution)
        return broadcast, summed(_part(each, price) for each in self.broadcasts.sent(id))

    def cost_of(self, broadcast: Broadcast) -> Mapping[str, Money]:
        """Returns what the check expects it to cost, by language; empty where no price is known."""
        price = self.price(broadcast.institution)
        if price is None:
            return {}
        languages = broadcast.estimate.get("languages", {})
        return {name: price.times(each["segments"]) for name, each in languages.items()}


def _part(sent: Sent, price: Money | None) -> Part:
    outcome = outcome_of(sent.status, sent.error)
    return Part(
        language=sent.language,
        channel=sent.channel,
        outcome=outcome,
        number=sent.number,
        segments=sent.segments,
        cost=_cost(sent, price) if outcome in _PAID else None,
    )


def _cost(sent: Sent, price: Money | None) -> Money | None:
    """Returns what the provider has said that these cost, else what the contract says."""
    try:
        return Money.parse(sent.cost).times(sent.number)
    except ValueError:
        return None if price is None else price.times(sent.segments)
