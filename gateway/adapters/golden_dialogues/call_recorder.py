"""What declared calls came to while something was tried out, so that a dialogue can pin it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.use_cases.ports import Handler, Toolkit

Find = Callable[[ServiceCall], Handler | None]


@dataclass(frozen=True, slots=True)
class HeardCalls:
    """Listens to declared calls; of one that failed it keeps None. It holds what citizens see."""

    _heard: dict[str, list[Outcome | None]] = field(default_factory=dict, repr=False)

    def around(self, find: Find) -> Find:
        """Returns what finds the same calls, and listens to those that are made."""

        def found(call: ServiceCall) -> Handler | None:
            handler = find(call)
            return None if handler is None else replace(handler, run=self._listening(handler))

        return found

    def pins(self) -> Mapping[str, Outcome]:
        """Returns what each call came to, by its name in calls.yaml.

        Raises Refused where one pin cannot say it: a call that failed, or came to several things.
        """
        pins = {}
        for name, outcomes in self._heard.items():
            first = outcomes[0]
            if first is None or None in outcomes:
                raise Refused(
                    f"The call '{name}' failed, so nothing of it can be pinned. Record it when "
                    f"`gateway calls try {name}` succeeds."
                )
            if any(outcome != first for outcome in outcomes):
                raise Refused(
                    f"The call '{name}' gave different things, and a dialogue pins one. Record two "
                    "dialogues."
                )
            pins[name] = first
        return pins

    def _listening(self, handler: Handler) -> Callable[[ServiceCall, Toolkit], Outcome]:
        def run(call: ServiceCall, desk: Toolkit) -> Outcome:
            outcomes = self._heard.setdefault(call.handler.removeprefix(PREFIX), [])
            try:
                outcome = held_to(handler.contract, call.handler, handler.run(call, desk))
            except Exception:
                outcomes.append(None)
                raise
            outcomes.append(outcome)
            return outcome

        return run
