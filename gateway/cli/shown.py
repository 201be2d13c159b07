"""How commands write what they show to people: numbers of things, and moments."""

from __future__ import annotations

from datetime import datetime

from gateway.loaded import Deployment


def counted(number: int, one: str) -> str:
    """Returns a number of things.

    >>> counted(1, "fault"), counted(0, "fault")
    ('1 fault', '0 faults')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def local(deployment: Deployment, at: datetime) -> str:
    """Returns a moment to the minute, as the clocks of the deployment's time zone show it."""
    return f"{at.astimezone(deployment.settings.zone):%Y-%m-%d %H:%M}"
