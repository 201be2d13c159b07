"""The doubts of a warning are kept as sentences, each for the reader's own language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.adapters.cap.document import alert_of, tree_of
from gateway.adapters.sql.alerts.alert_tables import alerts
from gateway.adapters.sql.alerts.alerts import SqlAlerts
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.told.kept_sentences import all_told, kept, told
from gateway.composition.gateway import Gateway
from gateway.domain.alerts.alert import Severity, Urgency
from gateway.domain.alerts.taken import AlertSource, TakenAlert
from gateway.domain.alerts.warning import read_alert
from gateway.domain.alerts.wording import LongestText
from gateway.domain.faults_and_errors.sentence import Sentence, parts_of
from gateway.domain.text.counts import Count
from gateway.domain.text.language_names import language_name
from gateway.use_cases.ports.institutions import AuditEntry
from tests.alerts.samples import DISTRICTS, area, document, info
from tests.clock import FixedClock
from tests.gateways import reference_gateway


@pytest.fixture
def gateway(tmp_path: Path, valkey: str, clock: FixedClock) -> Iterator[Gateway]:
    """The reference deployment."""
    made = reference_gateway(tmp_path, valkey, clock)
    yield made
    made.close()


def taken(gateway: Gateway) -> tuple[SqlAlerts, TakenAlert]:
    """Takes in a warning that nobody can place, whose Swahili does not fit."""
    now = gateway.clock.now().replace(microsecond=0)
    until = (now + timedelta(hours=6)).isoformat()
    nowhere = area("Nowhere", geocode="")
    long = f"Mvua {'kubwa ' * 60}"
    octets = document(
        info(areas=nowhere, expires=until),
        info("sw", areas=nowhere, expires=until, headline=long, instruction="", description=""),
        sent=now.isoformat(),
    )
    alert = alert_of(tree_of(octets, "a.xml"), "a.xml")
    reading = read_alert(alert, DISTRICTS, LongestText(2), now)
    store = SqlAlerts(gateway.engine, gateway.keyring)

    def noted(id: int) -> AuditEntry:
        return AuditEntry(at=now, by="x", institution="health", act="broadcast", what=f"{id}")

    id, _ = store.take(AlertSource("weather", "health"), alert, reading, now, "", noted)
    found = store.find(id)
    assert found is not None
    return store, found


def test_doubts_come_back_with_their_values_apart(gateway: Gateway) -> None:
    _, found = taken(gateway)

    (warning,) = found.reading.warnings
    (text, place) = warning.doubts
    assert isinstance(text, Sentence)
    assert isinstance(place, Sentence)
    assert (
        "Swahili: its first sentence takes too many segments. Write the text.",
        "No district was found in the area 'Nowhere'.",
    ) == (text, place)
    assert {"area": "Nowhere"} == place.values
    assert isinstance(text.values["doubt"], Sentence)
    assert (Urgency.IMMEDIATE, Severity.SEVERE, False) == (
        warning.urgency, warning.severity, found.signed,
    )  # fmt: skip


def test_a_row_of_the_version_before_is_read_as_its_text(gateway: Gateway) -> None:
    store, found = taken(gateway)
    new = {"why_kept", "signed", "doubts_kept", "urgency", "severity", "certainty"}
    with transaction(gateway.engine) as connection:
        reading = json.loads(connection.scalar(select(alerts.c.reading)) or "")
        old = {name: value for name, value in reading.items() if name not in new}
        old["warnings"] = [
            {name: value for name, value in each.items() if name not in new}
            for each in reading["warnings"]
        ]
        connection.execute(update(alerts).values(reading=json.dumps(old)))

    again = store.find(found.id)

    assert again is not None
    assert [*found.reading.warnings[0].doubts] == [*again.reading.warnings[0].doubts]
    assert (None, None) == (again.signed, again.reading.warnings[0].urgency)


def test_a_row_has_its_english_beside_for_the_version_before(gateway: Gateway) -> None:
    taken(gateway)
    with transaction(gateway.engine) as connection:
        reading = json.loads(connection.scalar(select(alerts.c.reading)) or "")

    (warning,) = reading["warnings"]
    assert "No district was found in the area 'Nowhere'." in warning["doubts"]


@pytest.mark.parametrize(
    "sentence",
    [
        Sentence("It says nothing: it has no info."),
        Sentence("No %(name)s, %(number)s.", name="a %(x)s", number=3),
        Sentence("It fell on %(day)s.", day=date(2026, 11, 30)),
        Sentence("%(number)s rows", singular="%(number)s row", number=Count(1000)),
        Sentence("No %(id)s.", id=7, by_command="See %(id)s", on_page=Sentence("Ask.")),
        Sentence("Nobody.") + Sentence(" %(number)s said STOP.", number=2) + " So.",
        Sentence("%(language)s: %(doubt)s", language=language_name("sw"), doubt=Sentence("No.")),
    ],
)
def test_a_sentence_is_kept_whole(sentence: Sentence) -> None:
    again = told("", json.loads(json.dumps(kept(sentence))))

    assert isinstance(again, Sentence)
    assert (sentence, parts_of(sentence), sentence.then) == (again, parts_of(again), again.then)


def test_a_text_that_is_no_sentence_stays_one() -> None:
    assert kept("plain") is None
    assert ["plain", "other"] == [*all_told(["plain", "other"], ())]
