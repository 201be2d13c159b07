"""Quiet hours: over midnight, in the clock of the deployment, with its changes of time."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from gateway.domain.telecom.quiet_hours import QuietHours

NAIROBI = ZoneInfo("Africa/Nairobi")
TIMES = st.times().map(lambda t: time(t.hour, t.minute))
MOMENTS = st.integers(1_700_000_000, 1_900_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
ZONES = st.sampled_from([NAIROBI, UTC, ZoneInfo("Africa/Casablanca"), ZoneInfo("Europe/Paris")])


@pytest.mark.parametrize(
    ("written", "at", "quiet"),
    [
        ("20:00-07:00", "16:59", False),  # 19:59 in Nairobi
        ("20:00-07:00", "17:00", True),
        ("20:00-07:00", "23:30", True),
        ("20:00-07:00", "03:59", True),
        ("20:00-07:00", "04:00", False),
        ("12:00-14:00", "09:00", True),
        ("12:00-14:00", "11:00", False),
        ("07:00-07:00", "04:00", False),
        ("00:00-00:00", "21:00", False),
    ],
)
def test_it_is_quiet_by_the_clock_of_the_deployment(written: str, at: str, quiet: bool) -> None:
    hours = QuietHours.parse(written, NAIROBI)

    assert quiet == hours.hold(datetime.fromisoformat(f"2026-11-23T{at}+00:00"))


@pytest.mark.parametrize("written", ["", "20:00", "20-7", "20:00-07:60", "25:00-07:00", "8-7 pm"])
def test_another_form_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="20:00-07:00"):
        QuietHours.parse(written, UTC)
