"""The ports of institutions: who works for them, and the record of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import Role
from gateway.domain.telecom.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """That a person gets a role in an institution, or loses it."""

    institution: str
    role: Role
    given: bool


class People(Protocol):
    """Those who work with the gateway. All methods raise StoreUnavailable."""

    def anybody(self) -> bool:
        """Returns whether a person was ever added; until then every name may act."""

    def find(self, name: str) -> Person | None:
        """Returns a person by the short name, removed or not; None where nobody is called so."""

    def all(self) -> Sequence[Person]:
        """Returns everybody by name, those who were removed, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did or saw, for good.

    `by` is a person's short name, `act` what it was (an `Act`, or another word), `what` the thing
    it was done to, such as "case 100020266": no number and no text of a citizen. `reason` is what
    the person said why; it is sealed. `subscribers` are whose it was: they stand in the record as
    keyed index, and can see under "my data" that `known_as` (the person's name without one) has
    touched `seen` of theirs (the first word of `what` without one).
    """

    at: datetime
    by: str
    institution: str
    act: str
    what: str
    reason: str = field(default="", repr=False)
    subscribers: Sequence[Identity] = ()
    seen: str = ""
    known_as: str = ""


class AuditTrail(Protocol):
    """The one record of who did and saw what: lines are added, and never changed."""

    def record(self, entry: AuditEntry) -> None:
        """Adds a line to the chain of the entry's institution; raises StoreUnavailable.

        What is shown is recorded before it is shown.
        """
