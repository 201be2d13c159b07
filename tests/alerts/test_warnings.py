"""What an alert comes to: who is warned, how soon, and what is never sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.alerts.warning import Meaning, Reading, read_alert
from gateway.domain.alerts.wording import LongestText
from gateway.domain.telecom.sms import Lane
from tests.alerts.samples import DISTRICTS, SENT, area, document, info, read


def _reading(octets: bytes, now: datetime = SENT) -> Reading:
    return read_alert(read(octets), DISTRICTS, LongestText(2), now)


def test_one_warning_is_worded_in_each_language_that_the_source_wrote() -> None:
    swahili = info("sw-KE", headline="Mafuriko ya Manafwa", description="", instruction="")
    french = info("fr", headline="Crue de la Manafwa", areas=area("L’est"))
    [warning] = _reading(document(info(), swahili, french)).warnings
    assert set(warning.texts) == {"en", "sw", "fr"}
    assert warning.texts["sw"] == "Mafuriko ya Manafwa."
    assert warning.districts == ["Mbale"]
    assert not warning.doubts


def test_two_threats_of_one_alert_are_two_warnings() -> None:
    kisoro = info(areas=area(geocode="031"), severity="Moderate")
    east, west = _reading(document(info(), kisoro)).warnings
    assert (list(east.districts), list(west.districts)) == (["Mbale"], ["Kisoro"])
    assert (east.lane, west.lane) == (Lane.URGENT, Lane.BULK)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "Exercise"},
        {"status": "System"},
        {"status": "Test"},
        {"status": "Draft"},
        {"scope": "Restricted"},
        {"scope": "Private"},
        {"msgType": "Ack", "references": "a,b,2027-03-01T09:00:00+03:00"},
        {"msgType": "Error", "references": "a,b,2027-03-01T09:00:00+03:00"},
    ],
)
def test_only_what_is_actual_and_public_reaches_citizens(fields: dict[str, str]) -> None:
    reading = _reading(document(**fields))
    assert reading.meaning is Meaning.NOT_FOR_CITIZENS
    assert not reading.warnings
    assert reading.why.endswith(".")


#: The shape of what a state publishes each week, with the status of what is real.
WEEKLY = "<eventCode><valueName>{}</valueName><value>{}</value></eventCode>"


@pytest.mark.parametrize(
    ("name", "code", "warnings"),
    [
        *(("SAME", code, 0) for code in ("RWT", "RMT", "NPT", "DMO")),
        ("SAME", "FFW", 1),
        ("OTHER", "RWT", 1),
        ("SAME", "", 1),
    ],
)
def test_an_event_with_the_code_of_a_test_reaches_nobody(
    name: str, code: str, warnings: int
) -> None:
    coded = info().replace("</event>", f"</event>{WEEKLY.format(name, code)}")
    alone, beside = _reading(document(coded)), _reading(document(coded, info(urgency="Future")))
    assert warnings == len(alone.warnings)
    assert ("a test is never sent" in alone.why) is (warnings == 0)
    assert warnings + 1 == len(beside.warnings)


@pytest.mark.parametrize(
    ("fields", "doubted"),
    [
        ({"event": "Test Message"}, "Test"),
        ({"headline": "THIS IS A TEST of the siren"}, "TEST"),
        ({"headline": "Exercice national d'alerte"}, "Exercice"),
        ({"headline": "Hili ni zoezi la tahadhari"}, "zoezi"),
        ({"headline": "ሙከራ ብቻ ነው"}, "ሙከራ"),
        ({"headline": "Protest at the bridge, take another way"}, ""),
        ({"event": "Flood", "instruction": "Test your lamp."}, ""),
    ],
)
def test_one_that_calls_itself_a_test_is_asked_about(fields: dict[str, str], doubted: str) -> None:
    [warning] = _reading(document(info(**fields))).warnings
    assert [f"'{doubted}'" in each for each in warning.doubts] == ([True] if doubted else [])


@pytest.mark.parametrize("language", ["en", "en-GB", "en_GB", "EN", ""])
def test_a_language_is_known_however_it_is_written(language: str) -> None:
    [warning] = _reading(document(info(language))).warnings
    assert ["en"] == list(warning.texts)


@pytest.mark.parametrize(
    ("fields", "lane", "emergency"),
    [
        ({}, Lane.URGENT, True),
        ({"urgency": "Expected"}, Lane.URGENT, False),
        ({"severity": "Extreme", "certainty": "Observed"}, Lane.URGENT, True),
        ({"certainty": "Possible"}, Lane.URGENT, False),
        ({"severity": "Moderate"}, Lane.BULK, False),
        ({"urgency": "Future"}, Lane.BULK, False),
        ({"urgency": "Past", "severity": "Minor"}, Lane.BULK, False),
        ({"urgency": "Unknown", "severity": "Unknown", "certainty": "Unknown"}, Lane.BULK, False),
    ],
)
def test_what_is_grave_and_near_overtakes(
    fields: dict[str, str], lane: Lane, emergency: bool
) -> None:
    [warning] = _reading(document(info(**fields))).warnings
    assert (warning.lane, warning.emergency) == (lane, emergency)


def test_a_warning_holds_until_it_expires_or_for_a_day() -> None:
    [said], [unsaid] = (_reading(document(info(expires=each))).warnings for each in (
        "2027-03-02T06:00:00+03:00", ""))  # fmt: skip
    assert said.valid_until == datetime(2027, 3, 2, 3, tzinfo=UTC)
    assert unsaid.valid_until == SENT + timedelta(hours=24)


@pytest.mark.parametrize(("minutes", "doubted"), [(0, False), (15, False), (16, True), (180, True)])
def test_one_that_was_sent_in_the_future_is_asked_about(minutes: int, doubted: bool) -> None:
    now = SENT - timedelta(minutes=minutes)
    [warning] = _reading(document(info(expires="")), now).warnings
    assert doubted == any("still to come" in each for each in warning.doubts)
    assert warning.valid_until == now + timedelta(hours=24)


def test_what_has_expired_is_not_sent() -> None:
    reading = _reading(document(), datetime(2027, 3, 2, 3, tzinfo=UTC))
    assert reading.meaning is Meaning.NOT_FOR_CITIZENS
    assert "expired" in reading.why


def test_an_alert_without_info_says_nothing() -> None:
    octets = document().replace(info().encode(), b"")
    assert "says nothing" in _reading(octets).why


def test_a_cancel_withdraws_even_when_it_has_no_text() -> None:
    cancel = document(msgType="Cancel", references="a,b,2027-03-01T09:00:00+03:00")
    bare = cancel.replace(info().encode(), b"")
    assert [_reading(each).meaning for each in (cancel, bare)] == [Meaning.WITHDRAW] * 2


@pytest.mark.parametrize(
    ("octets", "doubt"),
    [
        (document(info(areas="")), "It names no area"),
        (document(info(areas=area("The moon", geocode=""))), "found in the area 'The moon'"),
        (document(info(), info(headline="Something else")), "two texts say different things"),
        (document(info(headline="flood, " * 80)), "its first sentence takes too many segments"),
    ],
)
def test_what_is_not_clear_is_for_a_person_to_decide(octets: bytes, doubt: str) -> None:
    [warning] = _reading(octets).warnings
    assert any(doubt in each for each in warning.doubts)
