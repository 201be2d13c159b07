"""What changed between two releases, in the words that an operator reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files import load
from gateway.domain.menu import Release
from gateway.domain.release_diff import describe, language_name
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


def release(folder: Path, *changes: tuple[str, str, str]) -> Release:
    """Returns the sample menu after changes: file, before, after."""
    files = dict(FILES)
    for name, before, after in changes:
        assert before in files[name]
        files[name] = files[name].replace(before, after, 1)
    folder.mkdir(parents=True, exist_ok=True)
    return load(write(folder, files), HANDLERS, CHANNELS)


YEARS = '      1: {label: "2024", value: "2024", next: birth}\n'
CLINICS, RESULTS = "Health › Find a clinic: ", "Education › Exam results: "

CASES = {
    "an option removed": (
        ("results.yaml", YEARS, ""),
        [RESULTS + "option 1 '2024' removed from 'year'"],
    ),
    "an option added": (
        ("results.yaml", YEARS, YEARS + YEARS.replace("1:", "3:").replace("2024", "2023")),
        [RESULTS + "option 3 '2023' added to 'year'"],
    ),
    "an option under another key": (
        ("results.yaml", "1: {label", "3: {label"),
        [RESULTS + "option 1 '2024' of 'year' is now option 3"],
    ),
    "an option that is worth something else": (
        ("results.yaml", 'value: "2024"', 'value: "2014"'),
        [RESULTS + "option 1 '2024' of 'year' means something else"],
    ),
    "an option that leads elsewhere": (
        ("clinics.yaml", "sw: Tena}, next: fetch", "sw: Tena}, open: results"),
        [CLINICS + "option 1 'Again' of 'nothing' leads to 'candidate' instead of 'fetch'"],
    ),
    "a text in one language": (
        ("clinics.yaml", "sw: Tena", "sw: Tena sasa"),
        [CLINICS + "1 screen reworded in Swahili"],
    ),
    "a text in two languages": (
        ("clinics.yaml", 'text: {en: "Clinics:", sw: "Vituo:"}', "text: Clinics"),
        [CLINICS + "1 screen reworded in English; 1 screen reworded in Swahili"],
    ),
    "a title": (
        ("clinics.yaml", "sw: Tafuta kituo", "sw: Tafuta"),
        [CLINICS + "title reworded in Swahili", "Home: 1 screen reworded in Swahili"],
    ),
    "a shortcut": (
        ("results.yaml", "shortcut: 31", "shortcut: 32"),
        [RESULTS + "shortcut 31 is now 32"],
    ),
    "a shortcut that goes": (
        ("results.yaml", "shortcut: 31\n", ""),
        [RESULTS + "shortcut 31 removed"],
    ),
    "a keyword": (
        ("results.yaml", "[RESULT, RESULTS]", "[RESULT, EXAM, MARKS]"),
        [RESULTS + "keywords 'EXAM', 'MARKS' added; keyword 'RESULTS' removed"],
    ),
    "what an input takes": (
        ("results.yaml", "length: 8", "length: 9"),
        [RESULTS + "'candidate' takes other answers"],
    ),
    "another kind of screen": (
        ("results.yaml", "    open: clinics", '    end: "Sorry"'),
        [RESULTS + "'sorry' is another kind of screen"],
    ),
    "an outcome": (
        ("results.yaml", "{found: shown, unknown: sorry}", "{found: sorry, unknown: shown}"),
        [RESULTS + "'fetch' leads elsewhere after some outcomes"],
    ),
    "an SMS less": (
        ("clinics.yaml", "    sms: true\n", ""),
        [CLINICS + "'shown' has another sms"],
    ),
    "a phrase": (
        ("phrases.yaml", 'en: "try again"', 'en: "try it again"'),
        ["Phrases: try_again changed"],
    ),
    "a reserved word": (
        ("main.yaml", "[STOP]", "[STOP, QUIT]"),
        ["Reserved: changed"],
    ),
    "the name of a language": (
        ("main.yaml", "sw: Kiswahili", "sw: Swahili"),
        [
            "Language title: 1 screen reworded in English; 1 screen reworded in Swahili",
            "Languages: English, Swahili (before: English, Kiswahili)",
        ],
    ),
}


@pytest.mark.parametrize("label", CASES)
def test_a_change_is_told_in_a_line(label: str, tmp_path: Path) -> None:
    change, expected = CASES[label]

    lines = describe(release(tmp_path / "a"), release(tmp_path / "b", change))

    told = [line.replace("language title", "Language title") for line in lines]
    assert expected == told


def test_equal_releases_have_nothing_to_tell(tmp_path: Path) -> None:
    assert [] == describe(release(tmp_path / "a"), release(tmp_path / "b"))


def test_a_service_that_comes_or_goes_is_told_once(tmp_path: Path) -> None:
    old = release(tmp_path / "a")
    files = {**FILES, "roads.yaml": 'service: roads\nshortcut: 51\ntitle: "Roads"\n'}
    files["roads.yaml"] += "screens:\n  only: {end: Later}\n"
    (tmp_path / "b").mkdir()
    new = load(write(tmp_path / "b", files), HANDLERS, CHANNELS)

    assert ["Roads: added"] == describe(old, new)
    assert ["Roads: removed"] == describe(new, old)


def test_a_screen_that_comes_is_told_by_its_name(tmp_path: Path) -> None:
    again = "      2: {label: {en: Exam results, sw: Matokeo}, open: results}\n"
    more = '      3: {label: {en: Call, sw: Piga}, next: call}\n  call: {end: "Dial 112"}\n'

    lines = describe(
        release(tmp_path / "a"), release(tmp_path / "b", ("clinics.yaml", again, again + more))
    )

    expected = "screen 'call' added; option 3 'Call' added to 'nothing'"
    assert [CLINICS + expected] == lines


@pytest.mark.parametrize(
    ("code", "name"), [("sw", "Swahili"), ("am", "Amharic"), ("pt-BR", "Portuguese (Brazil)"),
                       ("xx", "xx"), ("tlh", "tlh")]
)  # fmt: skip
def test_a_language_is_named_in_english(code: str, name: str) -> None:
    assert name == language_name(code)
