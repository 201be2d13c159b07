"""No command replaces a file that nobody asked it to replace."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gateway.adapters.dataset_files.export import write_rows
from gateway.adapters.system import atomic_files
from gateway.cli.shared.output_files import write_files
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import Refused
from tests.cli.conftest import Run
from tests.gateways import publish
from tools.commands import every_command

#: Where each command that writes a file or a folder of files takes its name, and its arguments.
WRITING = {
    "audit export": ("audit", "export", "{}/out.csv"),
    "backup": ("backup", "{}/out.db"),
    "consents export": ("consents", "export", "{}/out.csv", "--reason", "yearly report"),
    "data export": ("data", "export", "facilities", "{}/out.csv"),
    "drafts pull": ("drafts", "pull", "1", "{}/work"),
    "dial": ("dial", "*384*2026#", "1", "--record", "{menus}/out.dialogue.yaml"),
    "text": ("text", "HELP", "--record", "{menus}/out.dialogue.yaml"),
    "ledger export": ("ledger", "export", "{}/out.csv"),
    "overview": ("overview", "services", "--csv", "{}/out.csv"),
    "menus cards": (
        "menus", "cards", "--service", "exam_results", "--language", "sw", "--out", "{}",
    ),
    "menus pull": ("menus", "pull", "{}/live"),
    "menus show": ("menus", "show", "exam_results", "--output", "{}/out.txt"),
    "menus try": ("menus", "try", "*384*2026#", "1", "--record", "{menus}/out.dialogue.yaml"),
    "menus translations export": ("menus", "translations", "export", "sw", "{}/out.po"),
}  # fmt: skip
#: Written into the folder of the menu, which other tests look at.
RECORDS = ("dial", "text", "menus try")
#: What has to be there before.
BEFORE = {
    "drafts pull": ("drafts", "begin", "Clinic hours"),
}

#: Begins in a folder that is not there or empty, and nowhere else: nothing is ever replaced.
MAKES_A_NEW_FOLDER = ("init",)


def _writes(command: click.Command) -> bool:
    """Returns whether a command takes the name of a file or folder that need not be there."""
    return command.name not in MAKES_A_NEW_FOLDER and any(
        isinstance(each.type, click.Path) and not each.type.exists for each in command.params
    )


def test_every_command_that_writes_files_replaces_them_on_demand_only() -> None:
    writing = {
        " ".join(words): context.command
        for words, context in every_command().items()
        if _writes(context.command)
    }

    assert set(WRITING) == set(writing)
    for command in writing.values():
        options = {option for each in command.params for option in each.opts}
        assert "--overwrite" in options, command.name


@pytest.mark.parametrize("name", [name for name in WRITING if name not in RECORDS])
def test_what_is_there_stays_until_it_is_said_otherwise(
    loaded: Run, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if name in BEFORE:
        assert 0 == loaded(*BEFORE[name]).exit_code
    if name == "menus pull":
        publish(load(os.environ))
    command = [each.format(out) for each in WRITING[name]]
    first = loaded(*command)
    assert 0 == first.exit_code, first.output
    written = [path for path in out.rglob("[!.]*") if path.is_file()]
    for path in written:
        path.write_text("a week's work", "utf-8")

    again = loaded(*command)

    assert 5 == again.exit_code
    assert "there already; nothing was written" in again.stderr
    assert "--overwrite" in again.stderr
    assert {"a week's work"} == {path.read_text("utf-8") for path in written}

    assert 0 == loaded(*command, "--overwrite").exit_code
    assert b"a week's work" not in {path.read_bytes() for path in written}


@pytest.mark.parametrize(
    "name", [name for name in WRITING if any(each.endswith(".csv") for each in WRITING[name])]
)
def test_a_csv_file_begins_with_the_mark_by_which_excel_knows_utf_8(
    loaded: Run, tmp_path: Path, name: str
) -> None:
    written = loaded(*(each.format(tmp_path) for each in WRITING[name]))

    assert 0 == written.exit_code, written.output
    octets = (tmp_path / "out.csv").read_bytes()
    assert 1 == octets.count(codecs.BOM_UTF8)
    assert octets.startswith(codecs.BOM_UTF8)


def test_a_file_that_would_come_out_the_same_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "same.svg"
    path.write_bytes(b"same")
    before = path.stat()

    write_files({path: b"same", tmp_path / "new.svg": b"new"}, overwrite=False)

    assert before.st_ino == path.stat().st_ino
    assert b"new" == (tmp_path / "new.svg").read_bytes()


def test_of_several_files_all_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"old")

    with pytest.raises(Refused, match="is there already"):
        write_files({tmp_path / "a": b"1", tmp_path / "b": b"2"}, overwrite=False)

    assert ["b"] == [path.name for path in tmp_path.iterdir()]


def test_a_file_that_appears_while_rows_are_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    def rows() -> Iterator[tuple[str]]:
        path.write_text("somebody else's", "utf-8")
        yield ("Mbale",)

    with pytest.raises(FileExistsError):
        write_rows(path, ["market"], rows())

    assert "somebody else's" == path.read_text("utf-8")
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("there", [True, False])
def test_without_links_on_the_file_system_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    def no_links(*paths: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "out"
    if there:
        path.write_bytes(b"old")
        with pytest.raises(FileExistsError):
            atomic_files.write_all({path: b"new"}, overwrite=False)
    else:
        atomic_files.write_all({path: b"new"}, overwrite=False)

    assert (b"old" if there else b"new") == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_files({tmp_path / "out": b"x"}, overwrite=False)
    finally:
        os.umask(before)

    assert 0o640 == stat.S_IMODE((tmp_path / "out").stat().st_mode)


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Refused, match="is no folder: a file is in the way"):
        write_files({tmp_path / "file" / "out": b"x"}, overwrite=False)


def test_a_pipe_takes_what_is_written() -> None:
    write_files({Path("/dev/null"): b"x"}, overwrite=False)

    assert Path("/dev/null").is_char_device()


def test_an_export_into_no_folder_says_so(loaded: Run, tmp_path: Path) -> None:
    result = loaded("data", "export", "facilities", str(tmp_path / "none" / "out.csv"))

    assert 5 == result.exit_code
    assert f"Nothing can be written in {tmp_path / 'none'}" in result.stderr


def test_a_full_disk_is_told_as_such_and_not_of_another_folder(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # a write names no file

    monkeypatch.setattr("gateway.cli.shared.output_files.write_all", full)

    result = loaded("menus", "show", "exam_results", "--output", str(tmp_path / "out.txt"))

    assert 5 == result.exit_code
    assert "Error: No space left on device. Make room on that disk.\n" == result.stderr
