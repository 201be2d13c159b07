"""What people prove themselves with to the console, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.console_sessions import SqlConsoleSessions
from gateway.adapters.sql.institutions.credentials import SqlCredentials
from gateway.adapters.sql.institutions.people import SqlPeople
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from gateway.use_cases.ports.sign_in.credentials import ConsoleSession, Credentials, OneTimeLink
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
HANA = Credentials(name="hana", password="scrypt:…", secret="A" * 32, last_step=7)
CODES = [b"one", b"two"]


def enrolled(database: Engine, clock: FixedClock, key: bytes = b"link") -> SqlCredentials:
    store, entry = SqlCredentials(database, KEYRING), done(clock, "set password")
    link = OneTimeLink(key=key, name="hana", expires_at=clock.now() + timedelta(days=1))
    store.issue(link, entry)
    assert store.link(key) == link
    assert store.enrol(link, HANA, CODES, entry)
    assert store.link(key) is None
    assert not store.enrol(link, HANA, CODES, entry), "a link is used once"
    return store


def done(clock: FixedClock, act: str) -> AuditEntry:
    return AuditEntry(at=clock.now(), by="hana", institution="health", act=act, what="person hana")


def test_what_was_kept_is_found_and_each_code_counts_once(
    database: Engine, clock: FixedClock
) -> None:
    store = enrolled(database, clock)

    assert store.find("hana") == HANA
    assert store.find("omar") is None
    assert [store.use_step("hana", step) for step in (7, 6, 8, 8, 10, 9)] == [
        False, False, True, False, True, False,
    ]  # fmt: skip
    assert [store.use_recovery("hana", code) for code in (b"one", b"one", b"three")] == [
        True, False, False,
    ]  # fmt: skip
    assert store.recovery_left("hana") == 1
    store.put_recovery("hana", [b"three", b"four"], done(clock, "make recovery codes"))
    assert store.recovery_left("hana") == 2
    assert not store.use_recovery("hana", b"two")
    store.set_password("hana", "scrypt:other", done(clock, "change password"))
    assert store.find("hana") == replace(HANA, password="scrypt:other", last_step=10)


def test_another_telephone_takes_the_place_of_the_one_before(
    database: Engine, clock: FixedClock
) -> None:
    store = enrolled(database, clock)
    link = OneTimeLink(key=b"new", name="hana", expires_at=clock.now() + timedelta(days=1))
    store.issue(link, done(clock, "make link"))

    store.set_secret("hana", "B" * 32, 5, done(clock, "change telephone"))

    assert store.find("hana") == replace(HANA, secret="B" * 32, last_step=5)
    assert store.recovery_left("hana") == 2
    assert store.link(b"new") is None, "it made the old one good again"
    lines = SqlAuditTrail(database, KEYRING).newest(AuditQuery(limit=1))
    assert [line.act for line in lines] == ["change telephone"]


def test_the_first_administrator_is_added_with_what_lets_them_in(
    database: Engine, clock: FixedClock
) -> None:
    store, people = SqlCredentials(database, KEYRING), SqlPeople(database, KEYRING)
    adam = Person(
        name="adam",
        known_as="adam",
        roles={EVERYWHERE: frozenset({Role.ADMINISTRATOR})},
        added_at=clock.now(),
    )
    first = adam, replace(done(clock, "add person"), institution=EVERYWHERE)
    for key, added in ((b"one", True), (b"two", False)):
        link = OneTimeLink(key=key, name="", expires_at=clock.now() + timedelta(days=1))
        store.issue(link, None)
        new = replace(HANA, name="adam", secret=key.hex())
        assert added == store.enrol(link, new, CODES, done(clock, "set password"), first)

    assert people.all() == [adam]
    assert store.find("adam") == replace(HANA, name="adam", secret=b"one".hex())


def test_a_newer_link_takes_the_place_of_those_before_of_that_person_alone(
    database: Engine, clock: FixedClock
) -> None:
    store, until = SqlCredentials(database, KEYRING), clock.now() + timedelta(days=1)
    names = ((b"1", "hana"), (b"2", "omar"), (b"3", "hana"), (b"4", ""))
    links = [OneTimeLink(key=key, name=name, expires_at=until) for key, name in names]
    for link in links:
        store.issue(link, None if not link.name else done(clock, "make link"))

    assert [store.link(link.key) for link in links] == [None, *links[1:]]

    store.take_back_links("hana")
    assert [store.link(link.key) for link in links] == [None, links[1], None, links[3]]


def test_who_begins_anew_loses_their_sessions_and_the_old_codes(
    database: Engine, clock: FixedClock
) -> None:
    sessions = SqlConsoleSessions(database)
    store = enrolled(database, clock)
    sessions.begin(session(clock, b"a", "hana"))
    sessions.begin(session(clock, b"b", "omar"))

    enrolled(database, clock, b"another link")

    assert sessions.find(b"a") is None
    assert sessions.find(b"b") is not None
    assert store.recovery_left("hana") == 2


def session(clock: FixedClock, key: bytes, name: str) -> ConsoleSession:
    now = clock.now()
    return ConsoleSession(key=key, name=name, begun_at=now, seen_at=now, proven_at=now,
                          expires_at=now + timedelta(minutes=30))  # fmt: skip


def test_sessions_are_moved_proven_listed_and_ended(database: Engine, clock: FixedClock) -> None:
    sessions = SqlConsoleSessions(database)
    kept = {}
    for key, name in ((b"a", "hana"), (b"b", "hana"), (b"c", "hana"), (b"d", "omar")):
        kept[key] = session(clock, key, name)
        sessions.begin(kept[key])
        clock.advance(60)

    later = clock.now() + timedelta(minutes=30)
    sessions.move(b"a", clock.now(), later)
    sessions.prove(b"a", clock.now())
    moved = replace(kept[b"a"], seen_at=clock.now(), proven_at=clock.now(), expires_at=later)

    assert sessions.all(["hana", "nobody"]) == [kept[b"c"], kept[b"b"], moved]
    assert sessions.all([]) == []
    assert sessions.end("hana", only=b"d") == 0, "that is another person's"
    assert sessions.end("hana", only=b"c") == 1
    assert sessions.end("hana", but=b"a") == 1
    assert [each.key for each in sessions.all(["hana", "omar"])] == [b"d", b"a"]
    assert sessions.end("hana") == 1
