"""Ask whether a text is the answer to a question, where it may be meant for a service as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.domain.commands.keywords import bare_number, read
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.dialogue.answer_splitting import take_words, takes_whole_texts
from gateway.domain.dialogue.engine import advance
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, ServiceScreen
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Purpose
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls
from gateway.use_cases.inbound.sms_dialogue import asks_for_secret, begun, opens_a_service
from gateway.use_cases.inbound.sms_replies import reply_to
from gateway.use_cases.ports import Clock, Conversation, Routed, StoredInbound


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtedAnswer:
    """The decision, and the question; nothing is stored here."""

    settle_calls: SettleCalls
    seconds_left: Callable[[], float]
    clock: Clock

    def ask(
        self,
        release: Release,
        newest: Release,
        channel: Channel,
        stored: StoredInbound,
        before: Conversation,
    ) -> Routed | None:
        """Returns the question whether a text is the answer asked for; None when it is.

        Free text and names take any words: `PRICE maize` would be a child's name. It may be meant
        for a service of the newest release where that takes all the words behind its keyword. The
        dialogue, which goes on in its own `release`, stays where it is, and the text waits for a
        yes or for the service.
        """
        session, text = before.session, stored.sms.text
        if session is None or not takes_whole_texts(release, session):
            return None
        wanted = read(newest, text)
        if not opens_a_service(wanted, text):
            return None
        today = self.settle_calls.today()
        if advance(release, session, text, channel.keys, today).event is Event.REFUSED:
            return None
        # No answer of this look is left to an SMS of its own: the party waits for none.
        party = Party(stored.sms.subscriber, f"mo-{stored.id}", stored.channel)
        if not self._takes_all(newest, channel, party, wanted, session):
            return None
        title = newest.services[wanted.service].title[session.language].fill({})
        asked = sentence(newest, session.language, "is_your_answer", {"service": title})
        ends_at = self.clock.now() + timedelta(seconds=channel.conversation_seconds)
        secretive = asks_for_secret(newest, wanted.service)
        return Routed(
            inbound_id=stored.id,
            replies=(reply_to(stored, asked, Purpose.REPLY, session.language, "is_your_answer"),),
            conversation=replace(before, suggested=text),
            conversation_expires_at=ends_at,
            forget_text=secretive or asks_for_secret(release, session.at.partition(".")[0]),
            outcome="is_your_answer",
        )

    def _takes_all(
        self, release: Release, channel: Channel, party: Party, wanted: Read, session: Session
    ) -> bool:
        """Returns whether a service takes each word behind its keyword; only lists are looked up.

        What is behind another call is not looked at: the words before it were taken.
        """
        step, words = begun(release, wanted, session.language)
        while True:
            progress = self.settle_calls.settle(
                release, DialogueProgress(step), party, self.seconds_left, goes_on=_only_lists
            )
            step = progress.step
            if step.event is Event.REFUSED:
                return False
            if not words or progress.failure or step.event is not Event.SHOWN:
                return True
            today = self.settle_calls.today()
            answer, words = take_words(release, step.session, words, today)
            step = advance(release, step.session, answer, channel.keys, today)


def was_doubted(release: Release, before: Conversation) -> bool:
    """Returns whether the subscriber was asked if a text was their answer, and nothing else."""
    if before.session is None or not before.suggested:
        return False
    return read(release, before.suggested).opening is Opening.SERVICE


def is_for_the_service(release: Release, language: str, doubted: str, text: str) -> bool:
    """Returns whether the reply to the question says that the text was for the service.

    It is 2, the service's name, or its keyword once more.
    """
    wanted = read(release, doubted)
    if wanted.opening is not Opening.SERVICE:
        return False
    title = release.services[wanted.service].title[language].fill({})
    return bare_number(text) == "2" or fold(text) in (fold(title), wanted.keyword)


def _only_lists(release: Release, step: Step) -> bool:
    """Returns whether a call gives lines to choose from, writes nothing and knows no secret."""
    screen = release.screens.get(step.session.at)
    if not isinstance(screen, ServiceScreen) or screen.writes or step.used_secret:
        return False
    shown = (release.screens.get(goto) for goto in screen.outcomes.values())
    return any(isinstance(each, ChoiceScreen) and each.listing is not None for each in shown)
