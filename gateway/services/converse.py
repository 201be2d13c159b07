"""Take a dialogue as far as the answers given reach, running handlers on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.domain.errors import DeadlineExceeded, HandlerFailed
from gateway.domain.menu import Release
from gateway.domain.msisdn import Msisdn
from gateway.domain.navigation import Event, Step, resume
from gateway.domain.service_call import ServiceCall
from gateway.domain.session import Session
from gateway.services.ports import Clock, HandlerRunner

#: A menu that goes from handler to handler without a screen between stops here.
MOST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Talk:
    """How far a dialogue came.

    `failure` names the phrase to say instead when no screen is left; `arrived` is the session as it
    came to an end screen, even if the citizen has typed on since.
    """

    step: Step
    failure: str = ""
    reference: str = ""
    used_secret: bool = False
    language_chosen: str = ""
    arrived: Session | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the dialogue is with, and where; `key` makes the calls of it recognisable."""

    msisdn: Msisdn
    key: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converse:
    """Runs the handlers a step asks for."""

    runner: HandlerRunner
    clock: Clock

    def settle(
        self, release: Release, talk: Talk, caller: Caller, seconds_left: Callable[[], float]
    ) -> Talk:
        """Returns the dialogue at the next screen: each CALL is run and resumed.

        A handler that fails, or is not done in `seconds_left`, ends the dialogue with a phrase.
        """
        step = talk.step
        talk = replace(
            talk,
            used_secret=talk.used_secret or step.used_secret,
            language_chosen=step.language_chosen or talk.language_chosen,
        )
        calls = 0
        while step.event is Event.CALL and step.call is not None:
            calls += 1
            call = ServiceCall(
                handler=step.call.handler,
                answers=step.call.answers,
                language=step.session.language,
                subscriber=caller.msisdn,
                key=f"{caller.key}-{step.session.count}-{calls}",
                at=self.clock.now(),
                channel=caller.channel,
            )
            try:
                if calls > MOST_CALLS:
                    raise HandlerFailed("More handlers in a row than a turn may run.")
                outcome = self.runner.run(call, seconds_left())
            except DeadlineExceeded:
                return replace(talk, step=_over(step), failure="too_slow")
            except HandlerFailed as error:
                return replace(
                    talk, step=_over(step), failure="unavailable", reference=error.reference
                )
            step = resume(release, step.session, outcome)
        arrived = step.session if step.event is Event.ENDED else talk.arrived
        return replace(talk, step=step, arrived=arrived)


def _over(step: Step) -> Step:
    return Step(session=replace(step.session, ended=True), event=Event.LOST)
