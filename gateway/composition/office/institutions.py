"""Institutions, the people who act for them, and the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import Engine

from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.institutions import SqlInstitutions
from gateway.adapters.sql.institutions.people import SqlPeople
from gateway.adapters.sql.ledger.ledger import SqlLedger
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.domain.menu.release import Release
from gateway.domain.money.tariff import Tariff
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.institutions.known_institutions import KnownInstitutions
from gateway.use_cases.institutions.manage_institutions import ManageInstitutions
from gateway.use_cases.institutions.manage_people import ManagePeople
from gateway.use_cases.institutions.read_audit import ReadAudit
from gateway.use_cases.institutions.read_ledger import ReadLedger
from gateway.use_cases.institutions.shorten_audit import ShortenAudit
from gateway.use_cases.institutions.spend import CountSpending, Spend
from gateway.use_cases.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Institutions:
    """What the use cases of other rooms ask, and tell; and what administrators do."""

    people: SqlPeople
    stored: SqlInstitutions
    authorise: Authorise
    trail: SqlAuditTrail
    known: KnownInstitutions
    spend: Spend
    count_spending: CountSpending
    shorten_audit: ShortenAudit
    manage_people: ManagePeople
    manage: ManageInstitutions
    read_audit: ReadAudit
    read_ledger: ReadLedger


def institutions(
    engine: Engine,
    keyring: Keyring,
    *,
    own: str,
    zone: tzinfo,
    channels: Callable[[], Mapping[str, Channel]],
    release: Callable[[], Release],
    clock: Clock,
) -> Institutions:
    """Returns them wired; `own` is the institution of what is no service's."""
    people, stored = SqlPeople(engine, keyring), SqlInstitutions(engine, keyring)
    known = KnownInstitutions(institutions=stored, people=people, release=release, own=own)
    ledger = SqlLedger(engine)
    spend = Spend(
        institutions=stored, ledger=ledger, own=own, zone=zone, tariffs=lambda: _tariffs(channels())
    )
    trail = SqlAuditTrail(engine, keyring)
    authorise = Authorise(
        people=people,
        own=own,
        trail=trail,
        exists=lambda name: name == EVERYWHERE or name in known.names(),
        clock=clock,
    )
    return Institutions(
        people=people,
        stored=stored,
        authorise=authorise,
        trail=trail,
        read_audit=ReadAudit(trail=trail, authorise=authorise, clock=clock),
        read_ledger=ReadLedger(ledger=ledger, spend=spend, authorise=authorise, clock=clock),
        known=known,
        spend=spend,
        count_spending=CountSpending(spend=spend, clock=clock),
        shorten_audit=ShortenAudit(trail=trail, clock=clock),
        manage_people=ManagePeople(people=people, authorise=authorise, known=known, clock=clock),
        manage=ManageInstitutions(
            institutions=stored,
            authorise=authorise,
            known=known,
            spend=spend,
            channels=channels,
            clock=clock,
        ),
    )


def _tariffs(channels: Mapping[str, Channel]) -> Mapping[str, Tariff]:
    return {name: each.tariff for name, each in channels.items() if each.tariff is not None}
