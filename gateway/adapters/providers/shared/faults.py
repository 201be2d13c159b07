"""The trouble that a stand-in makes on request."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class FaultKind(enum.StrEnum):
    """What goes wrong with a send; the last four concern its delivery reports."""

    SLOW = "slow"
    REFUSE = "refuse"
    THROTTLE = "throttle"
    ERROR = "error"
    DROP_CONNECTION = "drop_connection"
    DROP_REPORT = "drop_report"
    DUPLICATE_REPORT = "duplicate_report"
    REORDER_REPORTS = "reorder_reports"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of trouble for the next `requests` sends.

    `milliseconds` is how long a slow answer takes; the SMS is taken first, so reports overtake it.
    `code` is the provider's own code of a refusal, or 0 for its commonest one. `retry_after` is
    what a throttled send is told, in seconds.
    """

    kind: FaultKind
    requests: int = 1
    milliseconds: int = 0
    code: int = 0
    retry_after: int = 1
