"""Act on a broadcast: by somebody who may, on one that is theirs, and noted for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import Deed, cannot, may
from gateway.domain.faults_and_errors.errors import NotThere, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail
from gateway.use_cases.ports.sms.broadcasts import Broadcasts

#: Says why an institution may not spend so many segments at a time; nothing where it may.
OverBudget = Callable[[str, int, datetime], str]
#: How often a change is tried again that met one of the ticker's.
TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What every deed on a broadcast needs. Its methods raise NotAllowed, Refused and
    StoreUnavailable."""

    broadcasts: Broadcasts
    authorise: Authorise
    audit: AuditTrail
    clock: Clock

    def may(self, by: str, institution: str, act: Act) -> str:
        """Returns the name of who acts, as it is recorded."""
        return self.authorise(by, institution, act).name

    def found(self, id: int) -> Broadcast:
        """Returns a broadcast."""
        broadcast = self.broadcasts.find(id)
        if broadcast is None:
            raise _no_such(id)
        return broadcast

    def theirs(self, id: int, by: str, act: Act) -> tuple[Broadcast, str]:
        """Returns a broadcast, and the name of who may act on it.

        Another institution's is not there.
        """
        self.authorise.reach(by, Act.READ)  # before it tells what there is
        broadcast = self.found(id)
        actor = self.authorise.over(by, broadcast.institution, act, _no_such(id))
        return broadcast, actor.name

    def entry(
        self, actor: str, institution: str, act: Act, what: str, reason: str = ""
    ) -> AuditEntry:
        """Returns what is recorded of a deed."""
        return AuditEntry(
            at=self.clock.now(),
            by=actor,
            institution=institution,
            act=act.value,
            what=what,
            reason=reason,
        )

    def note(self, actor: str, institution: str, act: Act, what: str, reason: str = "") -> None:
        """Notes what was done where nothing is changed by it."""
        self.audit.record(self.entry(actor, institution, act, what, reason))

    def change(
        self, id: int, deed: Deed, become: Callable[[Broadcast], Broadcast], entry: AuditEntry
    ) -> Broadcast:
        """Stores what `become` makes of a broadcast with the record of it, and returns it.

        It is read anew whenever the ticker has changed it meanwhile.
        """
        for _ in range(TRIES):
            broadcast = self.found(id)
            hold_to(deed, broadcast)
            changed = become(broadcast)
            if self.broadcasts.change(changed, self.clock.now(), entry):
                return self.found(id)
        raise Refused(
            Sentence("Broadcast %(id)s is changed by others all the time. Try again.", id=id)
        )


def _no_such(id: int) -> NotThere:
    return NotThere(
        Sentence("There is no broadcast %(id)s.", id=id, by_command="See: gateway broadcast list")
    )


def hold_to(deed: Deed, broadcast: Broadcast) -> None:
    """Raises Refused where a broadcast has not come so far, or too far, for a deed."""
    if not may(deed, broadcast.state):
        raise Refused(cannot(deed, broadcast.state, broadcast.id))
