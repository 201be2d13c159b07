"""The back ends of a trial: they say what they were asked for, are slow, or give what is pinned.

No other system is asked. A declared call comes to the first of its outcomes, with values that show
which they are, until somebody pins another.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.adapters.system.clock import StandingClock
from gateway.composition.gateway import Gateway
from gateway.domain.datasets.column_kinds import OneOf
from gateway.domain.faults_and_errors.errors import DeadlineExceeded, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.back_end_names import HANDLER, key_and_name
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.service_call import (
    Field,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    TextField,
    Value,
)
from gateway.domain.menu.release import Release
from gateway.domain.trials.trial import Asked, Came
from gateway.rehearsal.stage_handlers import pinned
from gateway.use_cases.ports import Handler, Toolkit

#: So long after the deadline a slow back end answers after all.
LATE_SECONDS = 20.0
#: Tried in this order: the first that is of the kind of a value stands for it.
_SAMPLES = ("12", "1", "1.50", "2026-11-24", "2026-11-24T09:00", "09:00", "+999700000456", "A1")


@dataclass(slots=True)
class BackEnds:
    """What answers in a trial. While `slow`, nothing does within the deadline.

    `delayed` says that something was asked while they were.
    """

    release: Release
    handlers: dict[str, Handler]
    clock: StandingClock
    deadline_seconds: float
    slow: bool = False
    delayed: bool = False
    asked: list[Asked] = field(default_factory=list)
    samples: dict[str, Outcome] = field(default_factory=dict)
    _pins: dict[str, Outcome] = field(default_factory=dict)
    _plain: Mapping[str, Handler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lets every back end say what it is asked for, and no declared call be made."""
        self._plain = dict(self.handlers)
        self.samples = {
            name: sample_of(call.contract)
            for name, call in self.release.calls.items()
            if call.contract.outcomes
        }
        self._answer()

    def pin(self, written: str) -> Mapping[str, Outcome]:
        """Lets a back end come to an outcome: NAME OUTCOME, and values as NAME='A TEXT'.

        Raises Refused for one that is not, with what there is.
        """
        try:
            name, outcome, *given = shlex.split(written)
        except ValueError as error:
            raise Refused(Sentence("Close the quotes that stand around a value.")) from error
        handler = next(
            (found for each in (name, PREFIX + name) if (found := self._plain.get(each))), None
        )
        fields = handler.contract.outcomes.get(outcome, {}) if handler else {}
        values = dict(sample(fields))
        for each in given:
            key, sign, text = each.partition("=")
            if not sign or not isinstance(fields.get(key), TextField):
                raise Refused(
                    Sentence(
                        "'%(each)s' is no value of '%(outcome)s'. Write NAME=TEXT.",
                        each=each,
                        outcome=outcome,
                    )
                )
            values[key] = text
        made = {name: Outcome(outcome, values)}
        pinned(self.release, self._plain, made)  # or it is refused
        self._pins |= made
        self._answer()
        return made

    def choices(self) -> Mapping[str, Sequence[str]]:
        """Returns the outcomes of those that were asked and are elsewhere, by their names.

        So may be a handler that has failed: it reaches no other system from here.
        """
        calls = {each.name for each in self.asked} & self.samples.keys()
        failed = {each.name for each in self.asked if each.came_to == Came.FAILED}
        found = {name: self._plain[PREFIX + name] for name in calls}
        found |= {name: self._plain[name] for name in failed & self._plain.keys()}
        return {name: list(found[name].contract.outcomes) for name in sorted(found)}

    def _answer(self) -> None:
        answering = pinned(self.release, self._plain, self.samples | self._pins)
        self.handlers.update({name: self._told(name, each) for name, each in answering.items()})

    def _told(self, name: str, handler: Handler) -> Handler:
        key, shown = key_and_name(name)
        elsewhere = key == HANDLER or name.startswith(PREFIX)

        def run(call: ServiceCall, desk: Toolkit) -> Outcome:
            if self.slow and elsewhere:
                self.delayed = True
                self.asked.append(Asked(name=shown, came_to=Came.TOO_SLOW))
                self.clock.sleep(self.deadline_seconds)
                raise DeadlineExceeded(f"'{shown}' is slow in this trial.")
            try:
                outcome = handler.run(call, desk)
            except Exception:
                self.asked.append(Asked(name=shown, came_to=Came.FAILED))
                raise
            self.asked.append(Asked(name=shown, came_to=outcome.name))
            return outcome

        return replace(handler, run=run)


@dataclass(slots=True)
class Worker:
    """Does what workers do with slow calls, at once, or after the turn where they are slow.

    Fits the `ResultSignal` port.
    """

    clock: StandingClock | None = None
    gateway: Gateway | None = None
    back_ends: BackEnds | None = None

    def ring(self, call_id: int) -> None:
        """Does nothing: who waits is the one who works."""

    def wait(self, call_id: int, seconds: float) -> None:
        """Returns when the call was run, or after `seconds` of a slow one."""
        if self.back_ends is None or self.clock is None:
            return
        if self.back_ends.slow:
            self.back_ends.delayed = True
            self.clock.sleep(seconds)
        else:
            self.work()

    def work(self) -> None:
        """Runs the calls that wait, and sends the answers that nobody waits for any more."""
        if self.gateway is None:
            return
        run_slow = self.gateway.handler_calls.run_slow
        while (call := run_slow.next()) is not None:
            run_slow.run(call)


def sample_of(contract: HandlerContract) -> Outcome:
    """Returns the first outcome of a contract, with samples of its values."""
    name, fields = next(iter(contract.outcomes.items()))
    return Outcome(name, sample(fields))


def sample(fields: Mapping[str, Field]) -> dict[str, Value]:
    """Returns a value for each field: its own name where that may stand there."""
    values: dict[str, Value] = {}
    for name, one in fields.items():
        if isinstance(one, ListField):
            values[name] = [{each: _text(each, text) for each, text in one.fields.items()}]
        else:
            values[name] = _text(name, one)
    return values


def _text(name: str, one: TextField) -> str:
    kind = one.kind
    if isinstance(kind, OneOf):
        return next(iter(kind.values))
    words = name.replace("_", " ").capitalize()
    for each in (words, *_SAMPLES, *("1" * length for length in range(2, 16)), words[: one.max]):
        if len(each) <= one.max and (kind is None or not kind.wrong(each)):
            return each
    return one.otherwise
