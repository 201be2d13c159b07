"""The ports of government services: what a handler is, is given, and is run by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gateway.domain.datasets.dataset import Dataset
from gateway.domain.handler_contract.look_up import LookUp
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, Row, ServiceCall
from gateway.use_cases.ports.desk import (
    Help,
    MyData,
    Pins,
    Proofs,
    Records,
    Reminders,
    Subscriptions,
)


class Data(Protocol):
    """The reference data of the deployment, loaded by `gateway data import`. Read only."""

    def find(self, dataset: str, **equal: str) -> Sequence[Row]:
        """Returns the rows whose columns equal the given values, in the order of the file."""

    def one(self, dataset: str, **equal: str) -> Row | None:
        """Returns the first such row, or None."""

    def distinct(self, dataset: str, column: str, **equal: str) -> Sequence[str]:
        """Returns the different values of a column, in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A citizen's case with an institution; `changed_at` is when its state or story last moved.

    `assigned_to` is who of the staff works on it; empty while nobody does.
    """

    number: str
    service: str
    category: str
    status: str
    opened_at: datetime
    changed_at: datetime
    institution: str = ""
    assigned_to: str = ""


class Cases(Protocol):
    """Cases: what citizens have told an institution."""

    def open(
        self,
        call: ServiceCall,
        service: str,
        category: str,
        details: Mapping[str, str],
        personal: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Stores a case and returns its number; the same call again returns the same number.

        `personal` are further details, which go with the number when the subscriber erases: what
        the case can do without, such as the name of who reported.
        A second case that a handler opens in one run is another case.
        """

    def find(self, number: str) -> Case | None:
        """Returns the case with this number, whoever opened it."""

    def unsolved(self, call: ServiceCall, service: str) -> str:
        """Returns the number of the subscriber's newest case that is not solved; empty if none."""

    def confirm(self, call: ServiceCall, number: str, mended: bool) -> bool:
        """Notes what the subscriber who opened the case says of it.

        Mended, it is solved; not mended, it is in progress again. Returns whether there is such a
        case of this subscriber.
        """

    def amend(
        self,
        call: ServiceCall,
        number: str,
        service: str,
        *,
        category: str = "",
        details: Mapping[str, str] = MappingProxyType({}),
        personal: Mapping[str, str] = MappingProxyType({}),
    ) -> bool:
        """Puts what is told now in the place of what was told before; the rest of it stays.

        An empty text takes away what was told under its name.

        Returns whether there is such a case of this subscriber and service that is not solved yet.
        """

    def add_note(self, call: ServiceCall, number: str, text: str) -> bool:
        """Adds to what the subscriber has told; returns whether it is a case of theirs."""


class LookUps(Protocol):
    """Rows of datasets, for the screens that look them up."""

    def answer(
        self, look_up: LookUp, dataset: Dataset, answers: Mapping[str, str], at: datetime
    ) -> Outcome:
        """Returns what a look-up comes to, with the answers that it asks for.

        `at` is an aware time of the citizen's clock.
        """


class Toolkit(Protocol):
    """What a handler works with."""

    @property
    def data(self) -> Data: ...
    @property
    def look_ups(self) -> LookUps: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def records(self) -> Records: ...
    @property
    def reminders(self) -> Reminders: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def pins(self) -> Pins: ...
    @property
    def proofs(self) -> Proofs: ...
    @property
    def my(self) -> MyData: ...
    @property
    def help(self) -> Help: ...


@dataclass(frozen=True, slots=True)
class Handler:
    """A government service: a function and what it declares."""

    run: Callable[[ServiceCall, Toolkit], Outcome]
    contract: HandlerContract


class HandlerRunner(Protocol):
    """Runs handlers in a bounded time."""

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        """Returns the outcome; raises DeadlineExceeded or HandlerFailed (with its reference)."""
