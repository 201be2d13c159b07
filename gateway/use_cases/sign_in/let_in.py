"""Let people in: one-time links, by which they set a password; and end their sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.faults_and_errors.errors import NotProven, Refused
from gateway.domain.institutions.person import short_name
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.sign_in.passwords import LEAST, MOST, Weakness, weakness
from gateway.domain.sign_in.stay import LINK_LASTS
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.institutions.manage_people import ManagePeople
from gateway.use_cases.ports import Clock, Keyring
from gateway.use_cases.ports.institutions import AuditEntry, People
from gateway.use_cases.ports.sign_in.credentials import (
    ConsoleSession,
    ConsoleSessions,
    Credentials,
    CredentialStore,
    OneTimeLink,
)
from gateway.use_cases.ports.sign_in.proving import OneTimeCodes, PasswordHashes
from gateway.use_cases.sign_in.sign_in import recovery_key

#: Recovery codes that a person is given.
RECOVERY_CODES = 8

GONE = (
    "This link is not good: it was used, it is older than a day, or there is a newer one. An "
    "administrator makes another: gateway people link NAME"
)
WRONG_CODE = "The code is not the one that the telephone shows now. Type the next one."
NOT_FIRST = "Somebody is known already. An administrator lets people in: gateway people link NAME"

#: Why a password is refused, in words.
WEAK: Mapping[Weakness, str] = {
    Weakness.SHORT: f"The password is too short: {LEAST} characters at least. Four words that do "
    "not belong together are easy to keep in mind.",
    Weakness.LONG: f"The password is too long: {MOST} characters at most.",
    Weakness.SAME_SIGNS: "The password has too few different characters.",
    Weakness.OWN_NAME: "The password is mostly your own name. Take another.",
    Weakness.COMMON: "Many people use this password, and it is tried first. Take another.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that was made: `token` is what stands in it, and nowhere else."""

    name: str
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a person sees who follows a link: `name` is empty for the first administrator.

    `secret` goes into their telephone. It comes of the link, and is kept once it is proven.
    """

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    `secret_of` makes the secret of one-time codes of 20 bytes or more; `new_token` and `new_code`
    make what nobody can guess.
    """

    people: People
    manage_people: ManagePeople
    store: CredentialStore
    sessions: ConsoleSessions
    hashes: PasswordHashes
    codes: OneTimeCodes
    keyring: Keyring
    secret_of: Callable[[bytes], str]
    new_token: Callable[[], str]
    new_code: Callable[[], str]
    clock: Clock

    def first_link(self) -> Invitation:
        """Returns a link for the first administrator; raises Refused once anybody is known."""
        if self.people.anybody():
            raise Refused(NOT_FIRST)
        return self._issue("", None)

    def link(self, name: str, by: str) -> Invitation:
        """Returns a link for a person; earlier ones are no good any more.

        Raises NotAllowed unless `by` administers wherever the person works: who sets their password
        can act as they. Raises Refused where nobody is called so.
        """
        person, actor = self.manage_people.administered(name, by)
        entry = self.manage_people.entry(actor, person, "make link", f"person {person.name}")
        return self._issue(person.name, entry)

    def look(self, token: str) -> Enrolment:
        """Returns what a link is for; raises NotProven when it is no good."""
        return Enrolment(name=self._found(token).name, secret=self._secret(token))

    def enrol(self, token: str, name: str, password: str, code: str) -> tuple[str, Sequence[str]]:
        """Lets a person in; returns their short name, and their recovery codes, told once.

        `name` counts where the link names nobody: its person becomes the first administrator of
        every institution. Raises NotProven for a link that is no good, and Refused for a password
        or a code that is.
        """
        link, secret = self._found(token), self._secret(token)
        called = link.name or _short(name)
        self.check_password(password, called)
        step = self.codes.step(secret, ascii_digits("".join(code.split())), self.clock.now())
        if step is None:
            raise Refused(WRONG_CODE)
        if not link.name:
            roles = {EVERYWHERE: frozenset({Role.ADMINISTRATOR})}
            self.manage_people.add(called, roles, "", called)
        credentials = Credentials(
            name=called, password=self.hashes.hashed(password), secret=secret, last_step=step
        )
        codes = [self.new_code() for _ in range(RECOVERY_CODES)]
        entry = self._own_entry(called, "set password")
        if not self.store.enrol(link, credentials, self._keys(called, codes), entry):
            raise NotProven(GONE)
        return called, codes

    def check_password(self, password: str, name: str) -> None:
        """Raises Refused for a password that others would try."""
        why = weakness(password, name, self.hashes.common)
        if why is not None:
            raise Refused(WEAK[why])

    def change_password(self, session: ConsoleSession, password: str) -> None:
        """Keeps a new password of who sits there, and ends their other sessions.

        Who calls has had them show who they are.
        """
        self.check_password(password, session.name)
        entry = self._own_entry(session.name, "change password")
        self.store.set_password(session.name, self.hashes.hashed(password), entry)
        self.sessions.end(session.name, but=session.key)

    def new_recovery(self, name: str) -> Sequence[str]:
        """Returns new recovery codes of who sits there, told once; those before are no good."""
        codes = [self.new_code() for _ in range(RECOVERY_CODES)]
        entry = self._own_entry(name, "make recovery codes")
        self.store.put_recovery(name, self._keys(name, codes), entry)
        return codes

    def sessions_of(self, name: str, by: str) -> Sequence[ConsoleSession]:
        """Returns the sessions of a person, or (without a name) of all whom `by` may see."""
        if name:
            names = [self.manage_people.one(name, by).name]
        else:
            names = [each.name for each in self.manage_people.listed(by)]
        now = self.clock.now()
        return [each for each in self.sessions.all(names) if each.expires_at > now]

    def own_sessions(self, name: str) -> Sequence[ConsoleSession]:
        """Returns the sessions of who sits there."""
        now = self.clock.now()
        return [each for each in self.sessions.all([name]) if each.expires_at > now]

    def end_others(self, session: ConsoleSession) -> int:
        """Ends the other sessions of who sits there; returns how many they were."""
        return self.sessions.end(session.name, but=session.key)

    def end_sessions(self, name: str, by: str) -> int:
        """Ends all sessions of a person, and takes links back; returns how many sessions they were.

        Raises NotAllowed unless `by` administers wherever the person works.
        """
        person, actor = self.manage_people.administered(name, by)
        entry = self.manage_people.entry(actor, person, "end sessions", f"person {person.name}")
        self.manage_people.authorise.trail.record(entry)
        self.store.take_back_links(person.name)
        return self.sessions.end(person.name)

    def _issue(self, name: str, entry: AuditEntry | None) -> Invitation:
        token, until = self.new_token(), self.clock.now() + LINK_LASTS
        self.store.issue(OneTimeLink(key=self._key(token), name=name, expires_at=until), entry)
        return Invitation(name=name, token=token, expires_at=until)

    def _found(self, token: str) -> OneTimeLink:
        link = self.store.link(self._key(token))
        if link is None or link.expires_at <= self.clock.now():
            raise NotProven(GONE)
        person = self.people.find(link.name) if link.name else None
        stands = person is not None and person.removed_at is None
        if not (stands if link.name else not self.people.anybody()):
            raise NotProven(GONE)
        return link

    def _key(self, token: str) -> bytes:
        return self.keyring.index("one-time link", token)

    def _secret(self, token: str) -> str:
        parts = (self.keyring.index(f"one-time codes {part}", token) for part in (1, 2))
        return self.secret_of(b"".join(parts))

    def _keys(self, name: str, codes: Sequence[str]) -> Sequence[bytes]:
        return [recovery_key(self.keyring, name, each) for each in codes]

    def _own_entry(self, name: str, act: str) -> AuditEntry:
        return AuditEntry(
            at=self.clock.now(),
            by=name,
            institution=self.manage_people.authorise.own,
            act=act,
            what=f"person {name}",
        )


def _short(name: str) -> str:
    try:
        return short_name(name)
    except ValueError as error:
        raise Refused(str(error)) from None
