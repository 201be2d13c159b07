"""How far a long command is stands on a terminal, and in no log."""

from __future__ import annotations

import io
import sys

import pytest

from gateway.cli.shared.progress import progress_bar


class Terminal(io.StringIO):
    """Somebody looks at it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stderr", "hidden", "is_shown"),
    [(Terminal(), False, True), (Terminal(), True, False), (io.StringIO(), False, False)],
    ids=["a terminal", "a short work on a terminal", "a log"],
)
def test_a_bar_is_there_for_who_looks(
    stderr: io.StringIO, hidden: bool, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)

    with progress_bar(2, "pages", hidden=hidden) as bar:
        bar.update(2)

    said = stderr.getvalue()
    assert is_shown == ("pages" in said)
    assert is_shown == ("100%" in said)
    assert is_shown == bool(said)
