"""Let the audit's lines go by their age, a little at a time; what stays can still be verified."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.retention.what_is_removed import AUDIT_KEPT
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.institutions import AuditTrail

#: Lines of a chain that go in one step.
MOST_LINES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenAudit:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    trail: AuditTrail
    clock: Clock

    def __call__(self) -> bool:
        """Returns whether more may be due; raises StoreUnavailable.

        Nothing goes by a clock that the others do not share.
        """
        if abs(self.clock.skew()) > MOST_SKEW:
            return False
        return self.trail.shorten(self.clock.now() - AUDIT_KEPT, MOST_LINES) >= MOST_LINES
