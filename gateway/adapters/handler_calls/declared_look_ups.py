"""The look-ups of a menu, run as handlers are: in time, held to their contract, with a breaker."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.adapters.handler_calls.second_facts import counted, for_the_known
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.handler_contract.look_up import PREFIX, LookUp
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.use_cases.ports import Handler, Releases, Toolkit


@dataclass(frozen=True, slots=True)
class DeclaredLookUps:
    """The look-ups of the releases being served, as handlers."""

    releases: Releases

    def find(self, call: ServiceCall) -> Handler | None:
        """Returns the look-up that is meant, as a handler; None when it is no look-up."""
        if not call.handler.startswith(PREFIX):
            return None
        release = self.releases.find(call.release) or self.releases.current()
        look_up = release.look_ups.get(call.handler.removeprefix(PREFIX))
        dataset = None if look_up is None else release.datasets.get(look_up.dataset)
        if look_up is None or dataset is None:
            return None
        return as_handler(look_up, dataset)


def as_handler(look_up: LookUp, dataset: Dataset) -> Handler:
    """Returns a look-up as a handler."""

    def run(call: ServiceCall, desk: Toolkit) -> Outcome:
        asked = {name: call.answers.get(name, "") for name in look_up.contract.needs}
        return desk.look_ups.answer(look_up, dataset, asked, call.at)

    return Handler(for_the_known(look_up, counted(look_up, run)), look_up.contract)
