"""Play a golden dialogue on a phone, and write down what is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from gateway.domain.dialogue.golden_dialogue import Dialogue, DialogueTurn, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a phone shows after something was sent.

    `ends` tells that the USSD session is closed, or that no SMS conversation is open; `sms` are the
    SMS that came beside the page. `of` is the screen it shows, behind its language; None where
    the page is of no screen.
    """

    text: str = field(repr=False)
    ends: bool
    sms: tuple[str, ...] = field(default=(), repr=False)
    of: tuple[str, str] | None = None


class Phone(Protocol):
    """A citizen's phone on one channel of a gateway that is there for this dialogue alone."""

    def open(self, typed: str) -> Page:
        """Returns the page after dialling a code or texting the first word."""

    def answer(self, typed: str) -> Page:
        """Returns the page after an answer."""

    def wait(self, minutes: int) -> None:
        """Lets time pass, and what the gateway does by itself be done."""


#: Told the number of a turn and its page, says what is typed there.
Guide = Callable[[int, Page], str | None]
#: Loads the data of a turn, and lets handlers answer as it says.
Change = Callable[[DialogueTurn], None]


def play(
    dialogue: Dialogue,
    phone: Phone,
    guide: Guide | None = None,
    change: Change = lambda turn: None,
) -> Dialogue:
    """Returns the dialogue as it goes now, the same things being typed at the same moments.

    It stops where the gateway closes a USSD session, even when more is written. A `guide` types
    something else than is written.
    """
    turns: list[DialogueTurn] = []
    page = phone.open(dialogue.opening)
    for number, turn in enumerate(dialogue.turns):
        typed = turn.types if guide is None else guide(number, page)
        closed = page.ends and dialogue.surface is Surface.USSD
        # What nobody can type any more is not written down: a dialogue ends with a page.
        typed = None if closed else typed
        seen = replace(turn, sees=page.text, ends=page.ends, sms=page.sms, types=typed)
        turns.append(seen)
        if turn.dials is None and typed is None:
            break
        change(turn)
        if turn.later_minutes or turn.data or turn.handlers:
            phone.wait(turn.later_minutes)
        page = phone.answer(typed) if typed is not None else phone.open(turn.dials or "")
    *before, last = turns
    return replace(dialogue, turns=[*before, replace(last, dials=None)])
