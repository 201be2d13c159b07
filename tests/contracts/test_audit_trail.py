"""The audit is searched, verified, and shortened by age, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.institutions import audit_trail as searching
from gateway.adapters.sql.institutions.audit_trail import UNREADABLE, SqlAuditTrail
from gateway.adapters.sql.institutions.tables import audit_heads, audit_trail
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
L = audit_trail.c


@pytest.fixture
def trail(database: Engine, clock: FixedClock) -> SqlAuditTrail:
    """Five lines of the health institution, a minute apart, and one of the works."""
    made = SqlAuditTrail(database, KEYRING)
    for number in range(1, 6):
        made.record(
            AuditEntry(
                at=clock.now(), by="hana" if number % 2 else "omar", institution="health",
                act="read", what=f"case {number}", subscribers=[ASHA] if number < 4 else [JUMA],
                reason="She asks" if number == 2 else "",
            )
        )  # fmt: skip
        clock.advance(60)
    made.record(
        AuditEntry(at=clock.now(), by="hana", institution="works", act="answer", what="case 6",
                   subscribers=[ASHA, JUMA])
    )  # fmt: skip
    return made


def found(trail: SqlAuditTrail, query: AuditQuery) -> list[str]:
    ours = replace(query, institutions=query.institutions or frozenset({"health", "works"}))
    return [line.what.removeprefix("case ") for line in trail.newest(ours)]


def test_lines_are_found_by_all_that_they_say(trail: SqlAuditTrail, clock: FixedClock) -> None:
    health = frozenset({"health"})
    two_ago = clock.now() - timedelta(minutes=2)
    for query, numbers in (
        (AuditQuery(), "654321"),
        (AuditQuery(limit=2), "65"),
        (AuditQuery(by="hana"), "6531"),
        (AuditQuery(act="answer"), "6"),
        (AuditQuery(institutions=health), "54321"),
        (AuditQuery(subscriber=ASHA), "6321"),
        (AuditQuery(subscriber=JUMA, institutions=health), "54"),
        (AuditQuery(since=two_ago), "654"),
        (AuditQuery(until=two_ago, by="hana"), "31"),
        (AuditQuery(subscriber=Msisdn("+999700000009")), ""),
    ):
        assert list(numbers) == found(trail, query), query
    assert 9 == len(trail.newest(AuditQuery())) + 1, "those that tell of chains are seen by all"


def test_all_are_yielded_chain_by_chain_in_steps(
    trail: SqlAuditTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_AT_ONCE", 2)

    lines = list(trail.each(AuditQuery()))

    places = [(line.institution, line.line) for line in lines]
    health = [("health", number) for number in range(1, 6)]
    assert [(EVERYWHERE, 1), (EVERYWHERE, 2), *health, ("works", 1)] == places
    assert ["She asks"] == [line.reason for line in lines if line.reason]
    assert [2] == [line.subscribers for line in lines if line.institution == "works"]


def test_a_reason_whose_key_is_gone_hides_no_line(trail: SqlAuditTrail, database: Engine) -> None:
    other = SqlAuditTrail(database, Keyring(bytes(range(1, 33))))

    assert UNREADABLE in [line.reason for line in other.newest(AuditQuery())]


def wrong(trail: SqlAuditTrail) -> list[tuple[str, int]]:
    heads = {head.institution for head in trail.heads()} | {EVERYWHERE}
    return [
        (fault.institution, fault.line)
        for name in sorted(heads)
        for fault in trail.check(name, lambda lines: None)
    ]


Harm = Callable[[Connection], object]
OF_HEALTH = L.institution == "health"


def _cut_end(connection: Connection) -> None:
    """Takes the last line away, and writes the head as it was before."""
    connection.execute(delete(audit_trail).where(OF_HEALTH, L.line == 5))
    mac = connection.scalar(select(L.mac).where(OF_HEALTH, L.line == 4))
    head = update(audit_heads).where(audit_heads.c.institution == "health")
    connection.execute(head.values(line=4, mac=mac))


def _moved(connection: Connection) -> None:
    """Lets two lines change places."""
    for line, to in ((2, 99), (3, 2), (99, 3)):
        connection.execute(update(audit_trail).where(OF_HEALTH, L.line == line).values(line=to))


def _forged(connection: Connection) -> None:
    """Puts a chain there that never began."""
    row = connection.execute(select(audit_heads).where(audit_heads.c.institution == "works")).one()
    connection.execute(insert(audit_heads).values({**row._mapping, "institution": "forged"}))


HARM: dict[str, tuple[Harm, list[tuple[str, int]]]] = {
    "nothing": (lambda c: None, []),
    "a line removed": (
        lambda c: c.execute(delete(audit_trail).where(OF_HEALTH, L.line == 3)), [("health", 3)],
    ),
    "the first line removed": (
        lambda c: c.execute(delete(audit_trail).where(OF_HEALTH, L.line == 1)), [("health", 1)],
    ),
    "the last line removed": (
        lambda c: c.execute(delete(audit_trail).where(OF_HEALTH, L.line == 5)), [("health", 5)],
    ),
    "the end cut off": (_cut_end, [("health", 4)]),
    "somebody else's name": (
        lambda c: c.execute(update(audit_trail).where(OF_HEALTH, L.line == 2).values(who="juma")),
        [("health", 2)],
    ),
    "another time": (
        lambda c: c.execute(text("UPDATE audit_trail SET at = at + 1 WHERE line = 4")),
        [("health", 4)],
    ),
    "the reason removed": (
        lambda c: c.execute(
            update(audit_trail).where(OF_HEALTH, L.line == 2).values(reason_sealed=None)
        ),
        [("health", 2)],
    ),
    "lines in another order": (_moved, [("health", 2), ("health", 3), ("health", 4)]),
    "what a citizen reads removed": (
        lambda c: c.execute(delete(looks).where(looks.c.line == 2)), [("health", 2)],
    ),
    "what a citizen reads changed": (
        lambda c: c.execute(update(looks).where(looks.c.line == 4).values(who="an office")),
        [("health", 4)],
    ),
    "a whole chain removed": (
        lambda c: (
            c.execute(delete(audit_trail).where(L.institution == "works")),
            c.execute(delete(audit_heads).where(audit_heads.c.institution == "works")),
        ),
        [("works", 1)],
    ),
    "a chain put there": (_forged, [("forged", 1), ("forged", 1), ("forged", 1)]),
    "the chain of all removed": (
        lambda c: (
            c.execute(delete(audit_trail).where(L.institution == EVERYWHERE)),
            c.execute(delete(audit_heads).where(audit_heads.c.institution == EVERYWHERE)),
        ),
        [(EVERYWHERE, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HARM)
def test_whatever_is_removed_or_changed_is_noticed_at_its_line(
    trail: SqlAuditTrail, database: Engine, what: str
) -> None:
    harm, expected = HARM[what]
    with transaction(database) as connection:
        harm(connection)

    assert expected == wrong(trail)


def test_who_has_the_key_cannot_change_what_was_noted_elsewhere(trail: SqlAuditTrail) -> None:
    (head,) = (each for each in trail.heads() if each.institution == "health")

    assert (5, 1) == (head.line, head.first)
    assert head.mac == trail.mac_at("health", 5)
    assert trail.mac_at("health", 4) not in (None, head.mac)
    assert None is trail.mac_at("health", 6)


def test_old_lines_go_and_the_rest_can_still_be_verified(
    trail: SqlAuditTrail, database: Engine, clock: FixedClock
) -> None:
    third = trail.mac_at("health", 3)
    before = clock.now() - timedelta(minutes=2, seconds=1)  # three lines are older

    removed = [trail.shorten(before, 2) for _ in range(3)]

    assert [2, 1, 0] == removed
    assert list("654") == found(trail, AuditQuery())
    assert [] == wrong(trail)
    assert third == trail.mac_at("health", 3)
    with statements(database) as connection:
        count = connection.scalar(select(func.count()).select_from(looks))
    assert 4 == count, "what citizens read of those lines goes with them"
    trail.record(AuditEntry(at=clock.now(), by="hana", institution="health", act="read", what="7"))
    assert [] == wrong(trail)


def test_the_last_line_and_the_chain_of_all_stay_however_old(
    trail: SqlAuditTrail, clock: FixedClock
) -> None:
    assert 4 == trail.shorten(clock.now() + timedelta(days=9999), 100)
    assert [(EVERYWHERE, 2, 1), ("health", 5, 5), ("works", 1, 1)] == [
        (head.institution, head.line, head.first) for head in trail.heads()
    ]
    assert [] == wrong(trail)


def test_a_chain_that_was_harmed_is_not_shortened(
    trail: SqlAuditTrail, database: Engine, clock: FixedClock
) -> None:
    with transaction(database) as connection:
        connection.execute(delete(audit_trail).where(OF_HEALTH, L.line == 2))

    assert 0 == trail.shorten(clock.now(), 100)
    assert [("health", 2)] == wrong(trail)
