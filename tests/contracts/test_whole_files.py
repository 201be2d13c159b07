"""Files that belong together are replaced together."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gateway.adapters.system.atomic_files import replace_all


def test_each_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for path in (first, second):
        path.write_bytes(b"old")
    first.chmod(0o640)

    replace_all({first: b"new a", second: b"new b"})

    assert (b"new a", b"new b") == (first.read_bytes(), second.read_bytes())
    assert 0o640 == stat.S_IMODE(first.stat().st_mode)
    assert {first, second} == set(tmp_path.iterdir())


def test_what_fails_on_the_way_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    first, lost = tmp_path / "a.yaml", tmp_path / "gone" / "b.yaml"
    first.write_bytes(b"old")

    with pytest.raises(OSError, match="gone"):
        replace_all({first: b"new a", lost: b"new b"})

    assert b"old" == first.read_bytes()
    assert [first] == list(tmp_path.iterdir())


def test_a_link_leads_where_it_led(tmp_path: Path) -> None:
    shared, link = tmp_path / "shared", tmp_path / "a.yaml"
    shared.write_bytes(b"old")
    link.symlink_to(shared)

    replace_all({link: b"new"})

    assert link.is_symlink()
    assert b"new" == shared.read_bytes()
