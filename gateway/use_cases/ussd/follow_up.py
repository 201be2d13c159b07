"""Do what a turn brings with it once it is kept: most bring nothing."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.dialogue.screen_rendering import last_words
from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import Clock, Counters, Jobs, Outbox, Subscribers
from gateway.use_cases.ussd.dialogue import TurnInHand, TurnResult
from gateway.use_cases.ussd.offer_resume import OfferResume


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What is done then, with the ports it needs."""

    offer_resume: OfferResume
    outbox: Outbox
    jobs: Jobs
    subscribers: Subscribers
    clock: Clock
    counters: Counters

    def __call__(self, turn: TurnInHand, before: StoredTurn | None, result: TurnResult) -> None:
        """Notes an offer, sends an SMS, keeps a language; never raises StoreUnavailable.

        A language that the provider tells is kept after a whole dialogue in it.
        """
        chosen, arrived = result.progress.language_chosen, result.progress.arrived
        try:
            if result.offer is not None or result.origin:
                self.offer_resume.note(turn, before, result)
            if arrived is not None:
                sms = _repeated_by_sms(turn, result.release, arrived)
                if sms is not None and self.outbox.add([sms], self.clock.now()):
                    self.jobs.wake_outbound(turn.channel.name, Lane.REPLY)
                if not chosen and arrived.language == turn.said.language:
                    subscriber = turn.said.subscriber
                    self.subscribers.use_language(subscriber, arrived.language, self.clock.now())
            if chosen:
                asked_in = turn.key if result.asked else b""
                self.subscribers.choose_language(
                    turn.said.subscriber, chosen, self.clock.now(), asked_in
                )
        except StoreUnavailable:
            self.counters.add("ussd_follow_up_lost", channel=turn.channel.name)


def _repeated_by_sms(turn: TurnInHand, release: Release, session: Session) -> NewSms | None:
    """Returns a screen's text as an SMS, where the menu asks for one: whole, however it was cut."""
    text = last_words(release, session)
    if not text or not turn.channel.can_text(turn.said.subscriber):
        return None  # the screen has said it, if not for good
    service = session.at.partition(".")[0]
    return NewSms(
        channel=turn.channel.name,
        subscriber=turn.said.subscriber,
        text=text,
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=f"ussd-{turn.key.hex()}-{session.taken}",
        topic=service,
        institution=release.institution_of(service),
        service=service,
        template_id=session.at,
        language=session.language,
    )
