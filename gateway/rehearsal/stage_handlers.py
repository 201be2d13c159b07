"""What answers on a stage instead of a back end: what is pinned, and nothing that is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock

from gateway.adapters.handler_calls.declared_look_ups import as_handler
from gateway.adapters.handler_calls.second_facts import counted
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract import look_up
from gateway.domain.handler_contract.declared_call import PREFIX, DeclaredCall
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Handler, Toolkit


class AtWork:
    """How many handlers are at work: one that hangs outlives the dialogue that it was called in."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.number = 0

    def counting(self, handlers: Mapping[str, Handler]) -> dict[str, Handler]:
        """Returns the handlers, which are counted while they are at work."""
        return {name: replace(each, run=self._counting(each)) for name, each in handlers.items()}

    def _counting(self, handler: Handler) -> Callable[[ServiceCall, Toolkit], Outcome]:
        def run(call: ServiceCall, desk: Toolkit) -> Outcome:
            self._add(1)
            try:
                return handler.run(call, desk)
            finally:
                self._add(-1)

        return run

    def _add(self, number: int) -> None:
        with self._lock:
            self.number += number


def pinned(
    release: Release, handlers: Mapping[str, Handler], outcomes: Mapping[str, Outcome]
) -> Mapping[str, Handler]:
    """Returns handlers of which some come to what is pinned; raises Refused for what is not."""
    answering = dict(handlers)
    for pin, outcome in outcomes.items():
        names = (pin, PREFIX + pin, look_up.PREFIX + pin)
        name = next((each for each in names if each in handlers), "")
        if not name:
            sentence = Sentence("There is no handler '%(name)s'.", name=pin)
            sentence += did_you_mean(pin, handlers)
            raise Refused(sentence)
        contract = handlers[name].contract
        if outcome.name not in contract.outcomes:
            sentence = Sentence(
                "Handler '%(name)s' has no outcome '%(outcome)s'.", name=pin, outcome=outcome.name
            )
            sentence += did_you_mean(outcome.name, contract.outcomes)
            raise Refused(sentence)
        of_menu = name.startswith(PREFIX)
        declared = release.calls.get(name.removeprefix(PREFIX)) if of_menu else None
        run = _proving(declared, outcome) if declared else _always(outcome)
        answering[name] = replace(handlers[name], run=run)
    return answering


def unreached(release: Release, unpinned: set[str]) -> Mapping[str, Handler]:
    """Returns the declared calls as handlers: on a stage no other system is asked."""

    def not_pinned(call: ServiceCall, desk: Toolkit) -> Outcome:
        name = call.handler.removeprefix(PREFIX)
        unpinned.add(name)
        raise Refused(
            Sentence(
                "On a stage '%(name)s' is not called. Pin its outcome under `handlers`.", name=name
            )
        )

    calls = release.calls.values()
    return {call.back_end: Handler(not_pinned, call.contract) for call in calls}


def looked_up(release: Release) -> Mapping[str, Handler]:
    """Returns the look-ups as handlers, so that one can be pinned by the id of its screen."""
    return {
        each.back_end: as_handler(each, release.datasets[each.dataset])
        for each in release.look_ups.values()
    }


def _proving(declared: DeclaredCall, outcome: Outcome) -> Callable[[ServiceCall, Toolkit], Outcome]:
    """Returns what gives a declared call's outcome; second facts are counted as a citizen's are."""
    return counted(declared, lambda call, desk: outcome)


def _always(outcome: Outcome) -> Callable[[ServiceCall, Toolkit], Outcome]:
    return lambda call, desk: outcome
