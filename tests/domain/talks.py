"""Dialogues with the engine alone: answers in, pages out; handlers answer at once.

A session goes through JSON before each answer, as it does between two requests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway.domain.dialogue.engine import advance, begin, resume
from gateway.domain.dialogue.screen_rendering import Shown, show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall, Step
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Keys, PageBudget
from tests.domain.menus import SAMPLE

#: Plays the handlers: gets the call and returns its outcome.
Plays = Callable[[PendingCall, Session], Outcome]

REGIONS = ("North", "South", "Upper River")
DISTRICTS = {region: [f"{region} {number}" for number in range(1, 13)] for region in REGIONS}
#: The one date of birth that fits; nothing may remember it.
SECRET = "15042007"


def outcome_of(call: PendingCall, session: Session) -> Outcome:
    """Returns what the handlers of the sample menu answer."""
    return sample_outcome(call.handler, call.answers, f"100 {session.taken:03}")


def sample_outcome(handler: str, answers: Mapping[str, str], case_number: str) -> Outcome:
    """Returns what a handler of the sample menu makes of its answers."""
    if handler == "list_regions":
        return Outcome("found", {"places": _rows(REGIONS)})
    if handler == "list_districts":
        return Outcome("found", {"places": _rows(DISTRICTS[answers["region"]])})
    if handler == "open_case":
        return Outcome("opened", {"number": case_number})
    if answers["birth_date"] == "2007-04-15":
        return Outcome("found", {"grade": "B+"})
    return Outcome("unknown")


def _rows(names: tuple[str, ...] | list[str]) -> list[Mapping[str, str]]:
    return [{"id": name, "name": name} for name in names]


def through_json(session: Session) -> Session:
    """Returns the session as it comes back from a store."""
    return Session.from_plain(json.loads(json.dumps(session.to_plain())))


@dataclass
class Talk:
    """One dialogue; `step` and `shown` are the latest, `calls` the handlers that were run."""

    release: Release = SAMPLE
    language: str = "en"
    plays: Plays = outcome_of
    budget: PageBudget = field(default_factory=PageBudget)
    keys: Keys = field(default_factory=Keys)
    service: str = ""
    calls: list[PendingCall] = field(default_factory=list)
    step: Step = field(init=False)
    shown: Shown = field(init=False)

    def __post_init__(self) -> None:
        self._take(begin(self.release, self.language, self.service))

    @property
    def session(self) -> Session:
        """Returns the session as the page shown left it."""
        return self.shown.session

    @property
    def at(self) -> str:
        """Returns the screen shown."""
        return self.shown.session.at

    def types(self, *answers: str) -> str:
        """Returns the page after the last of these answers."""
        for answer in answers:
            self._take(advance(self.release, through_json(self.session), answer, self.keys))
        return self.shown.text

    def _take(self, step: Step) -> None:
        while step.event is Event.CALL and step.call is not None:
            self.calls.append(step.call)
            step = resume(self.release, step.session, self.plays(step.call, step.session))
        self.step = step
        self.shown = show(self.release, step, self.keys, self.budget, "*384*2026#")
