"""Institutions, the people who act for them, and the audit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.people import SqlPeople
from gateway.adapters.system.keyring import Keyring
from gateway.use_cases.institutions.authorise import Authorise


@dataclass(frozen=True, slots=True, kw_only=True)
class Institutions:
    """What the use cases of other rooms ask, and tell."""

    people: SqlPeople
    authorise: Authorise
    trail: SqlAuditTrail


def institutions(engine: Engine, keyring: Keyring, own: str) -> Institutions:
    """Returns them wired; `own` is the institution of what is no service's."""
    people = SqlPeople(engine)
    return Institutions(
        people=people,
        authorise=Authorise(people=people, own=own),
        trail=SqlAuditTrail(engine, keyring),
    )
