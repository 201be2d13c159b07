"""`gateway overview`: the tables, as people and as programs read them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.cli.main import main
from gateway.deployment.load import load
from gateway.use_cases.analytics.read_overview import DECLARED, TABLES
from gateway.use_cases.ports import TurnRecord
from tests.cli.conftest import Run
from tests.clock import FixedClock


@pytest.fixture
def watched(loaded: Run, clock: FixedClock) -> Run:
    """The reference deployment, with sessions of exam results; a third dropped off.

    The commands have the test's clock, so that no midnight comes between what was and the asking.
    """
    settings = load().settings
    at = clock.now()
    dialled = TurnRecord(
        at=at, channel="at-ke", service="exam_results", screen="candidate", event="shown",
        language="sw", milliseconds=40, institution="education", lasted=0,
    )  # fmt: skip
    done = dialled._replace(
        screen="found", event="ended", came_from="exam_results.candidate", ends=True, lasted=12,
        came_from_institution="education", came_from_language="sw", lasted_before=0,
    )  # fmt: skip
    engine = database.create(settings.database_url)
    try:
        SqlTurns(engine, settings.zone).store([dialled] * 30 + [done] * 20)
    finally:
        engine.dispose()

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=clock)

    return run_command


def test_people_read_every_table_with_its_title_and_what_it_counts(watched: Run) -> None:
    told = watched("overview").stdout

    assert [name for name in TABLES if f"({name})" in told] == [
        name for name in TABLES if name not in DECLARED
    ]
    assert "exam_results    30         20              67%           10" in told
    assert "sw" in told
    assert "10,000 and more count as 10,000." in told


def test_programs_read_numbers_and_no_titles(watched: Run) -> None:
    services, answers = json.loads(watched("overview", "services", "answers", "--json").stdout)

    assert ["answers", "services"] == sorted([services["table"], answers["table"]])
    found = {each["table"]: each["rows"] for each in (services, answers)}
    assert 0.6667 == found["services"][0]["completion"]
    assert 6.0 == found["answers"][0]["deadline"]


def test_one_table_is_written_as_csv(watched: Run, tmp_path: Path) -> None:
    file = tmp_path / "who.csv"

    assert 0 == watched("overview", "equity", "--period", "30d", "--csv", str(file)).exit_code

    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [("language", "sw", "30")] == [
        (row["by"], row["group"], row["entered"]) for row in rows if row["by"] == "language"
    ]
    again = watched("overview", "equity", "--csv", str(file))
    assert 5 == again.exit_code
    assert "--overwrite" in again.stderr


#: Arguments, the exit code, and what is told.
REFUSED = (
    (["--csv", "x.csv"], 2, "Name the one TABLE"),
    (["services", "time", "--csv", "x.csv"], 2, "Name the one TABLE"),
    (["--period", "2h"], 2, "'24h', '7d', '30d', '365d'"),
    (["servces"], 5, "Did you mean 'services'?"),
    (["queues", "--institution", "nobody"], 5, "gateway institutions list"),
    (["queues", "--institution", "health"], 5, "of the gateway as a whole"),
    (["services", "--institution", "health"], 0, "Fewer than 10"),
)


def test_what_cannot_be_shown_is_told_with_the_next_step(watched: Run) -> None:
    for arguments, exit_code, told in REFUSED:
        result = watched("overview", *arguments)

        assert exit_code == result.exit_code, result.output
        assert told in result.output
