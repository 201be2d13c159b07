"""The doctor says whether citizens are answered, and in time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.adapters.metrics.process_counters import ProcessCounters
from gateway.adapters.redis.waiting_spools import RedisWaitingSpools
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.adapters.system.clock import SystemClock
from gateway.cli.doctor import stores
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import Breaker
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.use_cases.ports import TurnRecord
from tests.cli.conftest import Run

DELIVERED = DeliveryReport(provider_ref="r1", status=DeliveryStatus.DELIVERED)


def findings(run: Run) -> dict[str, dict[str, object]]:
    found = json.loads(run("doctor", "--json").stdout)
    return {finding["what"]: finding for finding in found}


def answered(milliseconds: Sequence[int], minutes_ago: float = 1) -> None:
    """Stores turns of at-ke, whose deadline is six seconds."""
    SqlTurns(database.create(load().settings.database_url)).store(
        [
            TurnRecord(
                at=SystemClock().now() - timedelta(minutes=minutes_ago),
                channel="at-ke",
                service="home",
                screen="menu",
                event="shown",
                language="en",
                milliseconds=each,
            )
            for each in milliseconds
        ]
    )


def test_without_any_turn_nothing_is_late(loaded: Run) -> None:
    found = findings(loaded)

    assert found["turns"]["ok"]
    assert "None in the last 15 minutes." == found["turns"]["sentence"]


def test_turns_after_the_deadline_are_told_of_by_channel(loaded: Run) -> None:
    answered([20, 6000, 6001, 9000])
    answered([9000] * 5, minutes_ago=16)

    found = findings(loaded)["turns at-ke"]

    assert not found["ok"]
    assert found["sentence"] == (
        "4 turns in the last 15 minutes, 2 answered after the deadline of 6 s."
    )
    assert "gateway_back_end_seconds" in str(found["fix"])


@pytest.mark.parametrize(("in_time", "ok"), [(999, True), (998, False)])
def test_one_late_turn_of_a_thousand_is_bad_luck(loaded: Run, in_time: int, ok: bool) -> None:
    answered([50] * in_time + [7000])

    assert ok is findings(loaded)["turns at-ke"]["ok"]


def test_what_was_counted_on_this_machine_is_told_though_the_stores_are_down(
    run: Run, tmp_path: Path
) -> None:
    counters = ProcessCounters(tmp_path / "metrics")
    for outcome in ("shown", "shown", "failed"):
        counters.add("turns", channel="at-ke", service="home", outcome=outcome)
    counters.add("turns_late", channel="at-ke")
    counters.close()

    found = findings(run)

    assert not found["database"]["ok"]
    assert found["counted"]["sentence"] == (
        "3 turns on this machine since counting began: 1 without an answer, 1 after the deadline."
    )


def test_a_queue_in_which_something_waits_too_long_names_its_worker(loaded: Run) -> None:
    deployment = load()
    inbox = SqlInbox(database.create(deployment.settings.database_url), deployment.keyring)
    sms = InboundSms(
        provider_ref="m1", subscriber=Msisdn("+999700000001"), to="20266", text="RESULT"
    )
    inbox.accept("phone", sms, SystemClock().now() - timedelta(minutes=3))

    found = findings(loaded)

    assert not found["queue inbound"]["ok"]
    assert str(found["queue inbound"]["sentence"]).startswith("1 due, the oldest for 18")
    assert "Run: gateway work inbound" == found["queue inbound"]["fix"]
    assert found["queue reply"]["ok"]
    assert "Nothing waits." == found["queue reply"]["sentence"]


def test_an_empty_spool_is_well(loaded: Run) -> None:
    assert findings(loaded)["spool"]["ok"]


def test_what_waits_on_the_disk_of_this_node_is_told_with_its_time(loaded: Run) -> None:
    gateway = Gateway(load())
    sms = InboundSms(provider_ref="1", subscriber=Msisdn("+254700000001"), to="1", text="STOP")
    gateway.spool.keep("at-ke", sms, SystemClock().now())
    waits = findings(loaded)["spool"]
    gateway.spool.replay(_refused)
    aside = findings(loaded)["spool"]

    assert (False, False) == (waits["ok"], aside["ok"])
    assert "wait for the database since" in str(waits["sentence"])
    assert "set aside" in str(aside["sentence"])


@pytest.mark.parametrize(("minutes", "is_well"), [(0, True), (2, False)])
def test_reports_that_nobody_moves_to_the_database_are_told(
    loaded: Run, minutes: int, is_well: bool
) -> None:
    at = SystemClock().now() - timedelta(minutes=minutes)
    Gateway(load()).reports.keep("at-ke", DELIVERED, at)

    found = findings(loaded)["delivery reports"]

    assert is_well == found["ok"]
    assert "wait for the database since" in str(found["sentence"])


def test_reports_that_were_set_aside_are_told(loaded: Run) -> None:
    gateway = Gateway(load())
    none_waits = findings(loaded)["delivery reports"]
    gateway.reports.keep("at-ke", DELIVERED, SystemClock().now())
    gateway.reports.replay(_refused)

    aside = findings(loaded)["delivery reports"]

    assert (True, False) == (none_waits["ok"], aside["ok"])
    assert "set aside" in str(aside["sentence"])


def test_nodes_that_hold_back_notices_are_named(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RedisWaitingSpools, "nodes", lambda self: ["web-1", "web-2"])

    found = findings(loaded)["held notices"]

    assert not found["ok"]
    assert "web-1, web-2" in str(found["sentence"])


def test_while_no_node_holds_any_back_all_is_well(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RedisWaitingSpools, "nodes", lambda self: [])

    assert findings(loaded)["held notices"]["ok"]


def _refused(*record: object) -> None:
    raise Refused("Nobody can store it.")


@pytest.mark.parametrize(
    ("seconds", "ok"), [(0.0, True), (-1.9, True), (2.1, False), (-3e5, False)]
)
def test_a_clock_that_is_apart_is_a_finding(seconds: float, ok: bool) -> None:
    finding = stores._skew("clock", seconds, "the database")

    assert ok == finding.ok
    assert f"{abs(seconds):.1f} s apart from the database." == finding.sentence


@pytest.mark.parametrize(
    ("statement", "ok", "says"),
    [
        ("", True, "As declared."),
        ("ALTER TABLE rec_ratings DROP COLUMN score", False, "Column score is declared and not"),
        ("ALTER TABLE rec_ratings ADD COLUMN colour TEXT", True, "Column colour is stored and no"),
        ("DROP TABLE rec_ratings", True, "Nothing stored yet"),
    ],
)
def test_a_table_that_differs_from_its_declaration_is_told(
    loaded: Run, statement: str, ok: bool, says: str
) -> None:
    loaded("migrate")
    if statement:
        with database.transaction(database.create(load().settings.database_url)) as connection:
            connection.execute(text(statement))

    found = findings(loaded)["table ratings"]

    assert ok is found["ok"]
    assert str(found["sentence"]).startswith(says)
    assert ok or "Run: gateway migrate" == found["fix"]


def test_a_column_that_was_added_to_a_form_is_made_by_the_next_migration(loaded: Run) -> None:
    loaded("migrate")
    with database.transaction(database.create(load().settings.database_url)) as connection:
        connection.execute(text("ALTER TABLE rec_ratings DROP COLUMN score"))

    loaded("migrate")

    assert "As declared." == findings(loaded)["table ratings"]["sentence"]


def test_a_look_up_that_is_left_alone_is_told_of_as_a_handler_is(
    loaded: Run, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_REDIS_URL", valkey)
    deployment = load()
    look_up = "lookup:find_clinic.list_regions"
    gateway = Gateway(deployment)
    every = gateway.vital_signs.breakers() or {}
    gateway.stores.breakers.note(look_up, Breaker(failures=1), well=False)

    assert look_up in every
    assert set(every) >= set(deployment.handlers)
    assert not findings(loaded)[f"back end {look_up}"]["ok"]
    gateway.close()
