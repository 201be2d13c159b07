"""Getting into the console."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from gateway.adapters.memory.rate_counter import CountedAnyway, ProcessRateCounter
from gateway.adapters.sign_in.one_time_codes import Totp, secret_of
from gateway.adapters.sign_in.passwords import ScryptPasswords
from gateway.adapters.sql.institutions.console_sessions import SqlConsoleSessions
from gateway.adapters.sql.institutions.credentials import SqlCredentials
from gateway.adapters.system.keyring import Keyring
from gateway.composition.office.institutions import Institutions
from gateway.deployment.console_settings import ConsoleSettings
from gateway.domain.sign_in.stay import Stay
from gateway.use_cases.ports import Clock, RateCounter
from gateway.use_cases.sign_in.keep_account import KeepAccount
from gateway.use_cases.sign_in.known_browsers import KnownBrowsers
from gateway.use_cases.sign_in.let_in import LetIn
from gateway.use_cases.sign_in.sign_in import SignIn

#: No 0, 1, i, l and o: whoever copies a code by hand takes them for each other.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOffice:
    """The use cases of getting in, and what is shown beside them."""

    sign_in: SignIn
    let_in: LetIn
    account: KeepAccount
    store: SqlCredentials


def sign_in_office(
    settings: ConsoleSettings,
    engine: Engine,
    keyring: Keyring,
    *,
    institutions: Institutions,
    own: str,
    arrivals: RateCounter,
    clock: Clock,
) -> SignInOffice:
    """Returns them wired; `own` is the institution of what is no service's."""
    store, sessions = SqlCredentials(engine, keyring), SqlConsoleSessions(engine)
    hashes, codes = ScryptPasswords(), Totp()
    stay = Stay(
        idle=timedelta(minutes=settings.idle_minutes), most=timedelta(hours=settings.longest_hours)
    )
    account = KeepAccount(
        store=store,
        sessions=sessions,
        hashes=hashes,
        codes=codes,
        keyring=keyring,
        trail=institutions.trail,
        own=own,
        secret_of=secret_of,
        new_code=_new_code,
        clock=clock,
    )
    return SignInOffice(
        store=store,
        account=account,
        sign_in=SignIn(
            people=institutions.people,
            store=store,
            sessions=sessions,
            hashes=hashes,
            codes=codes,
            keyring=keyring,
            arrivals=CountedAnyway(arrivals, ProcessRateCounter(clock)),
            browsers=KnownBrowsers(
                keyring=keyring, new_token=lambda: secrets.token_urlsafe(12), clock=clock
            ),
            trail=institutions.trail,
            own=own,
            stay=stay,
            new_token=lambda: secrets.token_urlsafe(32),
            clock=clock,
        ),
        let_in=LetIn(
            people=institutions.people,
            manage_people=institutions.manage_people,
            account=account,
            store=store,
            sessions=sessions,
            keyring=keyring,
            new_token=lambda: secrets.token_urlsafe(32),
            clock=clock,
        ),
    )


def _new_code() -> str:
    """Returns ten letters and digits in two groups: some 49 bits."""
    five = ["".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)]
    return "-".join(five)
