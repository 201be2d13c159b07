"""Tables that handlers write: whose a row is, what is sealed, who has looked, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_toolkit import record_tables
from gateway.adapters.sql.handler_toolkit.data_rights import SqlMyData
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.retention.expired_rows import SqlExpiredRows
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Column, Day, Table
from tests.clock import FixedClock
from tests.handlers.memory import memory_engine

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = "+999700000001", "+999700000002"

CHILDREN = Table(
    name="children",
    columns=(
        Column(name="id", max=8),
        Column(name="name", max=20, personal=True),
        Column(name="village", max=20, required=False),
    ),
    key=("id",),
)
ANSWERS = Table(
    name="answers",
    columns=(Column(name="question", max=8), Column(name="answer", max=8)),
    key=("question",),
)
#: A row for each call, and values of kinds.
VISITS = Table(
    name="visits",
    columns=(
        Column(name="day", max=10, kind=Day()),
        Column(name="who", max=20, personal=True, required=False),
    ),
    key=(),
    many=True,
)
#: One row a subscriber.
TOWNS = Table(name="towns", columns=(Column(name="town", max=20),), key=())
TABLES: Mapping[str, Table] = {each.name: each for each in (CHILDREN, ANSWERS, VISITS, TOWNS)}


@pytest.fixture
def records(database: Engine, clock: FixedClock) -> SqlRecords:
    return SqlRecords(database, TABLES, KEYRING, clock)


@pytest.fixture
def my(database: Engine) -> SqlMyData:
    return SqlMyData(database, KEYRING, TABLES, UTC, lambda subscriber, language: None)


def call(key: str, subscriber: str = ASHA, handler: str = "register") -> ServiceCall:
    return ServiceCall(
        handler=handler,
        answers={},
        language="en",
        subscriber=Msisdn(subscriber),
        key=key,
        at=FixedClock().now(),
    )


def test_a_row_that_was_put_is_found_by_any_column(records: SqlRecords) -> None:
    row = {"id": "1", "name": "Neema", "village": "Mbale"}

    records.put("children", call("a"), row)

    assert [row] == records.find("children")
    assert [row] == records.find("children", village="Mbale")
    assert [row] == records.find("children", name="Neema", id="1")
    assert row == records.one("children", name="Neema")
    assert 1 == records.count("children", name="Neema")
    assert [] == records.find("children", name="neema")
    assert records.one("children", village="") is None
    assert 0 == records.count("children", village="Wendu")


def test_what_may_be_left_out_is_empty(records: SqlRecords) -> None:
    records.put("children", call("a"), {"id": "1", "name": "Neema"})

    assert {"id": "1", "name": "Neema", "village": ""} == records.one("children")


def test_a_row_with_the_same_key_takes_the_place_of_ones_own(records: SqlRecords) -> None:
    records.put("answers", call("a"), {"question": "q1", "answer": "yes"})
    records.put("answers", call("b"), {"question": "q1", "answer": "no"})
    records.put("answers", call("c"), {"question": "q2", "answer": "yes"})

    assert ["no", "yes"] == [row["answer"] for row in records.mine("answers", call("d"))]


def test_nobody_replaces_or_removes_the_row_of_another(records: SqlRecords) -> None:
    records.put("answers", call("a", ASHA), {"question": "q1", "answer": "yes"})
    records.put("answers", call("b", JUMA), {"question": "q1", "answer": "no"})

    assert 2 == records.count("answers", question="q1")
    assert 1 == records.remove("answers", call("c", JUMA), question="q1")
    assert [{"question": "q1", "answer": "yes"}] == records.find("answers")
    assert [] == records.mine("answers", call("d", JUMA))


def test_the_same_call_again_writes_nothing_and_says_the_same(records: SqlRecords) -> None:
    first, second = {"question": "q1", "answer": "yes"}, {"question": "q1", "answer": "no"}
    records.put("answers", call("a"), first)
    records.put("answers", call("b"), second)
    records.put("answers", call("a"), first)

    assert [second] == records.find("answers")
    assert 1 == records.remove("answers", call("c"), question="q1")
    assert 1 == records.remove("answers", call("c"), question="q1")
    assert 0 == records.remove("answers", call("d"), question="q1")


def test_one_call_may_put_many_rows(records: SqlRecords) -> None:
    for number in range(3):
        records.put("answers", call("a"), {"question": f"q{number}", "answer": "yes"})

    assert ["q0", "q1", "q2"] == [row["question"] for row in records.find("answers")]
    assert 3 == records.remove("answers", call("b"))


def test_the_same_call_at_the_same_moment_puts_one_row(records: SqlRecords) -> None:
    barrier = threading.Barrier(4)

    def put() -> None:
        barrier.wait()
        records.put("answers", call("a"), {"question": "q1", "answer": "yes"})

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == records.count("answers")


def test_a_table_of_many_has_a_row_for_each_call_and_one_for_the_same(records: SqlRecords) -> None:
    row = {"day": "2026-03-01"}
    for key in ("a", "b", "a"):
        records.put("visits", call(key), row)
    with answering(call("c")):
        names = [records.put("visits", call("c"), row) for _ in range(2)]

    assert 4 == records.count("visits")
    assert 2 == len(set(names))


def test_without_a_key_a_subscriber_has_one_row(records: SqlRecords) -> None:
    first = records.put("towns", call("a"), {"town": "Mbale"})
    second = records.put("towns", call("b"), {"town": "Wendu"})
    records.put("towns", call("c", JUMA), {"town": "Mbale"})

    assert first == second
    assert ["Wendu", "Mbale"] == [row["town"] for row in records.find("towns")]


def test_a_row_is_completed_by_whoever_it_belongs_to(records: SqlRecords) -> None:
    stored = records.put("visits", call("a"), {"day": "2026-03-01"})

    assert not records.complete("visits", call("b", JUMA), stored, {"who": "Juma"})
    assert not records.complete("visits", call("c"), "no row", {"who": "Asha"})
    assert records.complete("visits", call("d"), stored, {"who": "Asha"})
    assert [{"day": "2026-03-01", "who": "Asha"}] == records.find("visits", who="Asha")

    records.complete("visits", call("e"), stored, {"who": "Amina"})
    assert records.complete("visits", call("d"), stored, {"who": "Asha"})
    assert ["Amina"] == [row["who"] for row in records.find("visits")]


@pytest.mark.parametrize(
    ("table", "values", "says"),
    [
        ("children", {"id": "2"}, "'id' is of the key of table 'children'"),
        ("children", {"name": ""}, "'name' of table 'children' is empty"),
        ("children", {"village": "x" * 21}, "21 characters"),
        ("visits", {"day": "yesterday"}, "'day' of table 'visits' is not a date"),
    ],
)
def test_what_would_make_another_row_or_none_completes_nothing(
    table: str, values: Mapping[str, str], says: str, records: SqlRecords
) -> None:
    row = {"id": "1", "name": "Neema"} if table == "children" else {"day": "2026-03-01"}
    stored = records.put(table, call("a"), row)

    with pytest.raises(ValueError, match=says):
        records.complete(table, call("b"), stored, values)


@pytest.mark.parametrize(("day", "taken"), [("2026-02-28", True), ("2026-02-29", False)])
def test_a_value_is_held_to_its_kind(day: str, taken: bool, records: SqlRecords) -> None:
    if taken:
        records.put("visits", call("a"), {"day": day})
    else:
        with pytest.raises(ValueError, match="'day' of table 'visits' is not a date"):
            records.put("visits", call("a"), {"day": day})

    assert taken == records.count("visits")


def test_how_a_stored_table_differs_from_its_declaration_is_told(
    database: Engine, records: SqlRecords
) -> None:
    records.put("visits", call("a"), {"day": "2026-03-01"})
    now = Table(
        name="visits",
        columns=(
            Column(name="who", max=20),
            Column(name="place", max=20),
            Column(name="note", max=20, personal=True),
        ),
        key=(),
        many=True,
    )

    [same, absent, other] = record_tables.differences(database, [VISITS, TOWNS, now])

    assert record_tables.Difference("visits") == same
    assert record_tables.Difference("towns", absent=True) == absent
    assert (("place", "note"), ("day",), ("who",)) == (other.added, other.left, other.turned)


def test_places_are_given_while_there_are_any_and_each_is_kept(records: SqlRecords) -> None:
    def ask(who: str, question: str, answer: str, key: str = "") -> bool:
        row = {"question": question, "answer": answer}
        at = call(key or f"{who}{question}{answer}", who)
        return records.put_within("answers", at, row, most=2, same=("answer",))

    given = [ask(ASHA, "q1", "yes"), ask(JUMA, "q1", "yes"), ask(JUMA, "q2", "yes")]
    again = [ask(ASHA, "q1", "yes", "again"), ask(JUMA, "q2", "yes")]
    elsewhere = [ask(JUMA, "q1", "no"), ask(JUMA, "q2", "yes"), ask(JUMA, "q2", "yes", "later")]

    assert [True, True, False] == given
    assert [True, False] == again
    assert [True, False, True] == elsewhere
    assert 2 == records.count("answers", answer="yes")


def test_who_ask_at_the_same_moment_get_no_more_places_than_there_are(
    records: SqlRecords,
) -> None:
    barrier, rounds = threading.Barrier(6), 10
    given: list[tuple[str, bool]] = []

    def ask(number: int) -> None:
        for each in range(rounds):
            row = {"question": f"q{each}", "answer": "yes"}
            caller = call(f"{number} {each}", f"+99970000010{number}")
            barrier.wait()
            stored = records.put_within("answers", caller, row, most=2, same=("question",))
            given.append((row["question"], stored))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for each in range(rounds):
        assert 2 == given.count((f"q{each}", True)) == records.count("answers", question=f"q{each}")
    assert 4 * rounds == len([stored for _, stored in given if not stored])


def test_what_lives_for_some_days_is_gone_after_them(database: Engine, clock: FixedClock) -> None:
    tables = {**TABLES, "tries": replace(ANSWERS, name="tries", days=2)}
    rows = SqlExpiredRows(database, tables)
    kept = SqlRecords(database, tables, KEYRING, clock)
    row = {"question": "q1", "answer": "yes"}
    for name in ("tries", "answers"):
        kept.put(name, call("a"), row)
        kept.put(name, replace(call("b", JUMA), at=clock.now() + timedelta(hours=1)), row)

    ages = [clock.now() + timedelta(hours=hours) for hours in (47.5, 48.5, 50)]
    removed = [rows.remove(rows.removals[-1], at, 100) for at in ages]

    assert [0, 1, 1] == removed
    assert (0, 2) == (kept.count("tries"), kept.count("answers"))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"id": "1"}, "'name' of table 'children' is empty"),
        ({"id": "", "name": "Neema"}, "'id' of table 'children' is empty"),
        ({"id": "123456789", "name": "Neema"}, "has 9 characters, 8 at most"),
        ({"id": "1", "name": "N" * 21}, "has 21 characters, 20 at most"),
    ],
)
def test_a_row_that_is_not_as_declared_is_refused(
    records: SqlRecords, row: Mapping[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        records.put("children", call("a"), row)

    assert 0 == records.count("children")
    assert "N" * 21 not in str(caught.value)


def test_what_is_not_declared_is_named(records: SqlRecords) -> None:
    with pytest.raises(LookupError, match=r"No table 'childern'.* Did you mean 'children'"):
        records.find("childern")
    with pytest.raises(LookupError, match=r"no column 'nmae'.* Did you mean 'name'"):
        records.find("children", nmae="x")
    with pytest.raises(LookupError, match="no column '_owner'"):
        records.count("children", _owner="x")
    with pytest.raises(LookupError, match=r"no column 'vilage'.* Did you mean 'village'"):
        records.put("children", call("a"), {"id": "1", "name": "N", "vilage": "x"})


def test_a_personal_column_and_the_number_are_sealed(records: SqlRecords, database: Engine) -> None:
    records.put("children", call("a"), {"id": "1", "name": "Neema ንጋት", "village": "Mbale"})

    with statements(database) as connection:
        row = connection.execute(text("SELECT * FROM rec_children")).one()
    stored = b"".join(value if isinstance(value, bytes) else b"" for value in map(_bytes, row))
    assert b"Neema" not in stored
    assert b"999700000001" not in stored
    assert "Mbale" in row


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_whose_row_was_read_can_see_by_whom(records: SqlRecords, my: SqlMyData) -> None:
    records.put("children", call("a", ASHA), {"id": "1", "name": "Neema"})
    looking = call("b", JUMA, handler="clinic_list")

    with answering(looking):
        records.find("children", id="1")
        records.find("children", id="1")

    expected = {"who": "clinic_list", "what": "children", "at": f"{looking.at:%Y-%m-%d}"}
    assert [expected] == my.who_looked(call("c", ASHA))
    assert [] == my.who_looked(call("d", JUMA))


def test_ones_own_rows_and_what_is_not_personal_are_read_without_a_note(
    records: SqlRecords, my: SqlMyData
) -> None:
    own = call("b", ASHA)
    records.put("children", call("a", ASHA), {"id": "1", "name": "Neema"})
    records.put("answers", call("a", ASHA), {"question": "q1", "answer": "yes"})

    with answering(own):
        records.find("children", id="1")
        records.mine("children", own)
    with answering(call("c", JUMA)):
        records.find("answers")
        records.count("children")

    assert [] == my.who_looked(own)


def test_a_look_from_outside_of_a_handler_is_noted_too(records: SqlRecords, my: SqlMyData) -> None:
    records.put("children", call("a"), {"id": "1", "name": "Neema"})

    records.find("children")

    assert ["gateway"] == [row["who"] for row in my.who_looked(call("b"))]


def test_a_column_that_is_declared_later_is_added(database: Engine, clock: FixedClock) -> None:
    before = Table(name="children", columns=CHILDREN.columns[:1], key=("id",))
    SqlRecords(database, {"children": before}, KEYRING, clock).put(
        "children", call("a"), {"id": "1"}
    )

    assert ["children", "answers", "visits", "towns"] == record_tables.make(
        database, TABLES.values()
    )
    assert [] == record_tables.make(database, TABLES.values())

    records = SqlRecords(database, TABLES, KEYRING, clock)
    assert [{"id": "1", "name": "", "village": ""}] == records.find("children")
    records.put("children", call("b"), {"id": "1", "name": "Neema"})
    assert [{"id": "1", "name": "Neema", "village": ""}] == records.mine("children", call("c"))


def test_a_column_cannot_become_personal_under_the_same_name(database: Engine) -> None:
    record_tables.make(database, [CHILDREN])
    sealed = Column(name="village", personal=True)
    changed = Table(name="children", columns=(*CHILDREN.columns[:2], sealed), key=("id",))

    with pytest.raises(Refused, match=r"'village' of table 'children'.*new name"):
        record_tables.make(database, [changed])


ROWS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("ab"),
        "name": st.text(min_size=1, max_size=20),
        "village": st.text(max_size=9),
    }
).filter(lambda row: "\0" not in "".join(row.values()))


@settings(max_examples=25, deadline=None)
@given(puts=st.lists(st.tuples(st.sampled_from([ASHA, JUMA]), ROWS), max_size=6))
def test_the_table_is_what_a_dictionary_would_be(
    puts: list[tuple[str, dict[str, str]]],
) -> None:
    records = SqlRecords(memory_engine(), TABLES, KEYRING, FixedClock())
    expected: dict[tuple[str, str], dict[str, str]] = {}

    for number, (owner, row) in enumerate(puts):
        records.put("children", call(str(number), owner), row)
        expected[owner, row["id"]] = row

    assert list(expected.values()) == records.find("children")
    for owner in (ASHA, JUMA):
        own = [row for (whose, _), row in expected.items() if whose == owner]
        assert own == records.mine("children", call("x", owner))
