"""A reply to an MO, and the dialogue that it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.domain.commands.evidence import Taken
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress


@dataclass(frozen=True, slots=True)
class SmsReply:
    """A reply, and the session it leaves open (None when the dialogue is over).

    `taken` says what became of the words of a text that were given as answers.
    """

    text: str = field(repr=False)
    session: Session | None
    progress: DialogueProgress
    taken: Taken = field(default_factory=Taken)

    def refuses(self, before: Session) -> bool:
        """Returns whether a text was refused as the answer to the question of a session."""
        step = self.progress.step
        return step.event in (Event.REFUSED, Event.GIVEN_UP) and step.session.at == before.at

    @property
    def shown(self) -> tuple[str, str] | None:
        """Returns the language and the screen that the reply shows; None for a phrase instead."""
        session = self.progress.step.session
        said = self.progress.failure or self.progress.step.event in (Event.GIVEN_UP, Event.LOST)
        return None if said else (session.language, session.at)

    def language_used(self, before: Session | None) -> str:
        """Returns the language of a dialogue that is over now, or has got its first answer.

        `before` is the session that was gone on with. Wrong answers say nothing of a language.
        """
        step = self.progress.step
        over = self.session is None and step.event is not Event.GIVEN_UP
        begun = before is not None and not before.answers and step.event is Event.SHOWN
        return step.session.language if over or begun else ""
