"""Keep a look-up that has no answer yet, to be told by SMS once it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from gateway.domain.dialogue.screen_rendering import words_of
from gateway.domain.dialogue.session import Session
from gateway.domain.menu.kept_questions import next_ask
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.telecom.channel import Channel, channel_to_send
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import Clock, Counters
from gateway.use_cases.ports.reminders import Kept, KeptQuestions, NewQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepQuestion:
    """The use case, with the ports it needs. `AskAgain` asks what is kept here."""

    questions: KeptQuestions
    channels: Mapping[str, Channel]
    counters: Counters
    clock: Clock

    def reaches(self, channel: str, subscriber: Identity) -> bool:
        """Returns whether an SMS can be sent to a subscriber of a channel."""
        return channel_to_send(self.channels, channel, subscriber) is not None

    def __call__(
        self, release: Release, session: Session, subscriber: Identity, channel: str, zone: tzinfo
    ) -> tuple[str, Mapping[str, str]]:
        """Returns the phrase that says what became of the question, and what fills it.

        `session` stands at the screen that has offered it. Raises StoreUnavailable.
        """
        screen = release.screens.get(session.at)
        if not isinstance(screen, ChoiceScreen) or screen.tell_me is None:
            return "try_again", {}
        now = self.clock.now()
        service = release.service_of(session.at)
        expires_at = now + timedelta(days=screen.tell_me.days)
        kept = self.questions.keep(
            NewQuestion(
                channel=channel,
                subscriber=subscriber,
                session=session,
                asked=words_of(release, session),
                institution=service.institution,
                kept_at=now,
                expires_at=expires_at,
                ask_at=next_ask(now, now, 0),
            )
        )
        self.counters.add("questions_kept", service=service.id, outcome=kept.value)
        if kept is Kept.FULL:
            return "tell_me_full", {}
        until = expires_at.astimezone(zone).date().isoformat()
        return "tell_me_kept", {"until": until}
