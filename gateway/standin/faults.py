"""The trouble that the stand-in makes on request."""

from __future__ import annotations

import enum
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace


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


def parse_fault(document: object) -> Fault:
    """Returns the fault that a JSON document describes; raises ValueError."""
    if not isinstance(document, Mapping):
        raise ValueError("expected an object with `kind`")
    unknown = set(document) - {"kind", "requests", "milliseconds", "code", "retry_after"}
    if unknown:
        raise ValueError(f"unknown key: {', '.join(sorted(map(str, unknown)))}")
    numbers = {name: value for name, value in document.items() if name != "kind"}
    if not all(type(value) is int and 0 <= value <= 1_000_000 for value in numbers.values()):
        raise ValueError("the values beside `kind` are whole numbers up to 1000000")
    return Fault(kind=FaultKind(str(document.get("kind"))), **numbers)


class FaultPlan:
    """The faults that lie ahead, one for a send, in the order they were asked for."""

    def __init__(self) -> None:
        self._ahead: deque[Fault] = deque()
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Puts a fault behind those that already wait."""
        if fault.requests > 0:
            with self._lock:
                self._ahead.append(fault)

    def clear(self) -> None:
        """Makes the sends to come go well."""
        with self._lock:
            self._ahead.clear()

    def take(self) -> Fault | None:
        """Returns the fault of this send, None when it goes well."""
        with self._lock:
            if not self._ahead:
                return None
            fault = self._ahead[0]
            if fault.requests > 1:
                self._ahead[0] = replace(fault, requests=fault.requests - 1)
            else:
                self._ahead.popleft()
            return fault
