"""The port of calls to a provider that one thread makes side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.telecom.sms import Accepted, OutboundSms

#: What each MT of a call came to, in their order.
Results = Sequence[Accepted | SendFailed]


class Courier(Protocol):
    """Calls of one provider, for one thread: it begins them, and waits for all of them at once."""

    def begin(self, number: int, mts: Sequence[OutboundSms], delivery_url: str) -> bool:
        """Begins a call; returns False for one whose connection must be made first.

        Nothing was handed over then, and `send` or `send_many` makes it, which waits. Where a call
        fails, `ended` says so. MTs of one call are as those for `send_many`.
        """

    def ended(self, seconds: float) -> Sequence[tuple[int, Results | Exception]]:
        """Returns the calls that have ended, by their numbers; waits so long for the first of them.

        What `send` or `send_many` would have raised stands in place of the results.
        """

    def wake(self) -> None:
        """Ends the waiting of `ended`, or of the next one; any thread may ask for it."""

    def close(self) -> None:
        """Lets go of what it needs, and cuts off what is still out; raises nothing."""


@runtime_checkable
class HasCourier(Protocol):
    """A provider whose calls one thread can make side by side."""

    def courier(self) -> Courier:
        """Returns a new one."""
