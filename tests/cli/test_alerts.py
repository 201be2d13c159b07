"""`gateway alerts`: what a person sees of public warnings, and decides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.alerts.samples import area, document, info
from tests.cli.conftest import Run

#: The commands go by the machine's clock: no warning of these tests is sent after it, nor ends
#: while they run, whatever the day is.
_SENT = "2020-03-01T12:00:00+03:00"
_NEVER = {"expires": "2999-01-01T00:00:00+00:00"}
SENDER = "warnings@weather.example"


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    """A warning for Mbale, and one for an area that nobody knows."""
    known = info(areas=area("Mbale", geocode="01"), **_NEVER)
    unknown = info(areas=area("The moon", geocode=""), severity="Minor", **_NEVER)
    file = tmp_path / "flood.xml"
    file.write_bytes(document(known, unknown, sender=SENDER, sent=_SENT))
    return file


def test_a_warning_is_taken_shown_and_decided(loaded: Run, flood: Path) -> None:
    taken = loaded("alerts", "take", str(flood), "--source", "weather")
    assert 0 == taken.exit_code, taken.output
    assert "It is broadcast 1. Run: gateway broadcast check 1" in taken.output
    assert "? No district was found in the area 'The moon'." in taken.output
    assert "Decide: gateway alerts draft 1 2 --help" in taken.output

    listed = loaded("alerts", "list").output
    assert "broadcast 1; 1 wait for a person" in listed
    assert "? No district was found in the area 'The moon'." in listed
    refused = loaded("alerts", "draft", "1", "2")
    assert (5, True) == (refused.exit_code, "--district NAME" in refused.output)
    drafted = loaded("alerts", "draft", "1", "2", "--district", "Mbale", "--text", "sw=Mafuriko.")
    assert "It is broadcast 2" in drafted.output

    (shown,) = json.loads(loaded("alerts", "list", "--json").stdout)
    assert [1, 2] == [each["broadcast"] for each in shown["warnings"]]
    assert shown == json.loads(loaded("alerts", "show", "1", "--json").stdout)
    assert 0 == loaded("broadcast", "show", "2").exit_code


def test_a_warning_that_comes_twice_says_that_it_was_taken_before(loaded: Run, flood: Path) -> None:
    take = ("alerts", "take", str(flood), "--source", "weather")
    told = "It was taken before, at "
    assert [False, True] == [told in loaded(*take).output for _ in range(2)]
    assert json.loads(loaded(*take, "--json").stdout)["taken_before"]
    assert told not in loaded("alerts", "show", "1").output


def test_what_a_warning_refers_to_and_never_came_in_is_named(loaded: Run, flood: Path) -> None:
    loaded("alerts", "take", str(flood), "--source", "weather")
    (known,) = json.loads(loaded("alerts", "list", "--json").stdout)
    references = f"{SENDER},{known['identifier']},{_SENT} {SENDER},LOST-7,{_SENT}"
    update = {"msgType": "Update", "references": references, "identifier": "NEXT"}
    says = info(areas=area("Mbale", geocode="01"), **_NEVER)
    flood.write_bytes(document(says, sender=SENDER, sent=_SENT, **update))

    taken = loaded("alerts", "take", str(flood), "--source", "weather").output

    assert f"It refers to LOST-7 of {SENDER}, which never came in" in taken
    assert 1 == taken.count("never came in")
    shown = json.loads(loaded("alerts", "show", "2", "--json").stdout)
    assert ["LOST-7"] == shown["refers_to_unknown"]
    assert "never came in" not in loaded("alerts", "show", "1").output


def test_a_warning_for_a_part_of_a_district_says_so(loaded: Run, flood: Path) -> None:
    beside = area("Mbale", geocode="01", circle="9.0,9.0 1.0")
    flood.write_bytes(document(info(areas=beside, **_NEVER), sender=SENDER, sent=_SENT))
    taken = loaded("alerts", "take", str(flood), "--source", "weather").output
    assert "Mbale in part: its border holds 0 of 1 points" in taken
    (warning,) = json.loads(loaded("alerts", "show", "1", "--json").stdout)["warnings"]
    assert [{"district": "Mbale", "held": 0, "points": 1}] == warning["partly"]


def test_a_warning_in_no_language_of_the_menu_says_so(loaded: Run, flood: Path) -> None:
    german = info("de", areas=area("Mbale", geocode="01"), **_NEVER)
    flood.write_bytes(document(german, sender=SENDER, sent=_SENT))
    why = "? None of its texts is in a language of the menu: en"
    assert why in loaded("alerts", "take", str(flood), "--source", "weather").output
    assert why in loaded("alerts", "list").output


def test_the_addresses_of_sources_are_listed_with_their_secret(run: Run) -> None:
    found = json.loads(run("alerts", "sources", "--json").stdout)["weather"]
    assert found["institution"] == "disaster_management"
    assert "/alerts/weather?key=" in found["url"]
    assert found["url"] in run("alerts", "sources").output


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("take", "FILE", "--source", "wether"), 2, "Did you mean 'weather'?"),
        (("take", "FILE"), 2, "--source"),
        (("take", "nowhere.xml", "--source", "weather"), 2, "does not exist"),
        (("show", "7"), 5, "There is no alert 7"),
        (("draft", "7"), 5, "There is no alert 7"),
        (("draft", "1", "0"), 2, "NUMBER"),
        (("draft", "1", "--text", "Mafuriko"), 2, "en='Flood tonight.'"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(
    loaded: Run, flood: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    told = loaded("alerts", *(str(flood) if each == "FILE" else each for each in arguments))
    assert (code, True) == (told.exit_code, sentence in told.output), told.output


def test_faults_of_a_document_are_told_with_file_and_line(loaded: Run, flood: Path) -> None:
    flood.write_bytes(document(info(severity="Red", **_NEVER), sender=SENDER, sent=_SENT))
    told = loaded("alerts", "take", str(flood), "--source", "weather")
    assert 1 == told.exit_code
    assert f"{flood}:4:1: [A002] severity must be one of" in told.output
    assert "No warning has come in." in loaded("alerts", "list").output
