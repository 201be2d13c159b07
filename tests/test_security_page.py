"""What is promised, and what fails how, is held by tests, in figures that are the code's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.domain.handler_contract.proof_waits import waits_until
from gateway.domain.telecom.sms import LONGEST_MO
from gateway.web.front.front import BODY_SECONDS
from gateway.web.webhooks import LONGEST_BODY

HOME = Path(__file__).parent.parent
PAGE = (HOME / "docs" / "security.md").read_text(encoding="utf-8")
HANDLERS = (HOME / "docs" / "handlers.md").read_text(encoding="utf-8")


def test_every_promise_names_tests_that_are_there() -> None:
    promises = PAGE.partition("## What is promised")[2].partition("## What was tried")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| promise")]

    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(tests/[a-z_/]+\.py)`", row.rsplit("|", 2)[1])
        assert named, row
        for path in named:
            assert "def test_" in (HOME / path).read_text("utf-8"), path


def test_every_line_of_what_fails_how_names_tests_that_are_there() -> None:
    page = (HOME / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.partition("## What fails how")[2].partition("## The spool")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]

    assert len(rows) > 20
    for row in rows:
        _, _, _, _, held_by, _ = re.split(r" *(?<!\\)\| *", row)
        named = re.findall(r"`(tests/[a-z_/]+\.py)`", held_by)
        assert named, row
        for path in named:
            assert "def test_" in (HOME / path).read_text("utf-8"), path


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"{LONGEST_BODY // 1024} KiB and {BODY_SECONDS:g} s at most" in PAGE
    assert f"cut at {LONGEST_MO:,} characters" in PAGE


def test_the_waits_are_those_of_the_code() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [waits_until(wrong, at) - at for wrong in range(1, 9)]

    minutes, hours, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    assert [timedelta()] * 3 + [5 * minutes, 30 * minutes, 3 * hours, day, day] == waits
    assert "the fifth waits 5 minutes, the eighth a day" in PAGE
    assert "After the fourth the next waits 5 minutes, then half an hour, 3 hours, and a day" in (
        " ".join(HANDLERS.split())
    )
