"""From a folder of files to a release: what is built in, resolved, and left to stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.release import HOME, Release
from gateway.domain.menu.screens import (
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Listing,
    OpenScreen,
    ServiceScreen,
)
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


def loaded(folder: Path, **changes: str) -> Release:
    """Returns the valid menu with some files replaced; names without their ending."""
    files = {**FILES, **{f"{name}.yaml": text for name, text in changes.items()}}
    return load(write(folder, files), HANDLERS, CHANNELS)


def labels(screen: object, language: str) -> dict[str, str]:
    """Returns the options of a choice as they are shown, and where they lead."""
    assert isinstance(screen, ChoiceScreen)
    return {
        f"{key} {option.label[language].fill({})}": option.goto
        for key, option in screen.options.items()
    }


def test_home_shows_titles_and_leads_to_first_screens(tmp_path: Path) -> None:
    home = loaded(tmp_path).screens[HOME]

    assert {
        "1 Tafuta kituo": "clinics.fetch",
        "2 Matokeo": "results.candidate",
        "12 language title": "language.choose",
    } == labels(home, "sw")


def test_the_choice_of_language_is_built_in(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    screen = release.screens["language.choose"]
    assert {"1 English": HOME, "2 Kiswahili": HOME} == labels(screen, "sw")
    assert isinstance(screen, ChoiceScreen)
    assert ["en", "sw"] == [option.language for option in screen.options.values()]
    assert "language.choose" == release.services["language"].start


def test_each_kind_of_screen_is_what_its_file_says(tmp_path: Path) -> None:
    screens = loaded(tmp_path).screens

    fetch, pick = screens["clinics.fetch"], screens["clinics.pick"]
    candidate, birth = screens["results.candidate"], screens["results.birth"]
    assert isinstance(fetch, ServiceScreen)
    assert {"found": "clinics.pick", "none": "clinics.nothing"} == fetch.outcomes
    assert isinstance(pick, ChoiceScreen)
    assert isinstance(pick.listing, Listing)
    assert ("clinics", "id") == (pick.listing.rows, pick.listing.value)
    assert isinstance(candidate, InputScreen)
    assert Accepts(kind="digits", minimum=8, maximum=8) == candidate.accepts
    assert candidate.complaint is not None
    assert isinstance(birth, InputScreen)
    assert birth.secret
    assert OpenScreen(id="results.sorry", goto="clinics.fetch") == screens["results.sorry"]
    shown = screens["clinics.shown"]
    assert isinstance(shown, EndScreen)
    assert shown.sms


def test_an_option_is_worth_its_value_or_its_key(tmp_path: Path) -> None:
    changed = FILES["results.yaml"].replace(', value: "2024"', "")

    year = loaded(tmp_path, results=changed).screens["results.year"]

    assert isinstance(year, ChoiceScreen)
    assert {"1": "1", "2": "2025"} == {key: one.value for key, one in year.options.items()}


def test_arguments_stay_under_the_names_of_the_file(tmp_path: Path) -> None:
    details = loaded(tmp_path).screens["clinics.details"]

    assert isinstance(details, ServiceScreen)
    assert {"clinic": "pick"} == details.arguments


def test_shortcuts_keywords_and_reserved_words_are_found_by_what_is_typed(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    assert {"21": "clinics", "31": "results"} == release.shortcuts
    assert ("results", "sw") == release.keywords["matokeo"]
    assert frozenset({"stop", "acha"}) == release.reserved.stop
    assert {"stop": "en", "acha": "sw"}.items() <= release.reserved.languages.items()


def test_a_missing_text_is_shown_in_the_language_that_stands_in(tmp_path: Path) -> None:
    main = FILES["main.yaml"].replace(
        "sw: Kiswahili}\n", "sw: Kiswahili, fr: French}\nfallbacks: {fr: sw}\n"
    )

    release = loaded(tmp_path, main=main)

    assert "Huduma za umma" == release.services["home"].title["fr"].fill({})
    assert "3 French" in labels(release.screens["language.choose"], "en")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("service: clinics", "# opened by the ministry\nservice:   clinics"),
        ("shortcut: 21", 'shortcut: "21"'),
        ("{en: Find a clinic, sw: Tafuta kituo}", "\n  en: Find a clinic\n  sw: Tafuta kituo"),
    ],
)
def test_comments_and_layout_do_not_make_another_release(
    tmp_path: Path, old: str, new: str
) -> None:
    before = loaded(tmp_path)

    after = loaded(tmp_path, clinics=FILES["clinics.yaml"].replace(old, new))

    assert before.id == after.id
    assert 16 == len(before.id)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{en: Find a clinic, sw: Tafuta kituo}", "{en: Find a Clinic, sw: Tafuta kituo}"),
        ("shortcut: 21", "shortcut: 22"),
        (
            "shortcut: 21\ntitle: {en: Find a clinic, sw: Tafuta kituo}\n",
            "title: {en: Find a clinic, sw: Tafuta kituo}\nshortcut: 21\n",
        ),
    ],
)
def test_other_words_or_another_order_make_another_release(
    tmp_path: Path, old: str, new: str
) -> None:
    before = loaded(tmp_path)

    after = loaded(tmp_path, clinics=FILES["clinics.yaml"].replace(old, new))

    assert before.id != after.id


def test_braces_that_are_meant_as_braces_stay(tmp_path: Path) -> None:
    changed = FILES["results.yaml"].replace('"{candidate}: {grade}", sw', '"{{{grade}}}", sw')

    shown = loaded(tmp_path, results=changed).screens["results.shown"]

    assert isinstance(shown, EndScreen)
    assert "{B+}" == shown.text["en"].fill({"grade": "B+"})
