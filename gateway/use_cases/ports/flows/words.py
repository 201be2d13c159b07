"""What the flows of a neighbour say, for the turn that waits for it on whatever node."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.ussd import FlowWords


class Hearing(enum.Enum):
    """What became of the words of a flow: who waits has them (or had them), or nobody waits.

    `LATE` says that their subscriber was in a dialogue with the flow a moment ago.
    """

    HEARD = "heard"
    LATE = "late"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class LostWords:
    """What a turn has heard that never said that it was shown: its process died.

    `claim` names the turn, `neighbour` the channel whose flow spoke.
    """

    claim: bytes
    neighbour: str
    words: Sequence[FlowWords] = field(repr=False)


class Flows(Protocol):
    """The words of flows on their way to citizens.

    `who` is the keyed hash of a subscriber and a neighbour, `claim` names the turn that waits and
    is never used again. Raises StoreUnavailable.
    """

    def listen(self, who: bytes, claim: bytes, seconds: float) -> None:
        """Lets the turn hear what comes within so many seconds: from before it is asked for.

        Of two turns of one person the newest hears. What came before stays with the other.
        """

    def heard(self, claim: bytes, known: int, seconds: float) -> Sequence[FlowWords]:
        """Returns what was said beyond the first `known`; waits for it as long as that."""

    def leave(self, who: bytes, claim: bytes, known: int) -> Sequence[FlowWords]:
        """Returns what was said beyond the first `known`; what comes later finds this turn gone."""

    def shown(self, claim: bytes) -> None:
        """Notes that what the turn has heard is stored, or sent: it need not be kept."""

    def lost(self, now: datetime, limit: int) -> Sequence[LostWords]:
        """Returns what was heard long ago and not shown; it stays until `shown` is said of it."""

    def note(self, who: bytes, at: datetime, seconds: float) -> None:
        """Notes when somebody told the flow something, so that its words are an answer."""

    def noted(self, who: bytes) -> datetime | None:
        """Returns when somebody told the flow something last; None where that is long ago."""

    def say(self, who: bytes, neighbour: str, words: FlowWords, now: datetime) -> Hearing:
        """Hands words to who waits. Words that were handed over before are heard already."""

    def settled(self, who: bytes, words: FlowWords) -> None:
        """Notes that words need not be heard: they are an SMS now."""

    def was_told(self, sms: bytes) -> bool:
        """Returns whether a flow was told of an SMS; it is named by a keyed hash."""

    def note_told(self, sms: bytes) -> None:
        """Notes that a flow was told of an SMS, for a day: it may be routed again."""
