"""Moments as people type them, in a zone whose clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.reading.local_moment import local_moment

#: Its clocks went forward at 02:00 of 30 March 2025, and back at 03:00 of 26 October.
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("written", "of_utc"),
    [
        ("2025-12-01 06:30", (12, 1, 5, 30)),
        ("2025-12-01T06:30", (12, 1, 5, 30)),
        (" 2025-07-01 06:30:00 ", (7, 1, 4, 30)),
        ("2025-07-01", (6, 30, 22, 0)),
        ("2025-07-01T06:30+03:00", (7, 1, 3, 30)),
        ("2025-07-01T06:30Z", (7, 1, 6, 30)),
        ("2025-10-26 02:30", (10, 26, 0, 30)),  # the first of the two
        ("2025-03-30 03:00", (3, 30, 1, 0)),
    ],
)
def test_a_moment_is_read_in_the_zone_unless_it_names_its_own(
    written: str, of_utc: tuple[int, int, int, int]
) -> None:
    month, day, hour, minute = of_utc

    assert datetime(2025, month, day, hour, minute, tzinfo=UTC) == local_moment(written, PARIS)


@pytest.mark.parametrize(
    "written",
    ["", "tomorrow", "06:30", "2025-13-01", "2025-02-29 06:30", "1 Dec 2025", "0001-01-01T00:00"],
)
def test_what_is_no_moment_is_refused(written: str) -> None:
    with pytest.raises(Refused, match=r"is not a time such as 2026-12-01 06:30\.$"):
        local_moment(written, PARIS)


@pytest.mark.parametrize("written", ["2025-03-30 02:00", "2025-03-30T02:59:59"])
def test_an_hour_that_clocks_leave_out_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="Clocks are put forward then"):
        local_moment(written, PARIS)
