"""Sign in to the console, stay there, show anew who one is, and leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import NotProven
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.person import Person, short_name
from gateway.domain.sign_in.origin import counted_origin
from gateway.domain.sign_in.stay import NOTED_EVERY, PROOF_LASTS, Stay
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.institutions.authorise import NO_NAME, REFUSED
from gateway.use_cases.ports import Clock, Keyring, RateCounter
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail, People
from gateway.use_cases.ports.sign_in.credentials import (
    ConsoleSession,
    ConsoleSessions,
    Credentials,
    CredentialStore,
)
from gateway.use_cases.ports.sign_in.proving import OneTimeCodes, PasswordHashes
from gateway.use_cases.sign_in.known_browsers import KnownBrowsers

#: Tries are counted in windows of this length.
WINDOW = timedelta(minutes=15)
#: Tries in a window for one name from one address (or in one known browser, or one session), and
#: from one address for all names.
MOST_FROM_ONE, MOST_FROM_SOURCE = 10, 100
#: Of more tries for one name, over all addresses, each address has fewer: that slows who tries from
#: many, and shuts nobody out who comes from one of their own.
MOST_OF_NAME, FEWER_FROM_ONE = 100, 2

WRONG = Sentence(
    "The name, the password or the code is wrong. A code counts once: wait for the next one."
)
TOO_MANY = Sentence("Too many tries. Wait a quarter of an hour, then try again.")
#: A secret that nobody has: a code is compared with it where there is nobody.
_NOBODY = "A" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What the browser of somebody keeps who has signed in: the token of the session, and for
    months what it is known by (`KnownBrowsers`), which lets nobody in."""

    token: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who sits at the console, and since when."""

    person: Person
    session: ConsoleSession


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    `own` is the institution in whose audit it stands; `new_token` makes what nobody can guess;
    `arrivals` counts while Redis is away, too. Raises Busy where too many try at once.
    """

    people: People
    store: CredentialStore
    sessions: ConsoleSessions
    hashes: PasswordHashes
    codes: OneTimeCodes
    keyring: Keyring
    arrivals: RateCounter
    browsers: KnownBrowsers
    trail: AuditTrail
    own: str
    stay: Stay
    new_token: Callable[[], str]
    clock: Clock

    def __call__(
        self, name: str, password: str, code: str, source: str, browser: str = ""
    ) -> SignedIn:
        """Begins a session; raises NotProven, which says not what was wrong.

        `code` is one of the telephone, or a recovery code; `source` is where the request comes
        from, and `browser` what the browser keeps. It takes as long for a name that nobody has.
        """
        try:
            name = short_name(name)
        except ValueError:
            name = ""
        mark = self.browsers.mark(name, browser)
        if mark:  # it waits for no stranger's tries
            self._count("sign-in-known", f"{name}\0{mark}", MOST_FROM_ONE)
        else:
            self._count_stranger(name, source)
        person = self.people.find(name) if name else None
        known = self.store.find(name)  # asked of nobody, too: it takes as long
        if person is None or person.removed_at is not None:
            known = None
        same = self.hashes.matches(known.password if known else "", password)
        if not self._takes(known, code, spend=same) or known is None:
            self._note(person.name if person else NO_NAME, REFUSED, "sign in to the console")
            raise NotProven(WRONG)
        token, now = self.new_token(), self.clock.now()
        self._note(name, "sign in", "console")
        self.sessions.begin(
            ConsoleSession(
                key=self.key(token),
                name=name,
                begun_at=now,
                seen_at=now,
                proven_at=now,
                expires_at=self.stay.ends(now, now),
            )
        )
        return SignedIn(token=token, browser=self.browsers.with_another(name, browser))

    def present(self, token: str) -> Present | None:
        """Returns whose session a token is, which lasts longer by this; None when it is over."""
        session, now = self.sessions.find(self.key(token)), self.clock.now()
        if session is None or session.expires_at <= now:
            return None
        person = self.people.find(session.name)
        if person is None or person.removed_at is not None:
            return None
        if now - session.seen_at >= NOTED_EVERY:
            self.sessions.move(session.key, now, self.stay.ends(session.begun_at, now))
        return Present(person=person, session=session)

    def is_proven(self, session: ConsoleSession) -> bool:
        """Returns whether who sits there has shown who they are a moment ago."""
        return self.clock.now() - session.proven_at < PROOF_LASTS

    def prove(self, session: ConsoleSession, password: str, code: str) -> None:
        """Takes password and code anew; raises NotProven. It waits for no stranger's tries."""
        self._count("sign-in-again", session.key.hex(), MOST_FROM_ONE)
        known = self.store.find(session.name)
        same = self.hashes.matches(known.password if known else "", password)
        if not self._takes(known, code, spend=same):
            self._note(session.name, REFUSED, "show anew who sits at the console")
            raise NotProven(WRONG)
        self._note(session.name, "show anew", "console")
        self.sessions.prove(session.key, self.clock.now())

    def leave(self, session: ConsoleSession) -> None:
        """Ends a session."""
        self._note(session.name, "sign out", "console")
        self.sessions.end(session.name, only=session.key)

    def key(self, token: str) -> bytes:
        """Returns the keyed hash by which a session is found."""
        return self.keyring.index("console session", token)

    def _takes(self, known: Credentials | None, code: str, *, spend: bool) -> bool:
        """Returns whether the code is good; uses it up where all else was right (`spend`)."""
        digits = ascii_digits("".join(code.split()))
        step = self.codes.step(known.secret if known else _NOBODY, digits, self.clock.now())
        if known is None or not spend:
            # As long as with the right password: a code that nobody has is looked for.
            nobodys = recovery_key(self.keyring, "", self.new_token())
            return self.store.use_recovery("", nobodys)
        if step is not None:
            return self.store.use_step(known.name, step)
        return self.store.use_recovery(known.name, recovery_key(self.keyring, known.name, code))

    def _count_stranger(self, name: str, source: str) -> None:
        source = counted_origin(source)
        self._count("sign-in-source", source, MOST_FROM_SOURCE)
        here = self._count("sign-in", f"{name}\0{source}", MOST_FROM_ONE)
        everywhere = self._counted("sign-in-name", name, MOST_OF_NAME)
        if everywhere > MOST_OF_NAME and here > FEWER_FROM_ONE:
            raise NotProven(TOO_MANY)

    def _count(self, surface: str, whose: str, most: int) -> int:
        tries = self._counted(surface, whose, most)
        if tries > most:
            raise NotProven(TOO_MANY)
        return tries

    def _counted(self, surface: str, whose: str, most: int) -> int:
        """Returns how many tries there were; that they were too many is noted once."""
        key = self.keyring.index("sign in", whose)
        tries, _ = self.arrivals.count("console", surface, key, WINDOW.total_seconds())
        if tries == most + 1:
            self._note(NO_NAME, REFUSED, "too many tries to sign in to the console")
        return tries

    def _note(self, by: str, act: str, what: str) -> None:
        entry = AuditEntry(at=self.clock.now(), by=by, institution=self.own, act=act, what=what)
        self.trail.record(entry)


def recovery_key(keyring: Keyring, name: str, code: str) -> bytes:
    """Returns the keyed hash of a recovery code, however it was spaced and written."""
    plain = "".join(code.split()).replace("-", "").casefold()
    return keyring.index("recovery code", f"{name}\0{plain}")
