"""What citizens have stored by forms is read back to them alone; on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.adapters.declared_rows.datasets import declared_in as datasets_in
from gateway.adapters.declared_rows.forms import declared_in as forms_in
from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.menu_files.load import parsed
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.handler_toolkit import told_rows
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit, toolkit
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.menu.told_again import lines_of, title_of
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.handler_calls.store_form import handlers_of
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SURVEY = {
    "source": "well", "minutes": "40", "daily": "yes", "treats": "boil filter", "litres": "60",
    "pays": "no", "fetches": "women", "people": "6", "ill": "no", "remarks": "The pump is old",
}  # fmt: skip
PROBLEM = {
    "category": "water", "district": "Mlimani", "description": "The pump is broken", "name": "Asha",
}  # fmt: skip


@cache
def release() -> Release:
    """The reference deployment's menus."""
    menu, faults = parsed(ROOT / "menus")
    assert menu is not None, faults
    return menu.release


@cache
def forms() -> Mapping[str, Form]:
    """The reference deployment's forms."""
    datasets = datasets_in(ROOT / "datasets").datasets
    return forms_in(ROOT / "forms", {}, datasets).forms


@pytest.fixture
def desk(database: Engine) -> SqlToolkit:
    return toolkit(
        engine=database,
        datasets={},
        tables={name: form.table() for name, form in forms().items() if not form.reference},
        forms=forms(),
        keyring=KEYRING,
        clock=FixedClock(NOON),
        zone=UTC,
        releases=ServedReleases(release()),
        choose_language=lambda subscriber, language: None,
        next_serial=count(10_002_026).__next__,
    )


def call(key: str, *, who: Msisdn = ASHA, language: str = "en", days: int = 0) -> ServiceCall:
    return ServiceCall(
        handler="what_i_told",
        answers={},
        language=language,
        subscriber=who,
        key=key,
        at=NOON + timedelta(days=days),
    )


def store(
    desk: SqlToolkit, form: str, answers: Mapping[str, str], *, who: Msisdn = ASHA, days: int = 0
) -> None:
    told = call(f"{form} {who.e164} {days}", who=who, days=days)
    told = ServiceCall(
        handler=f"store:{form}",
        answers=answers,
        language="en",
        subscriber=who,
        key=told.key,
        at=told.at,
    )
    with answering(told):
        handlers_of([forms()[form]])[told.handler].run(told, desk)


def test_each_reads_what_they_have_told_and_nothing_of_others(desk: SqlToolkit) -> None:
    store(desk, "water_survey", SURVEY)
    store(desk, "report_problem", PROBLEM, days=1)
    store(desk, "water_survey", {**SURVEY, "remarks": "It is far"}, who=JUMA)

    told = desk.my.told(call("a"))

    assert [("Report a problem", "2026-03-11"), ("Water survey", "2026-03-10")] == [
        (row["title"], row["at"]) for row in told
    ]
    report, survey = (desk.my.told_again(call("b"), row["entry"]) for row in told)
    assert {"Mlimani", "The pump is broken", "Asha"} <= {
        line.rpartition("? ")[2] for line in report
    }
    assert "Where do you fetch water? Well, borehole" in survey
    assert any("The pump is old" in line for line in survey)
    (theirs,) = desk.my.told(call("c", who=JUMA))
    assert [] == desk.my.told_again(call("d"), theirs["entry"])
    assert any(
        "It is far" in line for line in desk.my.told_again(call("e", who=JUMA), theirs["entry"])
    )


@pytest.mark.parametrize("entry", ["", "water_survey", "water_survey 00", "no_form 12", "x' --"])
def test_what_is_no_row_of_theirs_says_nothing(desk: SqlToolkit, entry: str) -> None:
    store(desk, "water_survey", SURVEY)

    assert [] == desk.my.told_again(call("a"), entry)


def test_what_was_erased_is_not_read_back(desk: SqlToolkit) -> None:
    store(desk, "water_survey", SURVEY)
    store(desk, "report_problem", PROBLEM)

    desk.my.erase(call("erase"))

    assert [] == desk.my.told(call("a"))


def test_the_reader_reads_it_in_their_language(desk: SqlToolkit) -> None:
    store(desk, "water_survey", SURVEY)
    (row,) = desk.my.told(call("a", language="sw"))

    assert release().services["water_survey"].title["sw"].pieces[0] == row["title"]
    assert "Mnateka maji wapi? Kisima" in desk.my.told_again(call("b", language="sw"), row["entry"])


def test_who_looked_is_named_by_the_service_and_not_by_its_code(desk: SqlToolkit) -> None:
    desk.records.put("water_survey", call("put"), SURVEY | {"dry_days": "", "price": ""})
    looking = ServiceCall(
        handler="id_card", answers={}, language="en", subscriber=JUMA, key="look", at=NOON
    )
    with answering(looking):
        desk.records.find("water_survey")

    assert ["My ID card"] == [row["who"] for row in desk.my.who_looked(call("a"))]
    assert "Health office" == title_of(release(), "Health office", "sw")


@pytest.mark.parametrize(
    ("width", "most", "lines"),
    [
        (44, 80, 2),
        (10, 80, 7),
        (10, 4, 4),
    ],
)
def test_nothing_of_an_answer_is_cut_while_there_is_room_for_it(
    width: int, most: int, lines: int
) -> None:
    row = {"remarks": "The pump has been broken since the rains began"}
    found = lines_of(release(), forms()["water_survey"], row, "en", width=width, most=most)

    assert all(len(line) <= width for line in found)
    assert len(found) <= most
    told = " ".join(found)
    assert row["remarks"] in told or found[-1] == "..."


def test_the_lines_of_a_row_are_those_that_the_menu_is_proven_to_have_room_for() -> None:
    from handlers import my_data

    entries = my_data.WHAT_I_TOLD.contract.outcomes["told"]["entries"]
    lines = my_data.READ_WHAT_I_TOLD.contract.outcomes["told"]["lines"]
    assert (told_rows.MOST_ROWS, told_rows.MOST_LINES) == (entries.rows, lines.rows)  # type: ignore[union-attr]
    assert told_rows.WIDEST_LINE == lines.fields["line"].max  # type: ignore[union-attr]
