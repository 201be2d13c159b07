"""Menus in development: taken up when they are saved and clean, told when they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.adapters.releases.in_process import WatchedReleases
from tests.clock import FixedClock
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


class Editor:
    """A folder of menu files, what watches it, and what was told."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        self.folder, self.clock = write(folder, FILES), clock
        self.told: list[str] = []
        self._saves = 0
        self.watched = WatchedReleases(
            self.load(),
            folder,
            self.load,
            clock.monotonic,
            tell=self.told.append,
            code=(folder / "handlers", folder / "forms"),
        )

    def load(self):  # type: ignore[no-untyped-def] # a Release
        return load(self.folder, HANDLERS, CHANNELS)

    def save(self, before: str, after: str) -> None:
        """Saves results.yaml with a text in place of another, a second later."""
        file = self.folder / "results.yaml"
        text = file.read_text("utf-8")
        assert before in text
        file.write_text(text.replace(before, after), "utf-8")
        self._saves += 1
        os.utime(file, ns=(self._saves, self._saves))  # the clock of the disk may be coarse
        self.clock.advance(1)


@pytest.fixture
def editor(tmp_path: Path, clock: FixedClock) -> Editor:
    return Editor(tmp_path, clock)


def test_a_clean_save_is_served_and_told(editor: Editor) -> None:
    before = editor.watched.current()

    editor.save("Year?", "Which year?")

    after = editor.watched.current()
    assert before != after
    assert before == editor.watched.find(before.id)
    (told,) = editor.told
    assert after.id in told


def test_a_session_that_another_process_began_on_a_newer_file_is_known(editor: Editor) -> None:
    other = WatchedReleases(editor.load(), editor.folder, editor.load, editor.clock.monotonic)
    editor.save("Year?", "Which year?")
    newer = editor.watched.current()

    assert newer == other.find(newer.id)
    assert other.find("no such release") is None


def test_a_faulty_save_leaves_the_last_good_menu_and_is_told_once(editor: Editor) -> None:
    before = editor.watched.current()

    editor.save("next: year", "next: yaer")

    assert before == editor.watched.current()
    editor.clock.advance(5)
    assert before == editor.watched.current()
    (told,) = editor.told
    assert "the last good one stays" in told
    assert "results.yaml:12:11: [M021]" in told


def test_a_mended_save_is_served(editor: Editor) -> None:
    editor.save("next: year", "next: yaer")
    faulty = editor.watched.current()

    editor.save("next: yaer", "next: year\n    example: '10231456'")

    assert faulty != editor.watched.current()
    assert "was edited" in editor.told[-1]


def test_the_folder_is_looked_at_once_a_second_at_most(editor: Editor) -> None:
    editor.save("Year?", "Which year?")
    editor.watched.current()
    first = editor.watched.current()
    editor.save("Which year?", "What year?")
    editor.clock.advance(-0.5)

    assert first == editor.watched.current()
    editor.clock.advance(0.5)
    assert first != editor.watched.current()


def test_a_folder_that_is_gone_leaves_the_last_good_menu(editor: Editor, tmp_path: Path) -> None:
    before = editor.watched.current()
    for file in tmp_path.iterdir():
        file.unlink()
    tmp_path.rmdir()
    editor.clock.advance(1)

    assert before == editor.watched.current()
    assert 1 == len(editor.told)


def test_a_save_that_changes_nothing_is_not_told(editor: Editor) -> None:
    before = editor.watched.current()

    editor.save("next: year", "next: year  # the year of the exam")

    assert before.id == editor.watched.current().id
    assert [] == editor.told


def test_a_slip_that_is_taken_back_is_told(editor: Editor) -> None:
    editor.save("next: year", "next: yaer")
    editor.watched.current()

    editor.save("next: yaer", "next: year")

    editor.watched.current()
    assert "was edited" in editor.told[-1]


@pytest.mark.parametrize("file", ["handlers/clinics.py", "forms/reports.yaml"])
@pytest.mark.parametrize("change", ["edited", "added", "removed"])
def test_of_a_handler_or_form_that_was_edited_it_is_told_that_a_restart_takes_it_up(
    change: str, file: str, tmp_path: Path, clock: FixedClock
) -> None:
    handler = tmp_path / file
    handler.parent.mkdir()
    if change != "added":
        handler.write_text("hours = 8\n", "utf-8")
    editor = Editor(tmp_path, clock)

    if change == "removed":
        handler.unlink()
    else:
        handler.write_text("hours = 9\n", "utf-8")
        os.utime(handler, ns=(1, 1))
    for _ in range(3):
        clock.advance(1)
        editor.watched.current()

    (told,) = editor.told
    assert f"{handler.name} was edited" in told
    assert "start it again" in told


def test_the_lock_of_an_editor_does_not_keep_a_save_from_being_taken_up(editor: Editor) -> None:
    before = editor.watched.current()
    (editor.folder / ".#results.yaml").symlink_to("asha@host.4711:1")

    editor.save("Year?", "Which year?")

    assert before != editor.watched.current()
