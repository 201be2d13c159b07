"""Keep one's own account: password, telephone, recovery codes, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.sign_in.passwords import LEAST, MOST, Weakness, weakness
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.ports import Clock, Keyring
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail
from gateway.use_cases.ports.sign_in.credentials import (
    ConsoleSession,
    ConsoleSessions,
    CredentialStore,
)
from gateway.use_cases.ports.sign_in.proving import OneTimeCodes, PasswordHashes
from gateway.use_cases.sign_in.sign_in import recovery_key

#: Recovery codes that a person is given.
RECOVERY_CODES = 8

WRONG_CODE = Sentence("The code is not the one that the telephone shows now. Type the next one.")

#: Why a password is refused, in words.
WEAK: Mapping[Weakness, Sentence] = {
    Weakness.SHORT: Sentence(
        "The password is too short: %(least)s characters at least. Four words that do not belong "
        "together are easy to keep in mind.",
        least=LEAST,
    ),
    Weakness.LONG: Sentence("The password is too long: %(most)s characters at most.", most=MOST),
    Weakness.SAME_SIGNS: Sentence("The password has too few different characters."),
    Weakness.OWN_NAME: Sentence("The password is mostly your own name. Take another."),
    Weakness.COMMON: Sentence(
        "Many people use this password, and it is tried first. Take another."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAccount:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    Who calls what changes something has had the person show anew who they are. `secret_of` makes
    the secret of one-time codes of 20 bytes or more; `new_code` makes what nobody can guess; `own`
    is the institution in whose audit it stands.
    """

    store: CredentialStore
    sessions: ConsoleSessions
    hashes: PasswordHashes
    codes: OneTimeCodes
    keyring: Keyring
    trail: AuditTrail
    own: str
    secret_of: Callable[[bytes], str]
    new_code: Callable[[], str]
    clock: Clock

    def check_password(self, password: str, name: str) -> None:
        """Raises Refused for a password that others would try."""
        why = weakness(password, name, self.hashes.common)
        if why is not None:
            raise Refused(WEAK[why])

    def change_password(self, session: ConsoleSession, password: str) -> None:
        """Keeps a new password of who sits there, and ends their other sessions."""
        self.check_password(password, session.name)
        entry = self.entry(session.name, "change password")
        self.store.set_password(session.name, self.hashes.hashed(password), entry)
        self.sessions.end(session.name, but=session.key)

    def secret(self, shared: str, browser: str) -> str:
        """Returns a secret of one-time codes, which goes into a telephone.

        It comes of what whoever sent a link knows, too (`shared`), and of what this `browser` alone
        keeps: who has seen the link has not seen the secret.
        """
        told = f"{shared}\0{browser}"
        parts = (self.keyring.index(f"one-time codes {part}", told) for part in (1, 2))
        return self.secret_of(b"".join(parts))

    def step(self, secret: str, code: str) -> int:
        """Returns the step of a code that was typed; raises Refused for a wrong one."""
        step = self.codes.step(secret, ascii_digits("".join(code.split())), self.clock.now())
        if step is None:
            raise Refused(WRONG_CODE)
        return step

    def telephone_secret(self, session: ConsoleSession, browser: str) -> str:
        """Returns the secret that another telephone of who sits there reads."""
        return self.secret(session.key.hex(), browser)

    def pair(self, session: ConsoleSession, browser: str, code: str) -> None:
        """Takes another telephone in the place of the one before, and ends the other sessions.

        Raises Refused for a code that is not the new one's. Recovery codes stay good.
        """
        secret = self.telephone_secret(session, browser)
        entry = self.entry(session.name, "change telephone")
        self.store.set_secret(session.name, secret, self.step(secret, code), entry)
        self.sessions.end(session.name, but=session.key)

    def recovery(self, name: str) -> tuple[Sequence[str], Sequence[bytes]]:
        """Returns recovery codes as they are told, once; and the keyed hashes that are kept."""
        codes = [self.new_code() for _ in range(RECOVERY_CODES)]
        return codes, [recovery_key(self.keyring, name, each) for each in codes]

    def new_recovery(self, name: str) -> Sequence[str]:
        """Returns new recovery codes of who sits there, told once; those before are no good."""
        codes, kept = self.recovery(name)
        self.store.put_recovery(name, kept, self.entry(name, "make recovery codes"))
        return codes

    def own_sessions(self, name: str) -> Sequence[ConsoleSession]:
        """Returns the sessions of who sits there."""
        now = self.clock.now()
        return [each for each in self.sessions.all([name]) if each.expires_at > now]

    def end_others(self, session: ConsoleSession) -> int:
        """Ends the other sessions of who sits there; returns how many they were."""
        self.trail.record(self.entry(session.name, "end own sessions"))
        return self.sessions.end(session.name, but=session.key)

    def entry(self, name: str, act: str) -> AuditEntry:
        """Returns a line of the audit of what somebody does for themselves."""
        return AuditEntry(
            at=self.clock.now(), by=name, institution=self.own, act=act, what=f"person {name}"
        )
