"""Ask again what is kept, and tell each answer once, by SMS."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.dialogue.scope import answers_for
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.sms_rendering import show_sms
from gateway.domain.dialogue.transition import Event, PendingCall, Step
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.kept_questions import after_failure, asked_by, next_ask, offers
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import EndScreen, ServiceScreen
from gateway.domain.telecom.channel import Channel, channel_to_send
from gateway.domain.telecom.consent import is_stopped
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls
from gateway.use_cases.ports import Clock, Consents, Counters, Jobs, Releases
from gateway.use_cases.ports.reminders import KeptQuestion, KeptQuestions

log = logging.getLogger(__name__)

#: No further question is begun after so long: the ticker has other things to do.
STEP_SECONDS = 3.0
#: How long one may take. With the step it stays below what the ticker's lock lasts.
ASK_SECONDS = 8.0
#: A question is ours for so long; after a crash it is due again.
LEASE = timedelta(minutes=5)
#: Of one service in one step: where its own data are asked, and where another system is.
OWN_DATA, OTHER_SYSTEM = 200, 5
#: How long a question waits that no channel can answer now.
WITHOUT_CHANNEL = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """The use case, with the ports it needs. One ticker runs it every few seconds.

    `loaded` tells when each dataset was loaded last; `contract` what a handler declares, by name.
    """

    questions: KeptQuestions
    releases: Releases
    settle_calls: SettleCalls
    contract: Callable[[Release, str], HandlerContract | None]
    loaded: Callable[[], Mapping[str, datetime]]
    consents: Consents
    channels: Mapping[str, Channel]
    quiet: QuietHours
    jobs: Jobs
    clock: Clock
    counters: Counters

    def __call__(self) -> int:
        """Asks a few questions again; returns how many were settled, none in quiet hours.

        A question leaves its table in the transaction in which its SMS enters the outbox, so that
        it is answered once, whoever dies on the way. Raises StoreUnavailable.
        """
        began, now = self.clock.monotonic(), self.clock.now()
        if self.quiet.hold(now):
            return 0
        release = self.releases.current()
        self._wake(release, now)
        settled = 0
        for service in self.questions.services_due(now):
            if self.clock.monotonic() - began > STEP_SECONDS:
                break
            settled += self._of_service(release, service, began)
        return settled

    def _wake(self, release: Release, now: datetime) -> None:
        """Makes due what was asked before the data it rests on were loaded."""
        rests: dict[str, list[str]] = {}
        for screen in offers(release):
            asked = asked_by(release, screen)
            contract = self.contract(release, asked.handler) if asked else None
            for dataset in contract.reads if contract else ():
                rests.setdefault(dataset, []).append(screen.id)
        loaded = self.loaded() if rests else {}
        for dataset, screens in rests.items():
            if dataset in loaded:
                self.questions.rests_on(screens, loaded[dataset], now)

    def _of_service(self, release: Release, service: str, began: float) -> int:
        now = self.clock.now()
        most = OTHER_SYSTEM if _asks_another(release, service) else OWN_DATA
        leased = self.questions.lease(service, most, now, now + LEASE)
        settled = 0
        for place, each in enumerate(leased):
            if self.clock.monotonic() - began > STEP_SECONDS:
                self.questions.put_back([left.id for left in leased[place:]], now)
                break
            settled += self._ask(release, each)
        return settled

    def _ask(self, release: Release, kept: KeptQuestion) -> bool:
        now = self.clock.now()
        service = kept.session.at.partition(".")[0]
        channel = channel_to_send(self.channels, kept.channel, kept.subscriber)
        if is_stopped(service, self.consents.of(kept.subscriber)):
            return self._settled(kept, None, "stopped")
        if channel is None:
            if now >= kept.expires_at:
                return self._settled(kept, None, "expired")
            self.questions.wait(kept.id, now + WITHOUT_CHANNEL, now, failed=False)
            return False
        asked = asked_by(release, release.screens.get(kept.session.at))
        if asked is None or not self._has_all(release, asked, kept.session):
            return self._told(release, channel, kept, "tell_me_gone", "gone")
        text, waits = self._answer(release, channel, asked, kept)
        if text:
            return self._settled(kept, _sms(release, channel, kept, text), "answered")
        if now >= kept.expires_at:
            return self._told(release, channel, kept, "tell_me_over", "expired")
        if waits:
            again = next_ask(kept.kept_at, now, kept.id)
        else:
            again = after_failure(kept.failures + 1, now, kept.id)
        self._count(kept, "waits" if waits else "failed")
        self.questions.wait(kept.id, min(again, kept.expires_at), now, failed=not waits)
        return False

    def _has_all(self, release: Release, asked: ServiceScreen, session: Session) -> bool:
        """Returns whether the call is there, and all that it needs was answered when it was kept.

        The menu may be another by now.
        """
        contract = self.contract(release, asked.handler)
        if contract is None:
            return False
        answers = answers_for(session, asked)
        return all(answers.get(need) for need in contract.needs)

    def _answer(
        self, release: Release, channel: Channel, asked: ServiceScreen, kept: KeptQuestion
    ) -> tuple[str, bool]:
        """Returns the answer as an SMS, empty without one, and whether it is just not there yet."""
        try:
            progress = self._asked(release, asked, kept)
            step = progress.step
            screen = release.screens.get(step.session.at)
            stands_in = step.complaint is not None  # an earlier answer, of a back end that fails
            if step.event is Event.ENDED and isinstance(screen, EndScreen) and not stands_in:
                return show_sms(release, step, channel.keys, channel.service_code or "").text, False
        except StoreUnavailable:
            raise
        except Exception as error:
            # A fault of ours: no other question waits for it. The type alone is logged, since its
            # words may quote an answer.
            log.error("Kept question %d was not asked: %s", kept.id, type(error).__name__)
            return "", False
        return "", step.session.at == kept.session.at and not progress.failure and not stands_in

    def _asked(
        self, release: Release, asked: ServiceScreen, kept: KeptQuestion
    ) -> DialogueProgress:
        spoken = (kept.language, kept.session.language, release.default_language)
        session = kept.session._replace(
            release=release.id,
            language=next(each for each in spoken if each in release.languages),
            at=asked.id,
            page=0,
            more=False,
            wrong=0,
            ended=False,
        )
        call = PendingCall(asked.handler, answers_for(session, asked))
        began = self.clock.monotonic()
        key = f"kept-{kept.id}-{kept.kept_at.isoformat()}-{kept.asks}"
        party = Party(kept.subscriber, key, kept.channel, comes_again=True)
        return self.settle_calls.settle(
            release,
            DialogueProgress(Step(session=session, event=Event.CALL, call=call)),
            party,
            lambda: began + ASK_SECONDS - self.clock.monotonic(),
        )

    def _told(
        self, release: Release, channel: Channel, kept: KeptQuestion, phrase: str, outcome: str
    ) -> bool:
        """Tells that there will be no answer: what was asked first, in the words of then."""
        language = kept.session.language
        spoken = language if language in release.languages else release.default_language
        text = f"{kept.asked}\n{sentence(release, spoken, phrase)}"
        return self._settled(kept, _sms(release, channel, kept, text), outcome)

    def _settled(self, kept: KeptQuestion, sms: NewSms | None, outcome: str) -> bool:
        if not self.questions.tell(kept.id, sms, self.clock.now()):
            return False
        self._count(kept, outcome)
        if sms is not None:
            self.jobs.wake_outbound(sms.channel, sms.lane)
        return True

    def _count(self, kept: KeptQuestion, outcome: str) -> None:
        service = kept.session.at.partition(".")[0]
        self.counters.add("questions_asked", service=service, outcome=outcome)


def _asks_another(release: Release, service: str) -> bool:
    """Returns whether another system is asked for what is kept of a service."""
    of_service = (each for each in offers(release) if each.id.partition(".")[0] == service)
    asked = (asked_by(release, each) for each in of_service)
    return any(each is not None and each.handler.startswith(PREFIX) for each in asked)


def _sms(release: Release, channel: Channel, kept: KeptQuestion, text: str) -> NewSms:
    service = kept.session.at.partition(".")[0]
    return NewSms(
        channel=channel.name,
        subscriber=kept.subscriber,
        text=text,
        lane=Lane.BULK,
        purpose=Purpose.NOTICE,
        key=f"kept-{kept.id}-{kept.kept_at.isoformat()}",
        topic=service,
        institution=release.institution_of(service) or kept.institution,
        service=service,
        template_id=kept.session.at,
        language=kept.session.language,
    )
