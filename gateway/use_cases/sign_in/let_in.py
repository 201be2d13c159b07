"""Let people in: one-time links, by which they set a password; and end their sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.faults_and_errors.errors import NotProven, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.person import short_name
from gateway.domain.sign_in.stay import LINK_LASTS
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
from gateway.use_cases.sign_in.keep_account import KeepAccount

GONE = Sentence(
    "This link is not good: it was used, it is older than a day, or there is a newer one. An "
    "administrator makes another.",
    by_command="See: gateway people link NAME",
)
NOT_FIRST = Sentence(
    "Somebody is known already. An administrator lets people in.",
    by_command="See: gateway people link NAME",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that was made: `token` is what stands in it, and nowhere else."""

    name: str
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a person sees who follows a link: `name` is empty for the first administrator.

    `secret` goes into their telephone. It comes of the link and of their browser, and is kept once
    it is proven.
    """

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    `new_token` makes what nobody can guess.
    """

    people: People
    manage_people: ManagePeople
    account: KeepAccount
    store: CredentialStore
    sessions: ConsoleSessions
    keyring: Keyring
    new_token: Callable[[], str]
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

    def look(self, token: str, browser: str) -> Enrolment:
        """Returns what a link is for; raises NotProven when it is no good.

        `browser` is what the browser that follows the link keeps, and nobody else has seen.
        """
        name = self._found(token).name
        return Enrolment(name=name, secret=self.account.secret(token, browser))

    def enrol(
        self, token: str, browser: str, name: str, password: str, code: str
    ) -> tuple[str, Sequence[str]]:
        """Lets a person in; returns their short name, and their recovery codes, told once.

        `name` counts where the link names nobody: its person becomes the first administrator of
        every institution. Raises NotProven for a link that is no good, and Refused for a password
        or a code that is.
        """
        link, secret = self._found(token), self.account.secret(token, browser)
        called = link.name or _short(name)
        self.account.check_password(password, called)
        step = self.account.step(secret, code)
        first = None if link.name else self.manage_people.first(called)
        credentials = Credentials(
            name=called,
            password=self.account.hashes.hashed(password),
            secret=secret,
            last_step=step,
        )
        codes, kept = self.account.recovery(called)
        entry = self.account.entry(called, "set password")
        if not self.store.enrol(link, credentials, kept, entry, first):
            raise NotProven(GONE)
        return called, codes

    def sessions_of(self, name: str, by: str) -> Sequence[ConsoleSession]:
        """Returns the sessions of a person, or (without a name) of all whom `by` may see."""
        if name:
            names = [self.manage_people.one(name, by).name]
        else:
            names = [each.name for each in self.manage_people.listed(by)]
        now = self.clock.now()
        return [each for each in self.sessions.all(names) if each.expires_at > now]

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


def _short(name: str) -> str:
    try:
        return short_name(name)
    except ValueError as error:
        raise Refused(*error.args) from None
