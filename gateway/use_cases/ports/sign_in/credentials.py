"""The ports of signing in: what is known of people's passwords and codes, links, and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.institutions.person import Person
from gateway.use_cases.ports.institutions import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proves that somebody is who they say: the hash of a password, and the secret of codes.

    `last_step` is the step (of 30 s) of the newest code that was taken: each counts once.
    """

    name: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    last_step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """A link by which a person sets a password; the name is empty for the first administrator."""

    key: bytes = field(repr=False)
    name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSession:
    """That somebody is in the console. `proven_at` is when they last showed who they are."""

    key: bytes = field(repr=False)
    name: str
    begun_at: datetime
    seen_at: datetime
    proven_at: datetime
    expires_at: datetime


class CredentialStore(Protocol):
    """What people prove themselves with. All methods raise StoreUnavailable."""

    def find(self, name: str) -> Credentials | None:
        """Returns what is known of a person; None for who has never set a password."""

    def use_step(self, name: str, step: int) -> bool:
        """Takes the code of a step; returns False where it, or a later one, was taken before."""

    def use_recovery(self, name: str, code: bytes) -> bool:
        """Takes a recovery code by its keyed hash; returns False where there is none such."""

    def recovery_left(self, name: str) -> int:
        """Returns how many recovery codes a person has left."""

    def set_password(self, name: str, password: str, entry: AuditEntry) -> None:
        """Keeps the hash of a new password, and takes links back; ends no session."""

    def set_secret(self, name: str, secret: str, step: int, entry: AuditEntry) -> None:
        """Keeps the secret of another telephone, with the step of its first code.

        Takes links back; ends no session.
        """

    def put_recovery(self, name: str, codes: Sequence[bytes], entry: AuditEntry) -> None:
        """Keeps keyed hashes of new recovery codes, in the place of those before."""

    def issue(self, link: OneTimeLink, entry: AuditEntry | None) -> None:
        """Keeps a link, in the place of those that the person had before."""

    def take_back_links(self, name: str) -> None:
        """Removes the links of a person that nobody has used."""

    def link(self, key: bytes) -> OneTimeLink | None:
        """Returns a link by its keyed hash, expired or not; None once it was used."""

    def enrol(
        self, link: OneTimeLink, credentials: Credentials, recovery: Sequence[bytes],
        entry: AuditEntry, first: tuple[Person, AuditEntry] | None = None,
    ) -> bool:  # fmt: skip
        """Uses a link up: keeps what the person has set, and ends all their sessions.

        `first` is the first administrator, who is added by it. All in one transaction. Returns
        False where the link was used just now, or somebody else came first: nobody is let in then.
        """


class ConsoleSessions(Protocol):
    """Who is in the console. All methods raise StoreUnavailable."""

    def begin(self, session: ConsoleSession) -> None:
        """Keeps a session."""

    def find(self, key: bytes) -> ConsoleSession | None:
        """Returns a session by its keyed hash, expired or not; None once it has ended."""

    def move(self, key: bytes, seen_at: datetime, expires_at: datetime) -> None:
        """Keeps that somebody is still there."""

    def prove(self, key: bytes, proven_at: datetime) -> None:
        """Keeps that somebody has shown anew who they are."""

    def all(self, names: Sequence[str]) -> Sequence[ConsoleSession]:
        """Returns the sessions of people, the newest first."""

    def end(self, name: str, *, but: bytes = b"", only: bytes = b"") -> int:
        """Ends a person's sessions: all, all but one, or one; returns how many they were."""
