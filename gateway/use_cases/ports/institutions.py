"""The ports of institutions: who works for them, and the record of what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Protocol

from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.ledger import Account
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import Role
from gateway.domain.money.tariff import Prices
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

    def add(self, person: Person, entry: AuditEntry) -> bool:
        """Adds a person with their roles, and what was done, in one transaction.

        Brings somebody who was removed back. Returns False where the name is somebody's who works
        here: nothing is changed. Raises Refused where nobody would be left who may administer every
        institution, as do the two below.
        """

    def change(
        self, name: str, changes: Sequence[RoleChange], known_as: str, entry: AuditEntry
    ) -> None:
        """Gives roles and takes them back; keeps `known_as`, where one is given."""

    def remove(self, name: str, entry: AuditEntry) -> None:
        """Takes all roles from a person, who acts no more; what they did stays under their name."""


class Institutions(Protocol):
    """What was set of institutions. All methods raise StoreUnavailable."""

    def find(self, name: str) -> Institution | None:
        """Returns an institution; None where nothing was set of it."""

    def all(self) -> Sequence[Institution]:
        """Returns those of which something was set, by name."""

    def put(self, institution: Institution, entry: AuditEntry) -> None:
        """Keeps what is set, in the place of what was, and who did so, in one transaction."""


@dataclass(slots=True)
class Used:
    """What was used since a day: segments of SMS in all, and by the currency in which they are
    priced, and the money in millionths of it, USSD included."""

    segments: int = 0
    segments_by: dict[str, int] = field(default_factory=dict)
    millionths_by: dict[str, int] = field(default_factory=dict)

    def add(self, currency: str, segments: int, millionths: int) -> None:
        """Adds so many segments, and what something cost; the currency is empty where no price
        is known."""
        self.segments += segments
        self.segments_by[currency] = self.segments_by.get(currency, 0) + segments
        self.millionths_by[currency] = self.millionths_by.get(currency, 0) + millionths


class Ledger(Protocol):
    """The sums that limits, budgets, accounts and exports are made of. Raises StoreUnavailable."""

    def since(
        self, institution: str, days: Sequence[tuple[date, datetime]], prices: Prices
    ) -> Sequence[Used]:
        """Returns what an institution has used since each day (and the time it began).

        What waits to leave counts; what never left does not.
        """

    def account(self, month: str) -> Account:
        """Returns the account of a month (as 2026-11) as it stands, of all institutions."""

    def months(self) -> Sequence[str]:
        """Returns the months that have an account, in their order."""

    def enter(self, prices: Prices, now: datetime, zone: tzinfo) -> bool:
        """Enters some of what was used; returns whether more waits for it."""

    def settle(self, prices: Prices, now: datetime, zone: tzinfo) -> bool:
        """Looks again at what was not settled when it was entered; returns whether more is."""

    def close(self, month: str, now: datetime) -> None:
        """Closes a month for good: what comes to it later is a correction in a later one."""

    def closed(self) -> frozenset[str]:
        """Returns the months that are closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did or saw, for good.

    `by` is a person's short name, `act` what it was (an `Act`, or another word), `what` the thing
    it was done to, such as "case 100020266": no number and no text of a citizen. `reason` is what
    the person said why; it is sealed. `subscribers` are whose it was: they stand in the record as
    keyed index, and can see under "my data" that `known_as` (the person's name without one) has
    touched `seen` of theirs (the first word of `what` without one). `owners` are such indexes,
    where no number is known.
    """

    at: datetime
    by: str
    institution: str
    act: str
    what: str
    reason: str = field(default="", repr=False)
    subscribers: Sequence[Identity] = ()
    owners: Sequence[bytes] = field(default=(), repr=False)
    seen: str = ""
    known_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which lines are wanted; what is empty or None bounds nothing."""

    institutions: frozenset[str] | None = None
    by: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None
    subscriber: Identity | None = None
    limit: int = 50
    skip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A line as it stands; `subscribers` is how many it concerns. The reason may be sealed away."""

    institution: str
    line: int
    at: datetime
    by: str
    act: str
    what: str
    reason: str = field(repr=False)
    subscribers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The last line of a chain, by its keyed hash in hex; `first` is the first that is there."""

    institution: str
    line: int
    mac: str
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """What is not as it was recorded: at which line, or the first of several."""

    institution: str
    line: int
    what: str


class AuditTrail(Protocol):
    """The one record of who did and saw what: lines are added, and never changed.

    All methods raise StoreUnavailable.
    """

    def record(self, entry: AuditEntry) -> None:
        """Adds a line to the chain of the entry's institution.

        What is shown is recorded before it is shown.
        """

    def newest(self, query: AuditQuery) -> Sequence[AuditLine]:
        """Returns the lines that fit, the newest first, up to the `limit` of the query."""

    def each(self, query: AuditQuery) -> Iterator[AuditLine]:
        """Yields all lines that fit, whatever the limit: chain by chain, in their order."""

    def shorten(self, before: datetime, most: int) -> int:
        """Removes up to `most` lines of each chain that are older; returns how many they were.

        The hash of the last one stays, so that what follows can be verified. The last line of a
        chain stays, and so does the chain of every institution.
        """

    def heads(self) -> Sequence[AuditHead]:
        """Returns the last line of each chain."""

    def check(self, institution: str, progress: Callable[[int], object]) -> Iterator[AuditFault]:
        """Yields what is not as it was recorded, line by line; `progress` is told of lines."""

    def mac_at(self, institution: str, line: int) -> str | None:
        """Returns the keyed hash of a line in hex; None where there is no such line.

        Of the last line that was removed by its age the hash is kept; of those before it is not.
        """
