"""How commands show things to people: numbers and moments."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.deployment.load import Deployment


def counted(number: int, one: str) -> str:
    """Returns a number of things.

    >>> counted(1, "fault"), counted(0, "fault")
    ('1 fault', '0 faults')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def local(deployment: Deployment, at: datetime) -> str:
    """Returns a moment to the minute, as the clocks of the deployment's time zone show it."""
    return f"{at.astimezone(deployment.settings.zone):%Y-%m-%d %H:%M}"


def for_programs(at: datetime) -> str:
    """Returns a moment as JSON has it: of UTC, in the form of ISO 8601.

    >>> for_programs(datetime.fromisoformat("2026-12-01T06:00+03:00"))
    '2026-12-01T03:00:00+00:00'
    """
    return at.astimezone(UTC).isoformat()
