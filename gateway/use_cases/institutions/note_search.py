"""Note that a number was searched for: whose it is can see that, whatever was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.institutions.authorise import Reach
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSearch:
    """The use case, with the ports it needs. It raises StoreUnavailable."""

    trail: AuditTrail
    clock: Clock

    def __call__(
        self, reach: Reach, subscriber: Identity, institutions: Iterable[str], what: str, seen: str
    ) -> None:
        """Records who has searched, in each of the institutions in which something was found.

        Where nothing was, in the first that they may read, or the deployment's own: that nothing is
        there is an answer, too. `what` says what was looked for, `seen` what citizens read was
        touched.
        """
        for institution in sorted(set(institutions)) or [min(reach.institutions or [""])]:
            self.trail.record(
                AuditEntry(
                    at=self.clock.now(),
                    by=reach.actor.name,
                    known_as=reach.actor.known_as,
                    institution=institution,
                    act=Act.READ,
                    what=f"{what} of a number",
                    subscribers=[subscriber],
                    seen=seen,
                )
            )
