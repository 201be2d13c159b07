"""What one answer led to: a screen, a refusal, a handler to run, the end."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.dialogue.session import Session
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.record import Record


class Event(enum.StrEnum):
    """What an answer led to."""

    SHOWN = "shown"
    REFUSED = "refused"
    CALL = "call"
    ENDED = "ended"
    GIVEN_UP = "given_up"
    LOST = "lost"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A handler to run, with the answers it gets; secrets stand here and nowhere else."""

    handler: str
    answers: Mapping[str, str] = field(repr=False)


class Step(Record, frozen=True):
    """What happened. `call` is set on CALL.

    `complaint` is set on REFUSED, and on SHOWN where something else is said above the screen.

    OFFERED is never an answer's: it stands for the page that offers a dropped dialogue again.
    LOST means that the menu has no way on (an outcome without a screen); the checker rules it out.
    `used_secret` says that the answer was given to a secret input, be it taken or refused; `paged`
    that the same screen is shown further down, and was not come to.
    """

    session: Session
    event: Event
    complaint: Complaint | None = None
    call: PendingCall | None = None
    language_chosen: str = ""
    used_secret: bool = False
    paged: bool = False
