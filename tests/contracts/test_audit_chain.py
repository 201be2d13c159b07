"""The audit: one chain of lines for each institution, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.institutions.audit_chain import BEGUN, TAMPERED, append
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.tables import audit_heads, audit_trail
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.institutions import AuditEntry
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")


@pytest.fixture
def trail(database: Engine) -> SqlAuditTrail:
    return SqlAuditTrail(database, KEYRING)


def entry(clock: FixedClock, what: str = "case 1", institution: str = "health") -> AuditEntry:
    return AuditEntry(
        at=clock.now(), by="asha.musa", institution=institution, act="read", what=what
    )


def lines(database: Engine, institution: str) -> list[tuple[int, str, str]]:
    t = audit_trail.c
    query = select(t.line, t.act, t.what).where(t.institution == institution).order_by(t.line)
    with statements(database) as connection:
        return [(row.line, row.act, row.what) for row in connection.execute(query)]


def test_lines_of_an_institution_are_numbered_and_the_first_is_told_to_all(
    database: Engine, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    for what, institution in (("case 1", "health"), ("case 2", "health"), ("case 3", "works")):
        trail.record(entry(clock, what, institution))

    assert [(1, "read", "case 1"), (2, "read", "case 2")] == lines(database, "health")
    assert [(1, "read", "case 3")] == lines(database, "works")
    assert [(1, BEGUN, "health"), (2, BEGUN, "works")] == lines(database, EVERYWHERE)


def test_what_is_no_institutions_is_the_deployments_own(
    database: Engine, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    trail.record(entry(clock, institution=""))

    assert [(1, "read", "case 1")] == lines(database, "gateway")


def test_whose_it_was_stands_there_as_index_and_is_what_citizens_read(
    database: Engine, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    trail.record(
        AuditEntry(
            at=clock.now(), by="asha.musa", institution="health", act="read", what="case 1",
            subscribers=[ASHA, JUMA, ASHA], seen="cases", known_as="Water office",
        )
    )  # fmt: skip

    with statements(database) as connection:
        rows = connection.execute(select(looks)).all()
    found = {(row.msisdn_index, row.who, row.what, row.chain, row.line) for row in rows}
    told = ("Water office", "cases", "health", 1)
    assert {(KEYRING.index_of(ASHA), *told), (KEYRING.index_of(JUMA), *told)} == found


def test_a_reason_is_sealed(database: Engine, trail: SqlAuditTrail, clock: FixedClock) -> None:
    trail.record(
        AuditEntry(at=clock.now(), by="a", institution="h", act="reveal", what="sms 1",
                   reason="Asha Musa asks")
    )  # fmt: skip

    with statements(database) as connection:
        (sealed,) = connection.scalars(
            select(audit_trail.c.reason_sealed).where(audit_trail.c.institution == "h")
        )
    assert b"Asha" not in sealed


def test_writers_at_the_same_moment_neither_fork_a_chain_nor_stop_each_other(
    database: Engine, clock: FixedClock
) -> None:
    """Two institutions in one transaction, in either order, and each by itself."""

    def write(number: int) -> None:
        both = [entry(clock, f"case {number}", name) for name in ("health", "works")]
        with transaction(database) as connection:
            append(connection, KEYRING, both if number % 2 else both[::-1])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))

    for name in ("health", "works"):
        assert list(range(1, 25)) == [line for line, _, _ in lines(database, name)]
    assert {(BEGUN, "health"), (BEGUN, "works")} == {
        (act, what) for _, act, what in lines(database, EVERYWHERE)
    }


def test_what_is_rolled_back_leaves_no_line(
    database: Engine, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    trail.record(entry(clock))
    with suppress(RuntimeError), transaction(database) as connection:
        append(connection, KEYRING, [entry(clock, "case 2")])
        raise RuntimeError

    trail.record(entry(clock, "case 3"))

    assert [(1, "read", "case 1"), (2, "read", "case 3")] == lines(database, "health")


@pytest.mark.parametrize("how", ["taken back", "taken away"])
def test_a_head_that_is_not_ours_is_not_built_upon_unsaid(
    database: Engine, trail: SqlAuditTrail, clock: FixedClock, how: str
) -> None:
    for what in ("case 1", "case 2"):
        trail.record(entry(clock, what))
    heads, last = audit_heads.c, audit_trail.c
    of_health = heads.institution == "health"
    with transaction(database) as connection:
        connection.execute(delete(audit_trail).where(last.institution == "health", last.line == 2))
        mac = connection.scalar(select(last.mac).where(last.institution == "health"))
        if how == "taken away":
            connection.execute(delete(audit_heads).where(of_health))
        else:
            connection.execute(update(audit_heads).where(of_health).values(line=1, mac=mac))

    clock.advance(timedelta(minutes=1).total_seconds())
    trail.record(entry(clock, "case 3"))

    expected = [(1, "read", "case 1"), (2, TAMPERED, "head"), (3, "read", "case 3")]
    assert expected == lines(database, "health")
