"""A moment as people write it: a day and a time of the deployment's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence


def local_moment(written: str, zone: tzinfo) -> datetime:
    """Returns an aware moment; what names its own offset from UTC keeps it.

    Raises Refused for what is no moment, and for an hour that clocks leave out.

    >>> from datetime import timedelta, timezone
    >>> local_moment("2026-12-01T06:30", timezone(timedelta(hours=3))).isoformat()
    '2026-12-01T03:30:00+00:00'
    """
    try:
        naive = datetime.fromisoformat(written.strip())
        if naive.tzinfo is not None:
            return naive.astimezone(UTC)
        at = naive.replace(tzinfo=zone).astimezone(UTC)
        is_there = at.astimezone(zone).replace(tzinfo=None) == naive
    except (ValueError, OverflowError):  # no date, or beyond the last day there is
        raise Refused(
            Sentence("'%(text)s' is not a time such as 2026-12-01 06:30.", text=written)
        ) from None
    if not is_there:
        raise Refused(
            Sentence("Clocks are put forward then: there is no '%(text)s'.", text=written)
        )
    return at
