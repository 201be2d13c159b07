"""What one call writes: each write counts, and none counts twice when the call comes again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.casework.cases import SqlCases
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import case_events
from gateway.adapters.sql.handler_toolkit.pins import SqlPins
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.handler_api import Column, Table
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
PLACES = Table(
    name="places",
    columns=(Column(name="child", max=8), Column(name="school", max=8)),
    key=("child",),
)
NEEMA = {"child": "Neema", "school": "Mbale"}
RELEASE = Release(
    id="r1",
    languages={"en": "English"},
    services={},
    screens={},
    phrases={},
    messages={"due": LocalisedText({"en": Template.parse("Due: {what}.")})},
    message_values={"what": 10},
)


def call(key: str = "turn 1") -> ServiceCall:
    return ServiceCall(
        handler="h",
        answers={},
        language="en",
        subscriber=Msisdn("+999700000001"),
        key=key,
        at=FixedClock().now(),
        channel="ke",
    )


def run(writes: Callable[[ServiceCall], object], key: str = "turn 1") -> object:
    """Runs what a handler writes, as the gateway does."""
    asked = call(key)
    with answering(asked):
        return writes(asked)


@pytest.fixture
def records(database: Engine, clock: FixedClock) -> SqlRecords:
    return SqlRecords(database, {"places": PLACES}, KEYRING, clock)


def test_a_row_that_was_put_removed_and_put_stands(records: SqlRecords) -> None:
    def writes(asked: ServiceCall) -> tuple[int, int]:
        records.put("places", asked, NEEMA)
        removed = records.remove("places", asked, child="Neema")
        records.put("places", asked, NEEMA)
        return removed, records.remove("places", asked, child="Juma")

    assert (1, 0) == run(writes)
    assert [NEEMA] == records.mine("places", call())


def test_a_call_that_comes_again_undoes_nothing_that_another_did_since(records: SqlRecords) -> None:
    def writes(asked: ServiceCall) -> None:
        records.put("places", asked, NEEMA)
        records.remove("places", asked, child="Neema")
        records.put("places", asked, NEEMA)

    run(writes)
    run(lambda asked: records.remove("places", asked), "turn 2")
    run(writes)

    assert [] == records.mine("places", call())


def test_a_call_that_was_cut_off_goes_on_where_it_was(records: SqlRecords) -> None:
    def cut_off(asked: ServiceCall) -> None:
        records.put("places", asked, NEEMA)
        records.remove("places", asked, child="Neema")

    def whole(asked: ServiceCall) -> None:
        cut_off(asked)
        records.put("places", asked, NEEMA)

    run(cut_off)
    run(whole)

    assert [NEEMA] == records.mine("places", call())


def test_what_found_no_place_can_be_put_all_the_same(records: SqlRecords) -> None:
    def writes(asked: ServiceCall) -> bool:
        placed = records.put_within("places", asked, NEEMA, most=0, same=["school"])
        records.put("places", asked, NEEMA)
        return placed

    assert run(writes) is False
    assert [NEEMA] == records.mine("places", call())


def test_a_place_that_became_free_in_the_same_call_can_be_taken(records: SqlRecords) -> None:
    juma = {"child": "Juma", "school": "Mbale"}

    def writes(asked: ServiceCall) -> list[bool]:
        records.put("places", asked, juma)
        first = records.put_within("places", asked, NEEMA, most=1, same=["school"])
        records.remove("places", asked, child="Juma")
        return [first, records.put_within("places", asked, NEEMA, most=1, same=["school"])]

    assert [False, True] == run(writes)
    assert [False, True] == run(writes)
    assert [NEEMA] == records.mine("places", call())


def test_a_write_that_failed_is_tried_again_under_the_same_key(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*arguments: object, **named: object) -> bool:
        raise KeyboardInterrupt

    def writes(asked: ServiceCall) -> None:
        with monkeypatch.context() as context:
            context.setattr("gateway.adapters.sql.idempotency.keep", dies)
            with pytest.raises(KeyboardInterrupt):
                records.put("places", asked, NEEMA)
        records.put("places", asked, NEEMA)

    run(writes)
    run(lambda asked: records.remove("places", asked), "turn 2")
    run(lambda asked: records.put("places", asked, NEEMA))

    assert [] == records.mine("places", call())


def test_the_later_of_two_reminders_with_one_key_takes_the_place(database: Engine) -> None:
    reminders = SqlReminders(database, KEYRING, ServedReleases(RELEASE))

    def writes(asked: ServiceCall) -> None:
        for what in ("visit 1", "visit 2"):
            reminders.schedule(
                asked, message="due", values={"what": what}, at=asked.at, topic="t", key="k"
            )

    run(writes)
    run(writes)

    due = reminders.due(call().at + timedelta(days=1), 10)
    assert ["visit 2"] == [each.values["what"] for each in due]


def test_a_subscription_that_was_ended_and_begun_again_stands(database: Engine) -> None:
    subscriptions = SqlSubscriptions(database, KEYRING)

    def writes(asked: ServiceCall) -> None:
        subscriptions.add(asked, "warnings", "Mbale")
        subscriptions.remove(asked, "warnings", "Mbale")
        subscriptions.add(asked, "warnings", "Mbale")

    run(writes)

    assert [("warnings", "Mbale")] == subscriptions.of(call())


def test_a_pin_that_was_set_reset_and_set_is_the_last_one(database: Engine) -> None:
    pins = SqlPins(database, KEYRING)

    def writes(asked: ServiceCall) -> None:
        pins.set(asked, "benefits", "4711", of="1")
        pins.reset(asked, "benefits", of="1")
        pins.set(asked, "benefits", "1234", of="1")

    run(writes)

    assert "ok" == pins.verify(call("turn 2"), "benefits", "1234", of="1")


def test_each_case_note_and_message_of_a_call_is_kept_once(database: Engine) -> None:
    cases, desk = SqlCases(database, KEYRING), SqlHelpDesk(database, KEYRING)

    def writes(asked: ServiceCall) -> list[str]:
        numbers = [cases.open(asked, "s", category, {}) for category in ("water", "roads")]
        for text in ("by the well", "by the school"):
            assert cases.add_note(asked, numbers[0], text)
        told = [desk.leave(asked, "health", text) for text in ("When?", "Where?")]
        return [*numbers, *told]

    first = run(writes)

    assert first == run(writes)
    assert isinstance(first, list)
    assert 4 == len(set(first))
    with statements(database) as connection:
        assert 2 == connection.scalar(select(func.count()).select_from(case_events))
