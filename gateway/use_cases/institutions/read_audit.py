"""Search the audit, write it out, and see whether it is as it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.domain.text.secret_comparison import same_secret
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import (
    AuditEntry,
    AuditFault,
    AuditHead,
    AuditLine,
    AuditQuery,
    AuditTrail,
)


def _nobody(_: int) -> None:
    """Is told how far it is, and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAudit:
    """The use case, with the ports it needs.

    Who looks is in the audit, too, and a citizen who was searched for can see it. All methods raise
    NotAllowed and StoreUnavailable.
    """

    trail: AuditTrail
    authorise: Authorise
    clock: Clock

    def newest(self, query: AuditQuery, by: str) -> Sequence[AuditLine]:
        """Returns the lines that fit, of institutions that `by` may audit, the newest first."""
        return self.trail.newest(self._within(query, by, "list"))

    def each(self, query: AuditQuery, by: str) -> Iterator[AuditLine]:
        """Yields all that fit, chain by chain."""
        return self.trail.each(self._within(query, by, "export"))

    def heads(self, by: str) -> Sequence[AuditHead]:
        """Returns where each chain ends: to be noted elsewhere, and compared later."""
        reach = self.authorise.reach(by, Act.AUDIT)
        return [each for each in self.trail.heads() if reach.covers(each.institution)]

    def faults(
        self,
        by: str,
        noted: Iterable[AuditHead] = (),
        progress: Callable[[int], object] = _nobody,
    ) -> Iterator[AuditFault]:
        """Yields what is not as it was recorded, nor as it was `noted` elsewhere before."""
        reach = self.authorise.reach(by, Act.AUDIT)
        for head in self.trail.heads():
            if reach.covers(head.institution):
                yield from self.trail.check(head.institution, progress)
        for was in noted:
            if reach.covers(was.institution) and self._differs(was):
                yield AuditFault(
                    institution=was.institution,
                    line=was.line,
                    what="The line is not the one that was noted elsewhere.",
                )

    def _differs(self, was: AuditHead) -> bool:
        now = {each.institution: each for each in self.trail.heads()}.get(was.institution)
        if now is None:
            return True
        removed_by_age = was.line < now.first - 1
        found = self.trail.mac_at(was.institution, was.line)
        return not removed_by_age and (found is None or not same_secret(found, was.mac))

    def _within(self, query: AuditQuery, by: str, how: str) -> AuditQuery:
        """Returns the query as far as `by` may see, once it is recorded that they do."""
        reach = self.authorise.within(by, query.institutions or (), Act.AUDIT)
        where = sorted(reach.institutions) if reach.institutions is not None else [EVERYWHERE]
        asked = {"by": query.by, "act": query.act, "since": query.since, "until": query.until}
        told = " ".join(f"{name}={value}" for name, value in asked.items() if value)
        self.trail.record(
            AuditEntry(
                at=self.clock.now(),
                by=reach.actor.name,
                known_as=reach.actor.known_as,
                institution=where[0] if len(where) == 1 else EVERYWHERE,
                act=Act.AUDIT,
                what=f"audit {how} {told}".rstrip(),
                subscribers=[query.subscriber] if query.subscriber else [],
            )
        )
        return replace(query, institutions=reach.institutions)
