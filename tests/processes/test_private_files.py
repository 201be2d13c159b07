"""What a gateway stores on its machine is its own account's alone, whatever it was before."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.adapters.system import private_files
from gateway.deployment.load import load
from tests.gateways import HOME
from tests.promises.running import running


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def wide_open(folder: Path) -> list[str]:
    """Returns what in a folder, and itself, others have any right to."""
    return sorted(
        f"{path.name} {stat.S_IMODE(path.lstat().st_mode):o}"
        for path in (folder, *folder.rglob("*"))
        if path.lstat().st_mode & 0o077 and not path.is_symlink()
    )


@pytest.mark.parametrize("mask", [0, 0o022], ids=["umask 0", "umask 022"])
def test_a_gateway_that_runs_leaves_nothing_open(tmp_path: Path, mask: int) -> None:
    data = tmp_path / "data"
    with umask(mask), running(tmp_path) as gateway:
        gateway.text("at-ke", "+254711000001", "HELP")
        assert {"gateway.db", "logs", "valkey", "metrics"} <= {each.name for each in data.iterdir()}
        assert [] == wide_open(data)

    assert [] == wide_open(data)


@pytest.mark.parametrize("command", [["migrate"], ["doctor"], ["cases", "list"]], ids="-".join)
def test_what_an_earlier_start_left_open_is_closed(tmp_path: Path, command: list[str]) -> None:
    data = tmp_path / "data"
    environ = {**os.environ, "GATEWAY_HOME": str(HOME), "GATEWAY_DATA": str(data)}
    with umask(0):
        gateway = [sys.executable, "-m", "gateway.cli"]
        subprocess.run([*gateway, "migrate"], env=environ, capture_output=True, check=True)
        assert [] == wide_open(data)
        for path in data.rglob("*"):
            if path.name != "gateway.key":
                path.chmod(0o666 if path.is_file() else 0o777)
        data.chmod(0o755)

        subprocess.run([*gateway, *command], env=environ, capture_output=True, check=False)

    assert [] == wide_open(data)


def test_a_key_that_others_could_read_is_still_refused(tmp_path: Path) -> None:
    environ = {"GATEWAY_HOME": str(HOME), "GATEWAY_DATA": str(tmp_path)}
    load(environ)
    (tmp_path / "gateway.key").chmod(0o644)

    with pytest.raises(Exception, match="Others can read the master key"):
        load(environ)


@pytest.mark.parametrize("mask", [0, 0o022])
def test_a_database_file_is_private_from_its_first_moment(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        engine = database.create(f"sqlite:///{tmp_path}/a.db")
        metadata.create_all(engine)
        present = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        engine.dispose()

    assert {"a.db"} < set(present)
    assert {0o600} == set(present.values())


def test_a_database_that_was_open_is_closed_by_the_next_connection(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    path.chmod(0o666)

    engine = database.create(f"sqlite:///{path}")
    engine.connect().close()
    engine.dispose()

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_folder_of_others_or_with_more_in_it_is_not_closed(tmp_path: Path) -> None:
    sticky = tmp_path / "tmp"
    sticky.mkdir()
    sticky.chmod(0o1777)
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)

    assert private_files.is_shared(sticky, home)
    assert private_files.is_shared(home, home)
    assert private_files.is_shared(tmp_path, home)
    assert not private_files.is_shared(home / "data", home)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").touch(mode=0o644)
    elsewhere.chmod(0o755)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "link").symlink_to(elsewhere)

    private_files.keep_folder(data)

    assert 0o755 == stat.S_IMODE(elsewhere.stat().st_mode)
    assert [] == private_files.open_to_others(data)


def test_what_could_not_be_closed_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "gateway.db").touch(mode=0o644)
    (tmp_path / "gateway.db").chmod(0o644)

    assert [tmp_path, tmp_path / "gateway.db"] == private_files.open_to_others(tmp_path)
    private_files.keep_folder(tmp_path)
    assert [] == private_files.open_to_others(tmp_path)
