"""Play a golden dialogue on a phone, and write down what is seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from gateway.domain.dialogue.golden_dialogue import Dialogue, DialogueTurn, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a phone shows after something was sent.

    `ends` tells that the USSD session is closed, or that no SMS conversation is open; `sms` are the
    SMS that came beside the page.
    """

    text: str = field(repr=False)
    ends: bool
    sms: tuple[str, ...] = field(default=(), repr=False)


class Phone(Protocol):
    """A citizen's phone on one channel of a gateway that is there for this dialogue alone."""

    def open(self, typed: str) -> Page:
        """Returns the page after dialling a code or texting the first word."""

    def answer(self, typed: str) -> Page:
        """Returns the page after an answer."""

    def wait(self, minutes: int) -> None:
        """Lets time pass."""


def play(dialogue: Dialogue, phone: Phone) -> Dialogue:
    """Returns the dialogue as it goes now, the same things being typed at the same moments.

    It stops where the gateway closes a USSD session, even when more is written.
    """
    turns: list[DialogueTurn] = []
    page = phone.open(dialogue.opening)
    for turn in dialogue.turns:
        turns.append(replace(turn, sees=page.text, ends=page.ends, sms=page.sms))
        if turn.later_minutes:
            phone.wait(turn.later_minutes)
        if turn.dials is not None:
            page = phone.open(turn.dials)
        elif turn.types is not None and not (page.ends and dialogue.surface is Surface.USSD):
            page = phone.answer(turn.types)
        else:
            break
    return replace(dialogue, turns=turns)
