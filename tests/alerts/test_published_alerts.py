"""Alerts as services publish them: an update, a cancel, a test, known in part, cut off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.alerts.warning import Meaning, read_alert
from gateway.domain.alerts.wording import LongestText
from gateway.domain.faults_and_errors.errors import AlertInvalid
from gateway.domain.telecom.sms import Lane
from tests.alerts import published
from tests.alerts.samples import DISTRICTS, KISORO, MBALE, SENT, read

BY_EMMA = [
    replace(each, geocodes=frozenset({("EMMA_ID", code)}))
    for each, code in ((MBALE, "ZM014"), (KISORO, "ZM031"))
]


FLOOD = (
    "Flood Warning issued March 1 at 7:00AM until March 2 at 3:00AM. "
    "FLOOD WARNING REMAINS IN EFFECT UNTIL 3 AM. WHAT: Flooding caused by excessive rainfall. "
    "WHERE: A portion of the east, including Mbale. Turn around when encountering flooded roads."
)
RAIN = {
    "en": "Yellow rain for the east. BE AWARE of heavy rain.",
    "sw": "Mvua ya njano mashariki. KUWA MAKINI na mvua kubwa.",
}
WRITTEN = "Heavy rain. Rain & wind. Rivers rise. Move to high ground."


@pytest.mark.parametrize(
    ("written", "meaning", "texts", "lane"),
    [
        (published.OF_A_LARGE_SERVICE, Meaning.WARN, {"en": FLOOD}, Lane.URGENT),
        (published.OF_A_UNION, Meaning.WARN, RAIN, Lane.BULK),
        (published.OF_AN_EDITOR, Meaning.WARN, {"en": WRITTEN}, Lane.URGENT),
        (published.CANCELLED, Meaning.WITHDRAW, {"en": FLOOD}, Lane.URGENT),
    ],
    ids=["large", "union", "editor", "cancelled"],
)
def test_what_services_publish_is_read_as_they_mean_it(
    written: str, meaning: Meaning, texts: dict[str, str], lane: Lane
) -> None:
    now = SENT + timedelta(hours=4)
    found = read_alert(read(written.encode()), DISTRICTS, LongestText(), now)

    assert (meaning, [(texts, lane)]) == (
        found.meaning,
        [(dict(each.texts), each.lane) for each in found.warnings],
    )


def test_their_areas_are_districts_by_border_name_or_code() -> None:
    now = SENT + timedelta(hours=4)
    alerts = [read(each.encode()) for each in (published.OF_AN_EDITOR, published.OF_A_UNION)]
    by_border = read_alert(alerts[0], DISTRICTS, LongestText(), now).warnings[0]
    by_code = read_alert(alerts[1], BY_EMMA, LongestText(), now).warnings[0]
    partly = read_alert(alerts[1], DISTRICTS, LongestText(), now).warnings[0]

    assert ([MBALE.name], []) == (by_border.districts, by_border.doubts)
    assert ([MBALE.name, KISORO.name], []) == (by_code.districts, by_code.doubts)
    # The code of the east is not known here: a person says which district it is.
    assert ([KISORO.name], ["No district was found in the area 'East'."]) == (
        partly.districts,
        partly.doubts,
    )


def test_an_update_names_all_that_it_replaces() -> None:
    replaced = read(published.OF_A_LARGE_SERVICE.encode()).references

    assert ["urn:oid:2.49.0.1.894.0.5f0a11c2.001.1", "urn:oid:2.49.0.1.894.0.77.001.1"] == [
        each.identifier for each in replaced
    ]


def test_their_tests_reach_nobody_and_what_is_cut_off_is_refused() -> None:
    tested = read_alert(read(published.TESTED.encode()), DISTRICTS, LongestText(), SENT)

    assert (Meaning.NOT_FOR_CITIZENS, 0) == (tested.meaning, len(tested.warnings))
    with pytest.raises(AlertInvalid, match="no XML from here on"):
        read(published.CUT_OFF.encode())
