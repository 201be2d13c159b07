"""Reads the trouble that is asked for, and deals it out send by send."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from gateway.adapters.providers.shared.faults import Fault, FaultKind


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
    kind = str(document.get("kind"))
    if kind not in tuple(FaultKind):
        raise ValueError(f"`kind` is one of: {', '.join(FaultKind)}")
    return Fault(kind=FaultKind(kind), **numbers)


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
