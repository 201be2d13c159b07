"""Take a dialogue as far as the answers given reach, running handlers on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from gateway.domain.dialogue.engine import resume, without_offer
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall, Step
from gateway.domain.faults_and_errors.errors import (
    AnswerFollows,
    BreakerOpen,
    DeadlineExceeded,
    HandlerFailed,
    NoWayBySms,
    OwnStoreAway,
    ServiceFailed,
    StoreUnavailable,
    TooOften,
)
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.kept_questions import KEEP_QUESTION
from gateway.domain.menu.release import HOME, Release, Service
from gateway.domain.record import Record
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Texted
from gateway.use_cases.handler_calls.await_slow_call import AwaitSlowCall
from gateway.use_cases.handler_calls.keep_call import KeepCall
from gateway.use_cases.handler_calls.keep_question import KeepQuestion
from gateway.use_cases.ports import Clock, HandlerRunner, Keyring

#: What is shown then has no room for a notice, or is none of the service's screens.
_SAYS_NO_MORE = frozenset({Event.GIVEN_UP, Event.LOST, Event.REFUSED})
#: A menu that goes from handler to handler without a screen between stops here.
MOST_CALLS = 5


class DialogueProgress(Record, frozen=True):
    """How far a dialogue came.

    `failure` names the phrase to say instead when no screen is left, and `values` fill it;
    `arrived` is the session as it came to an end screen, or from a call to any other, even if the
    citizen has typed on since. `notice` is said above the screen of a service that is open to
    whom comes outside its hours.
    """

    step: Step
    failure: str = ""
    values: Mapping[str, str] = {}  # of type Mapping, so that nobody writes to what all share
    used_secret: bool = False
    language_chosen: str = ""
    arrived: Session | None = None
    notice: Complaint | None = None

    @property
    def shown(self) -> Step:
        """Returns the step to show, with the notice where nothing else is said above it."""
        step = self.step
        if self.notice is None or step.complaint is not None or step.event in _SAYS_NO_MORE:
            return step
        return step._replace(complaint=self.notice)


class _Outside(Record, frozen=True):
    """What is said of a service outside its hours, and whether it is entered all the same."""

    said: Complaint
    refuses: bool


class Party(Record, frozen=True):
    """Who the dialogue is with, and where; `key` makes the calls of it recognisable.

    `waits_seconds` is how long a slow call is waited for before its answer is left to an SMS of its
    own; 0 where it cannot be, and the call is run like others. `texted` is the MO that is answered.
    `comes_again` says that nobody waits on a line, and all of it is done again when our database
    could not be asked.
    Not `by_sms`, no SMS can reach them: nothing is left to one, and nothing promised by one.
    """

    subscriber: Identity
    key: str
    channel: str = ""
    waits_seconds: float = 0.0
    texted: Texted | None = None
    comes_again: bool = False
    by_sms: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleCalls:
    """Runs the handlers a step asks for; without `slow` those that are slow are run like others.

    Without `keep` no call is kept to be run later, and without `keep_question` no look-up is
    offered to be asked again. `refuses` says whether one of some back ends is left alone. `zone` is
    the one in which handlers count days, and the time of an earlier answer is told.
    """

    runner: HandlerRunner
    clock: Clock
    keyring: Keyring
    slow: AwaitSlowCall | None = None
    keep: KeepCall | None = None
    keep_question: KeepQuestion | None = None
    refuses: Callable[[Sequence[str]], bool] = lambda back_ends: False
    zone: tzinfo = UTC

    def today(self) -> date:
        """Returns the day it is for the citizens of this deployment."""
        return self.local_time().date()

    def local_time(self) -> datetime:
        """Returns the time in the zone of this deployment."""
        return self.clock.now().astimezone(self.zone)

    def settle(
        self,
        release: Release,
        progress: DialogueProgress,
        party: Party,
        seconds_left: Callable[[], float],
        goes_on: Callable[[Release, Step], bool] = lambda release, step: True,
    ) -> DialogueProgress:
        """Returns the dialogue at the next screen: each CALL is run and resumed.

        A handler that fails, or is not done in `seconds_left`, ends the dialogue with a phrase; so
        does a service that is entered while nothing is to be had of it, or outside its hours, and a
        screen from which all that can follow is an SMS that cannot come. A CALL for which `goes_on`
        is false is not run: it is the step that is returned.
        Raises StoreUnavailable when our database is away and the party comes again.
        """
        step = progress.step
        if step.used_secret or step.language_chosen:
            progress = progress._replace(
                used_secret=progress.used_secret or step.used_secret,
                language_chosen=step.language_chosen or progress.language_chosen,
            )
        calls, earlier = 0, step.complaint if step.event is not Event.REFUSED else None
        entered = ""
        while step.event in (Event.CALL, Event.SHOWN, Event.ENDED):
            service = step.session.at.partition(".")[0]
            if service != entered and _is_entry(step):
                entered = service
                calls_follow = step.event is not Event.ENDED
                if calls_follow and self.refuses(release.services[service].back_ends):
                    return progress._replace(step=_over(step), failure="closed")
                outside = self._outside_hours(release.services[service])
                if outside is not None:
                    if outside.refuses:
                        failure, values = outside.said.phrase, outside.said.values
                        return progress._replace(step=_over(step), failure=failure, values=values)
                    progress = progress._replace(notice=outside.said)
            if step.event is Event.ENDED:
                break
            if not party.by_sms and step.session.at in release.sms_only:
                return progress._replace(step=_over(step), failure="no_sms")
            plain = without_offer(release, step)
            if plain is not step and not self._can_tell(party):
                step = plain
            if step.call is None or not goes_on(release, step):
                break
            if step.call.handler == KEEP_QUESTION:
                return self._question_kept(release, progress, step, party)
            calls += 1
            entered = service  # behind what is stored there is no way back, and yet no entry
            call = ServiceCall(
                handler=step.call.handler,
                answers=step.call.answers,
                language=step.session.language,
                subscriber=party.subscriber,
                key=self._key(party, step.session.taken, calls, step.call),
                at=self.local_time(),
                release=release.id,
                channel=party.channel,
                institution=release.institution_of(step.session.at.partition(".")[0]),
                by_sms=party.by_sms,
            )
            try:
                if calls > MOST_CALLS:
                    raise HandlerFailed("More handlers in a row than a turn may run.")
                outcome = self._outcome(release, step, call, party, seconds_left)
            except (OwnStoreAway, DeadlineExceeded) as error:
                if party.comes_again and isinstance(error, OwnStoreAway):
                    raise StoreUnavailable("The database was away in mid-dialogue.") from error
                # A handler that was too slow may have written; run again, it does not do it twice.
                return _failed(progress, step, error, self._kept(release, step, call, party))
            except ServiceFailed as error:
                return _failed(progress, step, error)
            earlier = self.told(outcome) or earlier
            step = resume(release, step.session, outcome)
        if earlier is not None:  # an answer that is not new is told as such, and not sent as SMS
            return progress._replace(step=step._replace(complaint=earlier))
        arrives = step.event is Event.ENDED or (calls and step.event is Event.SHOWN)
        arrived = step.session if arrives else progress.arrived
        return progress._replace(step=step, arrived=arrived)

    def _outside_hours(self, service: Service) -> _Outside | None:
        """Returns what is said of a service that is closed by its hours; None while it is open."""
        hours = service.hours
        if hours is None:
            return None
        at = self.local_time()
        if hours.is_open(at):
            return None
        opens = hours.next_opening(at)
        if opens is None:
            return _Outside(Complaint("closed_now"), hours.refuses)
        said = Complaint("closed_until", {"opens": f"{opens:%Y-%m-%dT%H:%M}"})
        return _Outside(said, hours.refuses)

    def _outcome(
        self,
        release: Release,
        step: Step,
        call: ServiceCall,
        party: Party,
        seconds_left: Callable[[], float],
    ) -> Outcome:
        # No SMS tells of a sensitive service by itself, so its slow answers come in time or not.
        waits = (
            party.by_sms
            and party.waits_seconds
            and not release.service_of(step.session.at).sensitive
        )
        if self.slow is not None and waits and self.slow.covers(call):
            until = self.clock.monotonic() + party.waits_seconds
            return self.slow.run(
                call,
                step.session,
                lambda: min(seconds_left(), until - self.clock.monotonic()),
                party.texted,
            )
        return self.runner.run(call, seconds_left())

    def _kept(self, release: Release, step: Step, call: ServiceCall, party: Party) -> str:
        """Returns the phrase that says that a call is kept, to be run later; empty if it is not.

        No SMS tells of a sensitive service by itself, so its calls are not kept.
        """
        sensitive = release.service_of(step.session.at).sensitive
        if self.keep is None or sensitive or party.comes_again:
            return ""
        return self.keep(call, step.session)

    def _can_tell(self, party: Party) -> bool:
        """Returns whether an answer that is not there yet can be told later."""
        keep = self.keep_question
        return party.by_sms and keep is not None and keep.reaches(party.channel, party.subscriber)

    def _question_kept(
        self, release: Release, progress: DialogueProgress, step: Step, party: Party
    ) -> DialogueProgress:
        """Returns the dialogue's end, with the sentence that says whether the question is kept."""
        over = progress._replace(step=_over(step))
        if self.keep_question is None:
            return over._replace(failure="try_again")
        try:
            said, values = self.keep_question(
                release, step.session, party.subscriber, party.channel, self.zone
            )
        except StoreUnavailable:
            if party.comes_again:
                raise
            return over._replace(failure="try_again")
        # Nothing is left of the dialogue to go on with.
        over = over._replace(step=_over(step._replace(session=step.session._replace(written=True))))
        return over._replace(failure=said, values=values)

    def _key(self, party: Party, taken: int, calls: int, asked: PendingCall) -> str:
        """Returns a keyed hash of where in a dialogue a call is made and of what it asks for.

        Who comes back to a dialogue may answer otherwise at the same place, and wants that then.
        """
        told = [party.key, taken, calls, asked.handler, sorted(asked.answers.items())]
        return self.keyring.index("service call", json.dumps(told)).hex()

    def told(self, outcome: Outcome) -> Complaint | None:
        """Returns what to say above an answer that is not new; None for one that is."""
        if outcome.known_at is None:
            return None
        local = outcome.known_at.astimezone(self.zone)
        return Complaint("last_known", {"time": f"{local:%Y-%m-%dT%H:%M}"})


def _failed(
    progress: DialogueProgress, step: Step, error: ServiceFailed, kept: str = ""
) -> DialogueProgress:
    """Returns the dialogue's end, with the phrase that says why."""
    over = progress._replace(step=_over(step))
    if kept:
        return over._replace(failure=kept)
    match error:
        case DeadlineExceeded():
            return over._replace(failure="too_slow")
        case AnswerFollows():
            return over._replace(failure="answer_by_sms")
        case BreakerOpen():
            return over._replace(failure="closed")
        case TooOften():
            return over._replace(failure="too_often")
        case NoWayBySms():
            return over._replace(failure="no_sms")
        case _:
            return over._replace(failure="unavailable", values={"reference": error.reference})


def _is_entry(step: Step) -> bool:
    """Returns whether a service was come to just now: the screen before is another's."""
    if step.paged:
        return False
    before = step.session.trail[-1][0] if step.session.trail else HOME
    return before.partition(".")[0] != step.session.at.partition(".")[0]


def _over(step: Step) -> Step:
    return Step(session=step.session._replace(ended=True), event=Event.LOST)
