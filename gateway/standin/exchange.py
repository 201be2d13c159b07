"""What all providers of the stand-in share: the SMS and screens they took, faults, and reports."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from flask import Response, request

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.system.clock import SystemClock
from gateway.domain.telecom.ussd import UssdReply
from gateway.standin.config import StandinConfig
from gateway.standin.faults import FaultPlan
from gateway.standin.reports import Reports
from gateway.standin.screens import Screens

#: How many SMS are kept to be read: a bench sends more than anybody reads.
KEPT = 10_000


class Exchange:
    """The state of one stand-in; the providers' own parts see the Protocol of the same name."""

    def __init__(self, config: StandinConfig, now: Callable[[], datetime] | None = None) -> None:
        self.config = config
        self.now = now or SystemClock().now
        self.faults = FaultPlan()
        self.reports = Reports(config.delay_ms / 1000, config.connections)
        self.screens = Screens()
        self.total = 0
        self._taken: deque[TakenSms] = deque(maxlen=KEPT)
        self._serials = itertools.count(1)
        self._lock = threading.Lock()

    def account(self, provider: str, name: str) -> Account | None:
        """Returns an account of a provider, None when there is no such account."""
        return self.config.accounts.get(provider, {}).get(name)

    def accounts_of(self, provider: str) -> Mapping[str, Account]:
        """Returns all accounts of a provider, by name."""
        return self.config.accounts.get(provider, {})

    def next_fault(self) -> Fault | None:
        """Returns the fault of this send, None when it goes well."""
        return self.faults.take()

    def next_serial(self) -> int:
        """Returns the next number for a reference."""
        return next(self._serials)

    def take(self, sms: TakenSms) -> None:
        """Keeps an SMS that was accepted."""
        with self._lock:
            self._taken.append(sms)
            self.total += 1

    def show(self, session_id: str, screen: UssdReply) -> None:
        """Keeps a screen that was handed over, until the phone of its session takes it."""
        self.screens.show(session_id, screen)

    def newest_to(self, provider: str, account: str, number: str) -> list[TakenSms]:
        """Returns the SMS of an account that were accepted for a number, the newest first."""
        with self._lock:
            return [
                sms
                for sms in reversed(self._taken)
                if (sms.provider, sms.account, sms.to) == (provider, account, number)
            ]

    def taken_as(self, provider: str, account: str, reference: str) -> TakenSms | None:
        """Returns the SMS of an account with a reference, None where there is none."""
        wanted = (provider, account, reference)
        with self._lock:
            found = (s for s in self._taken if (s.provider, s.account, s.reference) == wanted)
            return next(found, None)

    def taken(self) -> list[dict[str, str]]:
        """Returns the SMS that were accepted, oldest first."""
        with self._lock:
            return [asdict(sms) for sms in self._taken]

    def forget(self) -> None:
        """Forgets all SMS and faults."""
        self.faults.clear()
        with self._lock:
            self._taken.clear()
            self.total = 0

    def report(self, url: str, stages: Sequence[WireRequest], fault: Fault | None) -> None:
        """Sends the reports of one SMS, its last stage being final, as the fault wants them."""
        kind = fault.kind if fault else None
        if not url or kind is FaultKind.DROP_REPORT or self.config.reports == "none":
            return
        wanted = list(stages if self.config.reports == "all" else stages[-1:])
        if kind is FaultKind.REORDER_REPORTS:
            wanted.reverse()
        if kind is FaultKind.DUPLICATE_REPORT:
            wanted = [stage for stage in wanted for _ in range(2)]
        for stage in wanted:
            self.reports.post(url, stage)

    def answered(self, answer: Response, fault: Fault | None) -> Response:
        """Returns the answer to an SMS that was taken, late or broken off if the fault says so."""
        if fault and fault.kind is FaultKind.SLOW:
            time.sleep(fault.milliseconds / 1000)  # noqa: TID251 - the fault is a wait
        if fault and fault.kind is FaultKind.DROP_CONNECTION:
            return _broken_off()
        return answer


def _broken_off() -> Response:
    """Returns an answer whose connection breaks before its end."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.close()
    # Granian keeps the socket to itself: there the answer stops after its first byte.
    return Response(_ends_early(), status=201, headers={"Content-Length": "100"})


def _ends_early() -> Iterator[bytes]:
    yield b"{"
    raise ConnectionAbortedError("The stand-in was told to drop this connection.")
