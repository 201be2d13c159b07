"""Show what subscribers said about our writing to them: how it stands, and how anybody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.institutions.kept_reason import kept_reason
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.domain.telecom.consent import EVERYTHING
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.institutions.authorise import Authorise, Reach
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.consents import ConsentLine, ConsentQuery, ConsentRecords
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail

#: What one subscriber has said is shown so far back.
MOST_OF_ONE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadConsents:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    Who looks sees what was said to institutions of theirs, and what was said to all: that stops
    them as well. Numbers print masked.
    """

    records: ConsentRecords
    authorise: Authorise
    trail: AuditTrail
    clock: Clock

    def of(
        self, subscriber: Identity, by: str, reveal: str | None = None
    ) -> tuple[Sequence[ConsentLine], Sequence[ConsentLine]]:
        """Returns how a subscriber's consents stand, and what was said, the newest first.

        The words in which it was said are left out without `reveal`, the reason to see them. The
        look is recorded before, and its citizen can see it.
        """
        reach = self.authorise.reach(by, Act.READ if reveal is None else Act.REVEAL)
        why = "" if reveal is None else kept_reason(reveal)
        self._record(reach, "consents of one number", why, [subscriber], Act.READ)
        stands = [each for each in self.records.standing(subscriber) if _is_seen(reach, each)]
        said = [
            each if reveal is not None else replace(each, words="")
            for each in self.records.history(subscriber, MOST_OF_ONE)
            if _is_seen(reach, each)
        ]
        return stands, said

    def newest(self, query: ConsentQuery, most: int, by: str) -> Sequence[ConsentLine]:
        """Returns what was said last and fits, without its words, the newest first."""
        found = self.records.newest(self._within(query, by, Act.READ)[1], most)
        return [replace(each, words="") for each in found]

    def export(self, query: ConsentQuery, by: str, why: str) -> Iterator[ConsentLine]:
        """Returns all that stands and fits, with numbers; that it was taken out is recorded."""
        given = kept_reason(why)
        reach, wanted = self._within(query, by, Act.EXPORT)
        topic = f" of topic {query.topic}" if query.topic else ""
        self._record(reach, f"consents{topic}", given, (), Act.EXPORT)
        return self.records.each(wanted)

    def _within(self, query: ConsentQuery, by: str, act: Act) -> tuple[Reach, ConsentQuery]:
        reach = self.authorise.within(by, query.institutions or (), act)
        return reach, replace(query, institutions=reach.institutions)

    def _record(
        self, reach: Reach, what: str, why: str, whose: Sequence[Identity], act: Act
    ) -> None:
        places = [EVERYWHERE] if reach.institutions is None else sorted(reach.institutions)
        self.trail.record(
            AuditEntry(
                at=self.clock.now(),
                by=reach.actor.name,
                known_as=reach.actor.known_as,
                institution=places[0] if len(places) == 1 else EVERYWHERE,
                act=act.value,
                what=what,
                reason=why,
                subscribers=whose,
                seen="consents",
            )
        )


def _is_seen(reach: Reach, line: ConsentLine) -> bool:
    return line.topic == EVERYTHING or reach.covers(line.institution)
