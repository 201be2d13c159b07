"""Golden dialogues: what citizens see on this deployment's menus, page by page.

With UPDATE_DIALOGUES=1 the files are rewritten with what is seen now, and the tests fail.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files import load
from gateway.domain.gsm7 import is_gsm7
from gateway.domain.menu import EndScreen, Release
from handlers import HANDLERS
from tests.dialogue_files import DIALOGUES, BadDialogue, Dialogue, DialogueTurn, read, written
from tests.handlers.desk import DeskInMemory
from tests.phones import CHANNEL, PHONES

MENUS = Path(__file__).parents[1] / "menus"
FILES = sorted(DIALOGUES.glob("*.yaml"))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def release() -> Release:
    """The menus of the repository, checked against its handlers."""
    return load(MENUS, HANDLERS, [CHANNEL])


def played(release: Release, dialogue: Dialogue) -> Dialogue:
    """Returns the dialogue as it goes now, the same things being typed."""
    desk = DeskInMemory()
    for number, status in dialogue.cases.items():
        desk.cases.put(number, status)
    phone = PHONES[dialogue.surface](release, desk, dialogue.language)
    turns: list[DialogueTurn] = []
    typed = dialogue.opening
    for turn in dialogue.turns:
        turns.append(replace(turn, sees=phone.send(typed), ends=phone.ended))
        typed = turn.types or ""
    stored = next(iter(desk.cases.details.values()), None)
    return replace(dialogue, turns=turns, stored=stored)


@each_file
def test_a_dialogue_goes_as_it_is_written(path: Path, release: Release) -> None:
    dialogue = read(path)

    seen = played(release, dialogue)

    if os.environ.get("UPDATE_DIALOGUES"):
        path.write_text(written(seen), "utf-8")
        pytest.fail("Rewritten. Review the difference, and run again without UPDATE_DIALOGUES.")
    for expected, actual in zip(dialogue.turns, seen.turns, strict=True):
        assert expected.sees == actual.sees
        assert expected.ends == actual.ends
    assert dialogue.stored == seen.stored


@each_file
def test_a_dialogue_is_written_as_an_update_would_write_it(path: Path) -> None:
    assert path.read_text("utf-8") == written(read(path))


def test_no_page_of_a_ussd_dialogue_is_larger_than_a_page() -> None:
    pages = [
        turn.sees
        for dialogue in map(read, FILES)
        if dialogue.surface == "ussd"
        for turn in dialogue.turns
    ]

    too_large = [page for page in pages if len(page) > (160 if is_gsm7(page) else 70)]
    assert len(pages) > 100
    assert too_large == []


def test_every_service_is_shown_in_every_language(release: Release) -> None:
    shown = {(read(path).language or release.default_language, path.stem) for path in FILES}

    wanted = {
        (language, f"{service}_{language}")
        for language in release.languages
        for service in release.services
        if release.services[service].shortcut
    }
    assert set() == wanted - shown


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_every_last_screen_without_values_fits_one_page(release: Release, language: str) -> None:
    texts = [
        "".join(screen.text[language].pieces)
        for screen in release.screens.values()
        if isinstance(screen, EndScreen) and not screen.text[language].names
    ]

    assert texts
    assert all(len(text) <= (160 if is_gsm7(text) else 70) for text in texts)


@pytest.mark.parametrize(
    "changed",
    [
        ("surface: ussd", "surface: fax"),
        ("title:", "titel:"),
        ("dial:", "text:"),
        ("types:", "type:"),
        ("    ends: true\n", '    types: "1"\n'),
    ],
    ids=lambda changed: changed[1].strip(),
)
def test_a_dialogue_file_with_a_slip_is_refused(tmp_path: Path, changed: tuple[str, str]) -> None:
    before, after = changed
    faulty = tmp_path / "faulty.yaml"
    good = (DIALOGUES / "find_clinic_en.yaml").read_text("utf-8")
    assert before in good
    faulty.write_text(good.replace(before, after, 1), "utf-8")

    with pytest.raises(BadDialogue, match=r"faulty\.yaml"):
        read(faulty)
