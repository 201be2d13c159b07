"""However much is kept or waits: what is asked again and again is found by an index.

The statements are those that the gateway really makes, heard while it does each thing once; a new
one is heard, too. Each of the growing tables has 25,000 rows:
which way is taken is the same with 100,000, and filling them takes a quarter of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, LargeBinary, String, Table, event, text
from sqlalchemy.sql.sqltypes import Boolean

from gateway.adapters.sql import gauges
from gateway.adapters.sql.analytics.breaker_minutes import SqlBreakerMinutes
from gateway.adapters.sql.analytics.sms_sums import SqlSmsSums
from gateway.adapters.sql.analytics.sums import SqlSums
from gateway.adapters.sql.broadcast.audiences import SqlAudiences
from gateway.adapters.sql.broadcast.broadcasts import SqlBroadcasts
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.adapters.sql.by_driver.look_up import ByDriver
from gateway.adapters.sql.by_driver.prepared import Prepared
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.ledger.ledger import SqlLedger
from gateway.adapters.sql.office.case_work import SqlCaseWork
from gateway.adapters.sql.office.received import SqlReceived
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.tables import Instant
from gateway.adapters.sql.ussd.kept_sessions import SqlKeptSessions
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.spans import Span
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.faults_and_errors.errors import OutcomeUnknown
from gateway.domain.handler_contract.posting import Posting
from gateway.domain.money.tariff import Prices
from gateway.domain.outbound.copies import copy_of
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.ports.calls import BreakerState
from gateway.use_cases.ports.casework import STATUSES, CasesWanted
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.use_cases.ports.sms.broadcasts import ListRow
from gateway.use_cases.ports.sms.prices import Cost, Told
from gateway.use_cases.ports.sms.settling import Moves
from tests import servers
from tests.clock import FixedClock
from tests.contracts.test_broadcasts import KEYRING, a_broadcast
from tests.session_samples import RECORD
from tests.use_cases.rig import CALLER, CHANNEL, Rig

ROWS = 25_000
#: What ends with the first rows it finds has seen no more: it takes 10,000 at most
#: (`COUNTED_TO`), with some that it passes over.
STOPS_BEFORE = 20_000
#: They grow with what citizens do. The others have a row a dataset, a release, a key.
GROWING = (
    "subscribers", "consents", "inbound_sms", "conversations", "outbound_sms", "early_reports",
    "cases", "case_events", "turns", "help_desk_messages", "slow_calls", "desk_calls",
    "reminders", "subscriptions", "pins", "audit", "resume_points", "offered_sessions",
    "spare_sessions", "proofs", "proof_tries", "kept_questions", "audit_trail",
    "broadcast_recipients",
    "postings",
    "sms_steps",
    "networks_seen",
    "ledger_lines",
    "ledger_open",
    "consent_changes",
    "kept_sessions",
    "turn_sums", "answer_times", "group_days", "screen_days", "refusal_days", "sms_sums",
    "breaker_minutes",
)  # fmt: skip

#: What is not the same as in the other columns, in SQL; `i` is the number of the row. Everything
#: that was ever done is over, nothing has expired, and early reports are of yesterday.
OVER: Mapping[str, str] = {
    "outbound_sms.status": "'delivered'",
    "outbound_sms.valid_until": "NULL",
    "outbound_sms.price_due_at": "NULL",
    "inbound_sms.due_at": "NULL",
    "inbound_sms.outcome": "'replied'",
    "slow_calls.created_at": "{now} - i",
    "slow_calls.due_at": "NULL",
    "slow_calls.claim": "'screen'",
    "help_desk_messages.status": "'answered'",
    "cases.status": "'solved'",
    "outbound_sms.provider_ref": "'ref-' || i",
    "outbound_sms.broadcast_id": "i % 10 + 2",
    "early_reports.provider_ref": "'other-' || i",
    "early_reports.received_at": "{now} - 86400000000",
    "resume_points.misses": "0",
    "inbound_sms.provider_ref": "'mo-' || i",
    "cases.number": "'c' || i",
    "kept_questions.ask_at": "{now} + 3600000000 + i",
    "postings.due_at": "{now} + 3600000000 + i",
    "postings.form": "'visits'",
    "postings.row": "'r' || i",
    "kept_questions.expires_at": "{now} - i",
}
#: And here everything still waits, in one lane.
WAITING: Mapping[str, str] = {
    **OVER,
    "outbound_sms.status": "'queued'",
    "outbound_sms.channel": "'ke'",
    "outbound_sms.lane": "'bulk'",
    "outbound_sms.provider_ref": "NULL",
    "inbound_sms.due_at": "{now} - i",
    "inbound_sms.outcome": "''",
    "slow_calls.due_at": "{now} - i",
    "slow_calls.claim": "NULL",
    "slow_calls.result_sealed": "NULL",
    "slow_calls.delivered_at": "NULL",
    "help_desk_messages.status": "'open'",
    "reminders.due_at": "{now} - i",
    "kept_questions.expires_at": "{now} + 3600000000 + i",
    "postings.due_at": "{now} - i",
}
#: And here the outcome of every MT is unknown.
UNSETTLED: Mapping[str, str] = {
    **WAITING,
    "outbound_sms.status": "'unknown'",
    "outbound_sms.due_at": "{now} + 3600000000 + i",
    "outbound_sms.resend_of": "NULL",
    "outbound_sms.price_due_at": "{now} - i",
}


def _value(dialect: str, name: str, column: Any, special: Mapping[str, str], now: int) -> str:
    given = special.get(f"{name}.{column.name}")
    if given is not None:
        return given.replace("{now}", str(now))
    kind = column.type
    if isinstance(kind, LargeBinary):
        return "CAST('k' || i AS BLOB)" if dialect == "sqlite" else "convert_to('k' || i, 'UTF8')"
    if isinstance(kind, Boolean):
        return "false"
    if isinstance(kind, Instant):
        return f"{now} + 3600000000 + i" if column.name == "expires_at" else f"{now} - 1000000 * i"
    if isinstance(kind, String):
        return "'t' || i" if column.primary_key or column.unique else "'ke'"
    return "i"  # a number


def _fill(connection: Connection, table: Table, special: Mapping[str, str], now: int) -> None:
    names = ", ".join(column.name for column in table.columns)
    dialect = connection.dialect.name
    values = ", ".join(
        _value(dialect, table.name, column, special, now) for column in table.columns
    )
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) SELECT"
        if dialect == "sqlite"
        else "WITH n(i) AS (SELECT generate_series(CAST(1 AS bigint), :rows)) SELECT"
    )
    filling = f"INSERT INTO {table.name} ({names}) {numbers} {values} FROM n"
    connection.execute(text(filling), {"rows": ROWS})


def _fill_all(
    engine: Engine, special: Mapping[str, str], now: int, before: Mapping[str, str] | None = None
) -> None:
    """Fills the tables; those that were filled as is said `before` and are the same stay."""
    is_postgresql = engine.dialect.name == "postgresql"
    with transaction(engine) as connection:
        if is_postgresql:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        # Emptied so that no pages of removed rows stay, which plans are made with.
        emptied = "TRUNCATE" if is_postgresql else "DELETE FROM"
        for name in GROWING if before is None else _differ(before, special):
            connection.execute(text(f"{emptied} {name}"))
            _fill(connection, metadata.tables[name], special, now)
        if is_postgresql:  # it does so by itself, and SQLite does not
            connection.execute(text("ANALYZE"))


def _differ(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Returns the tables that are not filled in the same way."""
    columns = {column for column in {**one, **other} if one.get(column) != other.get(column)}
    return sorted({column.partition(".")[0] for column in columns})


Heard = list[tuple[str, Any]]


@pytest.fixture
def heard(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """What the database is asked, by SQLAlchemy and beside it."""
    asked: Heard = []
    looked_up, said = ByDriver.rows, Prepared.rows

    def look_up(by: ByDriver, sql: str, values: Any) -> Any:
        asked.append((sql, values))
        return looked_up(by, sql, values)

    def say(one: Prepared, connection: Connection, sql: str, values: Any) -> Any:
        asked.append((sql, values))
        return said(one, connection, sql, values)

    monkeypatch.setattr(ByDriver, "rows", look_up)
    monkeypatch.setattr(Prepared, "rows", say)

    def note(*told: Any) -> None:
        statement, values = str(told[2]), told[3]
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH"):
            asked.append((statement, values[0] if told[5] else values))

    event.listen(database, "before_cursor_execute", note)
    yield asked
    event.remove(database, "before_cursor_execute", note)


def _whatever_recurs(engine: Engine, clock: FixedClock) -> None:
    """Does once, on an empty database, all that is done again and again."""
    rig = Rig(engine, clock)
    gateway = rig.gateway
    rig.turns("1", "1", "2", "3", "The pump is broken", "Asha Musa")
    rig.loses_redis()
    rig.turns("8", "2", session="s-2")
    rig.finds_redis()
    for words in ("RESULT 10231456", "STOP", "START", "HELP", "no service knows this", "again so"):
        rig.texts(words)
    rig.accepts("It rains", "It snows")
    for lane in Lane:
        gateway.outbound.work(CHANNEL.name, lane)
    _settles(rig)
    for reference in ("ref-1", "unknown"):
        report = DeliveryReport(provider_ref=reference, status=DeliveryStatus.DELIVERED)
        rig.outbox.record_reports([(CHANNEL.name, report)], clock.now())
    clock.advance(5)
    for task in gateway.upkeep.tasks:
        task()
    slow = gateway.sql.slow_calls
    assert not slow.is_due(clock.now())
    slow.lease(16, clock.now(), clock.now())
    slow.undelivered(clock.now(), 16)
    questions, now = gateway.sql.kept_questions, clock.now()
    questions.rests_on(["exam.not_out"], now, now)
    questions.ask_now("exam", now)
    questions.services_due(now)
    questions.lease("exam", 16, now, now)
    questions.wait(1, now, now, failed=False)
    questions.put_back([1], now)
    questions.tell(1, None, now)
    _broadcasts(engine, clock)
    _audits(engine, clock)
    rows, one = gateway.sql.postings, _posting(clock)
    rows.is_due(now)
    rows.lease(1, now, now)
    rows.failed(one, "It is down.", now)
    rows.leave("visits", now)
    rows.taken(one)
    _overview(engine, clock)
    _offices(engine, clock)
    gauges.read(engine, clock.now())
    gauges.given_up(engine, clock.now() - timedelta(days=7))
    gauges.late_turns(engine, clock.now() - timedelta(minutes=15), {CHANNEL.name: 6.0})
    rig.pool.shutdown()


def _audits(engine: Engine, clock: FixedClock) -> None:
    """Searches the audit, and sums what an institution has sent."""
    trail, now = SqlAuditTrail(engine, KEYRING), clock.now()
    mine = frozenset({"ke"})
    for query in (
        AuditQuery(subscriber=CALLER),
        AuditQuery(by="ke", since=now),
        AuditQuery(institutions=mine, since=now),
        AuditQuery(since=now),
    ):
        trail.newest(query)
    trail.shorten(now - timedelta(days=9999), 16)
    list(trail.check("ke", lambda lines: None))
    ledger, prices = SqlLedger(engine), Prices()
    ledger.since("ke", [(now.date(), now)], prices)
    ledger.account("2026-11")
    ledger.enter(prices, now, UTC)
    ledger.settle(prices, now, UTC)


def _broadcasts(engine: Engine, clock: FixedClock) -> None:
    """Does what the ticker does for a broadcast, of each kind of audience."""
    audiences = SqlAudiences(engine, KEYRING)
    broadcasts, lists = SqlBroadcasts(engine, KEYRING), SqlRecipientLists(engine, KEYRING)
    for number, audience in enumerate(
        (
            Audience(source=Source.LIST),
            Audience(source=Source.INSTITUTION),
            Audience(source=Source.TOPIC, topic="ke"),
            Audience(source=Source.TOPIC, topic="ke", districts=("ke", "wendu")),
        )
    ):
        id = broadcasts.draft(a_broadcast(str(number), audience), clock.now())
        found = broadcasts.find(id)
        assert found is not None
        audiences.members(found, "", 16)
    lists.add(1, [ListRow(number=CALLER, language="", values={})], clock.now())
    lists.discard(1, 16)
    audiences.districts("ke")
    broadcasts.moving()
    broadcasts.waiting(1, 16)
    for some in (broadcasts.hold, broadcasts.release, broadcasts.take_back):
        some(1, 16, clock.now())
    broadcasts.sent(1)


def _overview(engine: Engine, clock: FixedClock) -> None:
    """Counts SMS and turns, and reads what was summed; sums of years stand in the way."""
    told = RECORD._replace(at=clock.now(), came_from="exam.a", session="ab", lasted=1)
    turns = SqlTurns(engine, keyring=KEYRING)
    turns.store([told], ("1-0", "1-0"), turns.newest())
    counting, sums, now = SqlSmsSums(engine, UTC), SqlSums(engine), clock.now()
    for look in SmsLook:
        counting.add(look, now)  # sees how many there are
        counting.add(look, now + timedelta(days=2))
    minutes = SqlBreakerMinutes(engine)
    minutes.note(now, {"call.land": BreakerState.OPEN})
    minutes.since(now)
    for whose in (None, frozenset({"ke"})):
        for span in (Span.MINUTES, Span.DAY):
            sums.volume(span, now, whose)
            sums.volume_of_channels(span, now, whose)
            sums.answer_times(span, now, whose)
            sums.sms(span, now, whose)
        sums.courses(now, whose)
        sums.screens(now, whose)
        sums.refusals(now, whose)
        sums.segments(now.date(), now.date(), whose)


def _offices(engine: Engine, clock: FixedClock) -> None:
    """Asks for cases, messages and sessions as the pages of the console do."""
    work, desk, sessions = (
        SqlCaseWork(engine, KEYRING), SqlHelpDesk(engine, KEYRING), SqlKeptSessions(engine, KEYRING)
    )  # fmt: skip
    now = clock.now()
    for mine in (None, frozenset({"ke"})):
        for statuses in (STATUSES[:-1], STATUSES):
            work.find(CasesWanted(statuses=statuses, institutions=mine))
            work.find(CasesWanted(statuses=statuses, institutions=mine, subscriber=CALLER))
        overdue = {"report_problem": now}
        work.find(CasesWanted(statuses=STATUSES[:-1], institutions=mine, overdue=overdue))
        work.find(CasesWanted(statuses=STATUSES[:-1], institutions=mine, assigned_to="hana"))
        desk.newest(HelpDeskStatus.OPEN, "", 50, mine)
        desk.newest(None, "", 50, mine, subscriber=CALLER)
        sessions.of(CALLER, mine, 16)
        SqlReceived(engine, KEYRING).of(CALLER, mine, 16)
        sessions.newest(mine, 16)
    sessions.read(1)


def _posting(clock: FixedClock) -> Posting:
    return Posting(
        id=1, form="visits", row="r1", key="k", subscriber=Msisdn("+999700000001"), channel="ke",
        language="en", attempt=1, noted_at=clock.now(),
    )  # fmt: skip


def _settles(rig: Rig) -> None:
    """Makes MTs of unknown outcome, and lets the ticker do what it does about them."""
    rig.provider.answers["A doubt"] = OutcomeUnknown("provider_error", "500")
    (first,) = rig.accepts("A doubt", lane=Lane.URGENT)
    rig.gateway.outbound.work(CHANNEL.name, Lane.URGENT)
    settle = rig.gateway.outbound.settle
    settle()
    prices = rig.gateway.sql.late_prices
    prices.claim(rig.clock.now(), rig.clock.now(), 10)
    prices.store(Told(costs={first: Cost("0.0075 USD", 1)}, ask_at={first: rig.clock.now()}))
    settling, now = rig.gateway.sql.settling, rig.clock.now()
    (mt,) = settling.claim(now + timedelta(hours=1), now, 10)
    settling.is_another(mt.sms, "ref-1")
    settling.store(Moves(copies={first: copy_of(mt.sms, 1, now)}), now)
    report = DeliveryReport(
        provider_ref="ref-late", status=DeliveryStatus.DELIVERED, message_id=first
    )
    rig.outbox.record_reports([(CHANNEL.name, report)], now)


STATES = {"all is over": OVER, "all waits": WAITING, "all is unknown": UNSETTLED}


def test_what_is_asked_again_and_again_is_found_by_an_index(
    database: Engine, clock: FixedClock, heard: Heard
) -> None:
    """All states are one test: most tables are the same in each, and are filled once."""
    _whatever_recurs(database, clock)
    asked = dict(heard)
    servers.empty_database(database)
    assert len(asked) >= 50
    faults, before = [], None

    for state, special in STATES.items():
        _fill_all(database, special, int(clock.now().timestamp() * 1e6), before)
        faults += [f"When {state}: {each}" for each in _found(database, asked, special)]
        before = special

    servers.empty_database(database)
    assert not faults, "\n".join(faults)


def _found(engine: Engine, asked: Mapping[str, Any], special: Mapping[str, str]) -> Iterator[str]:
    """Yields what is asked and walks through a table."""
    explained, walked = _FAULTS[engine.dialect.name], _WALKED[engine.dialect.name]
    with statements(engine) as connection:
        for statement, values in asked.items():
            if not (special is not OVER and _stops_early(statement)):
                for found in explained(connection, statement, values):
                    yield f"{found}: {statement}"
    for statement, values in asked.items():
        if special is OVER or not _stops_early(statement):
            continue
        if (number := walked(engine, statement, values)) > STOPS_BEFORE:
            yield f"Walks {number} rows before it stops: {statement}"


def _stops_early(statement: str) -> bool:
    """Returns whether it may end with the first rows it finds, when all that is there waits.

    Its plan does not tell: one that sorts all of them first has a LIMIT, too. So it is made, and
    what it walks is counted.
    """
    return " LIMIT " in statement or "SELECT (EXISTS" in statement or "SELECT EXISTS" in statement


def _walked_by_sqlite(database: Engine, statement: str, values: Any) -> int:
    """Makes a statement, and takes it back; returns how many rows it walks.

    To count one takes eight steps of SQLite's machine, to change one many more.
    """
    steps = [0]

    def step() -> None:
        steps[0] += 100

    with database.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(step, 100)
        try:
            connection.exec_driver_sql(statement, values).close()
        finally:
            driver.set_progress_handler(None, 0)
            connection.rollback()
    return steps[0] // 8


def _walked_by_postgresql(database: Engine, statement: str, values: Any) -> int:
    """Makes a statement, and takes it back; returns the most rows that were seen below a LIMIT.

    What is done with those it has found is planned by their number, and may well walk a table.
    """

    def seen(node: Mapping[str, Any], limited: bool = False) -> int:
        mine = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        limited = limited or node["Node Type"] == "Limit"
        below = [seen(each, limited) for each in node.get("Plans", ())]
        return max([int(mine * node["Actual Loops"]) if limited else 0, *below])

    with database.connect() as connection:
        explain = f"EXPLAIN (ANALYZE, TIMING FALSE, FORMAT JSON) {statement}"
        (plan,) = connection.exec_driver_sql(explain, values).scalar_one()
        connection.rollback()
    return seen(plan["Plan"])


def _faults_of_sqlite(connection: Connection, statement: str, values: Any) -> list[str]:
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    partial = {each.name for each in _PARTIAL}
    return [
        row.detail
        for row in plan
        if (found := re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", row.detail))
        and found[1] in GROWING
        and found[2] not in partial
    ]


def _faults_of_postgresql(connection: Connection, statement: str, values: Any) -> list[str]:
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    return [*_walked(plan["Plan"], limited=False), *_joined(plan["Plan"])]


def _joined(node: Mapping[str, Any]) -> Iterator[str]:
    """Yields each join by which claimed rows are found once more, to be changed.

    It may be made by reading the whole table: that depends on how many rows there are and how many
    are taken. An array of what was found is looked up, with ten thousand rows and with a million.
    """
    if "LockRows" not in str(node):
        return
    if node["Node Type"] == "ModifyTable" and node.get("Relation Name") in GROWING:
        for below in node.get("Plans", ()):
            if "Join" in below["Node Type"] or below["Node Type"] == "Nested Loop":
                yield f"{below['Node Type']} to change {node['Relation Name']}"
    for below in node.get("Plans", ()):
        yield from _joined(below)


def _walked(node: Mapping[str, Any], *, limited: bool) -> Iterator[str]:
    """Yields the nodes that go through a whole table, or through an index that has all of it."""
    limited = limited or node["Node Type"] == "Limit"
    if node.get("Relation Name") in GROWING:
        partial = {each.name for each in _PARTIAL}
        by_index = "Index Cond" in node or node.get("Index Name") in partial or limited
        if node["Node Type"] == "Seq Scan" or ("Index Name" in node and not by_index):
            yield f"{node['Node Type']} on {node.get('Relation Name', node.get('Index Name'))}"
    for below in node.get("Plans", ()):
        yield from _walked(below, limited=limited)


_PARTIAL = [
    index
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
]
_WALKED: Mapping[str, Callable[[Engine, str, Any], int]] = {
    "sqlite": _walked_by_sqlite,
    "postgresql": _walked_by_postgresql,
}
_FAULTS: Mapping[str, Callable[[Connection, str, Any], list[str]]] = {
    "sqlite": _faults_of_sqlite,
    "postgresql": _faults_of_postgresql,
}
