"""Keys and their database: a wrong one is noticed, a rotation ends, and no STOP is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import Engine, func, select, update

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.keys import master_keys, reseal
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sealed_columns import SEALED
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import inbound_sms
from gateway.adapters.sql.tables import master_keys as keys_table
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Purpose
from gateway.handler_api import Column, Table
from tests.clock import FixedClock
from tests.sealed_rows import ASHA, JUMA, call, fill, sms

OLD, NEW, NEWEST, STRANGE = (bytes([each]) * 32 for each in (11, 22, 33, 44))
CHILDREN = Table(
    name="children",
    columns=(Column(name="id", max=8), Column(name="name", max=20, personal=True)),
    key=("id",),
)
TABLES: Mapping[str, Table] = {"children": CHILDREN}


def keyring(engine: Engine, *masters: bytes) -> Keyring:
    """Returns the keys of a deployment that lists these, the newest first, as it is wired."""
    alone = Keyring(masters[0], masters[:0:-1])
    return alone.indexed_by(lambda: master_keys.index_key(engine, alone))


def settle(engine: Engine, clock: FixedClock, *masters: bytes) -> Keyring:
    """Returns such keys, after a process has started with them."""
    keys = keyring(engine, *masters)
    master_keys.settle(engine, keys, clock.now())
    return keys


def run_reseal(engine: Engine, keys: Keyring) -> reseal.Resealed:
    return reseal.reseal(engine, keys, TABLES, lambda rows: None)


def current(engine: Engine, keys: Keyring) -> list[bool]:
    """Returns of each sealed value whether the newest key has sealed it for its row."""
    found = []
    with engine.connect() as connection:
        for sealed in SEALED.values():
            for row in connection.execute(select(metadata.tables[sealed.name])).mappings():
                found += [
                    sealed.is_current(keys, column, row)
                    for column in sealed.purposes
                    if row[column]
                ]
    return found


def test_the_right_key_is_noted_once_and_passes(database: Engine, clock: FixedClock) -> None:
    for _ in range(2):
        keys = settle(database, clock, OLD)

    (noted,) = master_keys.listed(database, keys)
    assert (keys.key_ids[0], True, True) == (noted.id, noted.held, noted.newest)
    assert clock.now() == noted.since


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "by an earlier version"])
def test_a_wrong_key_is_noticed(database: Engine, clock: FixedClock, noted: bool) -> None:
    keys = settle(database, clock, OLD) if noted else keyring(database, OLD)
    fill(database, clock, keys)

    with pytest.raises(Refused, match="GATEWAY_KEY"):
        settle(database, clock, STRANGE)


def test_with_a_wrong_key_nothing_is_looked_up(database: Engine, clock: FixedClock) -> None:
    settle(database, clock, OLD)
    wrong = keyring(database, STRANGE)

    with pytest.raises(Refused, match="not a key of this database"):
        SqlConsents(database, wrong).of(JUMA)


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "by an earlier version"])
def test_a_key_that_was_taken_off_too_early_is_noticed(
    database: Engine, clock: FixedClock, noted: bool
) -> None:
    first = settle(database, clock, OLD) if noted else keyring(database, OLD)
    fill(database, clock, first)
    if noted:
        settle(database, clock, NEW, OLD)
    else:
        later = keyring(database, NEW, OLD)
        mo = InboundSms(provider_ref="z", subscriber=ASHA, to="20880", text="HI")
        SqlInbox(database, later).accept("ke", mo, clock.now())

    with pytest.raises(Refused, match=r"GATEWAY_KEY lacks.*gateway keys reseal"):
        settle(database, clock, NEW)


def test_the_lacking_key_is_named_as_the_list_of_keys_names_it(
    database: Engine, clock: FixedClock
) -> None:
    old = settle(database, clock, OLD)
    settle(database, clock, NEW, OLD)

    with pytest.raises(Refused, match=old.key_ids[0]):
        settle(database, clock, NEW)
    alone = Keyring(NEW)
    assert [(alone.key_ids[0], True), (old.key_ids[0], False)] == [
        (each.id, each.held) for each in master_keys.listed(database, alone)
    ]


def test_an_altered_copy_of_the_index_key_is_noticed(database: Engine, clock: FixedClock) -> None:
    settle(database, clock, OLD)
    with transaction(database) as connection:
        connection.execute(update(keys_table).values(index_key_sealed=b"?" * 57))

    with pytest.raises(Refused):
        settle(database, clock, OLD)


def test_a_copy_of_one_key_does_not_pass_for_that_of_another(
    database: Engine, clock: FixedClock
) -> None:
    keys = Keyring(OLD)
    copy = keys.wrap_index_key(b"i" * 32)

    assert b"i" * 32 == keys.unwrap_index_key({keys.key_ids[0]: copy})
    assert keys.unwrap_index_key({"another": copy}) is None


def test_an_index_key_that_cannot_be_loaded_stops_a_store_and_no_caller() -> None:
    def away() -> bytes:
        raise StoreUnavailable("away")

    alone = Keyring(NEW, [OLD])
    keys = alone.indexed_by(away)

    with pytest.raises(StoreUnavailable):
        keys.index("msisdn", "x")
    assert alone.index("session", "x") == keys.not_waiting().index("session", "x")


def test_no_stop_is_forgotten_by_a_rotation(database: Engine, clock: FixedClock) -> None:
    fill(database, clock, settle(database, clock, OLD))
    stages: list[Sequence[bytes]] = [(OLD,), (NEW, OLD), (NEWEST, NEW, OLD)]
    for stage in stages:
        assert not may_be_told(database, settle(database, clock, *stage), JUMA), stage
    for stage in [(NEWEST, NEW, OLD), (NEWEST,), (STRANGE, NEWEST)]:
        keys = settle(database, clock, *stage)
        assert run_reseal(database, keys).ended
        assert not may_be_told(database, keys, JUMA), stage
        assert may_be_told(database, keys, ASHA), stage
    assert not may_be_told(database, settle(database, clock, STRANGE), JUMA)


def test_a_stop_after_a_rotation_counts_for_what_was_queued_before(
    database: Engine, clock: FixedClock
) -> None:
    before = settle(database, clock, OLD)
    fill(database, clock, before)
    after = settle(database, clock, NEW, OLD)
    run_reseal(database, after)
    alone = settle(database, clock, NEW)

    queued = [mt for mt, _ in SqlOutbox(database, alone).to_subscriber(JUMA, 10)]
    notices = [mt._replace(purpose=Purpose.NOTICE) for mt in queued]

    assert 3 == len(queued)
    assert [] == SqlConsents(database, alone).allowed(notices)


def may_be_told(engine: Engine, keys: Keyring, subscriber: Msisdn) -> bool:
    notice = sms("news", subscriber)._replace(purpose=Purpose.NOTICE)
    return bool(SqlConsents(engine, keys).allowed([notice]))


def test_all_is_sealed_with_the_newest_key_for_its_row_and_says_what_it_said(
    database: Engine, clock: FixedClock
) -> None:
    old = settle(database, clock, OLD)
    fill(database, clock, old)
    told = said(database, old)
    keys = settle(database, clock, NEW, OLD)
    assert not any(current(database, keys))

    done = run_reseal(database, keys)

    alone = settle(database, clock, NEW)
    assert all(current(database, alone))
    assert told == said(database, alone)
    assert (True, 1, {}) == (done.ended, done.retired, done.unreadable)
    assert len(told) == done.values


def test_what_an_earlier_version_sealed_is_bound_by_the_newest_key_alone(
    database: Engine, clock: FixedClock
) -> None:
    keys = settle(database, clock, OLD)
    fill(database, clock, keys)
    told = said(database, keys)
    unbind(database, keys)
    assert not any(current(database, keys))

    done = run_reseal(database, keys)

    assert all(current(database, keys))
    assert told == said(database, keys)
    assert (True, 0) == (done.ended, done.retired)


def test_a_second_run_finds_nothing_to_do(database: Engine, clock: FixedClock) -> None:
    fill(database, clock, settle(database, clock, OLD))
    keys = settle(database, clock, NEW, OLD)

    first, second = run_reseal(database, keys), run_reseal(database, keys)

    assert first.values > 0 == second.values
    assert first.rows == second.rows == reseal.count(database, TABLES)
    assert second.ended


def test_a_run_that_was_cut_short_is_gone_on_with(
    database: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = settle(database, clock, OLD)
    fill(database, clock, old)
    total = len(said(database, old))
    keys = settle(database, clock, NEW, OLD)
    monkeypatch.setattr(reseal, "ROWS_AT_ONCE", 1)

    def cut(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal.reseal(database, keys, TABLES, cut)
    half = sum(current(database, keys))
    assert 0 < half < total
    settle(database, clock, NEW, OLD)  # the old key is still asked for

    done = run_reseal(database, keys)

    assert (total - half, True) == (done.values, done.ended)


def test_what_changes_while_it_runs_is_not_undone(
    database: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = settle(database, clock, OLD)
    fill(database, clock, old)
    keys = settle(database, clock, NEW, OLD)
    inbound = SEALED["inbound_sms"]
    renew = reseal._renew

    def meanwhile(engine: Engine, ring: Keyring, table: object, *rest: object) -> None:
        if table is inbound_sms:  # between reading a page and writing it back
            with transaction(engine) as connection:
                connection.execute(update(inbound_sms).values(text_sealed=None))
        renew(engine, ring, table, *rest)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(reseal, "_renew", meanwhile)
    run_reseal(database, keys)

    with database.connect() as connection:
        texts = list(connection.scalars(select(inbound_sms.c.text_sealed)))
    assert {None} == set(texts)
    assert "text_sealed" in inbound.purposes


def test_a_process_that_still_seals_with_the_old_key_is_noticed(
    database: Engine, clock: FixedClock
) -> None:
    settle(database, clock, OLD)
    keys = settle(database, clock, NEW, OLD)
    stale = keyring(database, OLD)

    def late(rows: int) -> None:
        mo = InboundSms(provider_ref=f"late {rows}", subscriber=ASHA, to="20880", text="HI")
        SqlInbox(database, stale).accept("ke", mo, clock.now())

    fill(database, clock, keys)
    done = reseal.reseal(database, keys, TABLES, late)

    assert (False, 0) == (done.ended, done.retired)
    assert run_reseal(database, keys).ended


def test_a_value_that_no_key_opens_keeps_the_old_keys_in_use(
    database: Engine, clock: FixedClock
) -> None:
    fill(database, clock, settle(database, clock, OLD))
    keys = settle(database, clock, NEW, OLD)
    with transaction(database) as connection:
        connection.execute(update(inbound_sms).values(text_sealed=b"no such thing"))

    done = run_reseal(database, keys)

    with database.connect() as connection:
        spoiled = connection.scalar(select(func.count()).select_from(inbound_sms))
    assert ({"inbound_sms": spoiled}, False) == (done.unreadable, done.ended)
    with pytest.raises(Refused, match="lacks"):
        settle(database, clock, NEW)


def test_tables_of_a_deployment_are_sealed_anew_and_found_as_before(
    database: Engine, clock: FixedClock
) -> None:
    before = SqlRecords(database, TABLES, settle(database, clock, OLD), clock)
    row = {"id": "1", "name": "Neema"}
    before.put("children", call(clock, "a", ASHA), row)
    run_reseal(database, settle(database, clock, NEW, OLD))
    alone = settle(database, clock, NEW)

    after = SqlRecords(database, TABLES, alone, clock)

    assert [row] == after.find("children", name="Neema")
    assert [row] == after.mine("children", call(clock, "b", ASHA))
    after.put("children", call(clock, "c", ASHA), row)
    assert 1 == after.count("children")


def test_a_table_that_is_declared_no_longer_keeps_the_old_keys_in_use(
    database: Engine, clock: FixedClock
) -> None:
    records = SqlRecords(database, TABLES, settle(database, clock, OLD), clock)
    records.put("children", call(clock, "a", ASHA), {"id": "1", "name": "Neema"})
    keys = settle(database, clock, NEW, OLD)

    done = reseal.reseal(database, keys, {}, lambda rows: None)

    assert (["rec_children"], False) == (done.undeclared, done.ended)


def test_a_key_is_no_more_unlocked_by_an_old_copy_after_the_rotation_has_ended(
    database: Engine, clock: FixedClock
) -> None:
    fill(database, clock, settle(database, clock, OLD))
    run_reseal(database, settle(database, clock, NEW, OLD))

    with pytest.raises(Refused, match="not a key of this database"):
        settle(database, clock, OLD)


def said(engine: Engine, keys: Keyring) -> list[tuple[str, str, bytes]]:
    """Returns what each sealed value says, in order."""
    told = []
    with engine.connect() as connection:
        for sealed in SEALED.values():
            table = metadata.tables[sealed.name]
            query = select(table).order_by(*table.primary_key.columns)
            for row in connection.execute(query).mappings():
                told += [
                    (sealed.name, column, sealed.open(keys, column, row))
                    for column in sealed.purposes
                    if row[column]
                ]
    return told


def unbind(engine: Engine, keys: Keyring) -> None:
    """Seals everything as the versions before 0012 did."""
    for sealed in SEALED.values():
        table = metadata.tables[sealed.name]
        with transaction(engine) as connection:
            for row in connection.execute(select(table)).mappings().all():
                plain = {
                    column: keys.seal(purpose, sealed.open(keys, column, row))
                    for column, purpose in sealed.purposes.items()
                    if row[column]
                }
                if plain:
                    this = [each == row[each.name] for each in table.primary_key.columns]
                    connection.execute(update(table).where(*this).values(plain))
