"""Counts the second facts that a declared call or a look-up proves, as handlers count theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.domain.handler_contract.declared_call import TOO_OFTEN, DeclaredCall
from gateway.domain.handler_contract.look_up import NONE, LookUp
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.use_cases.ports import Toolkit


def counted(
    declared: DeclaredCall | LookUp, ask: Callable[[ServiceCall, Toolkit], Outcome]
) -> Callable[[ServiceCall, Toolkit], Outcome]:
    """Returns what asks, and counts where the answer tells of a second fact.

    Who has to wait is not asked for: nothing can be tried out meanwhile, and nothing is done there.
    """
    proves = declared.proves
    if proves is None:
        return ask

    def run(call: ServiceCall, desk: Toolkit) -> Outcome:
        of, service = call.answers.get(proves.of, ""), declared.back_end
        again_at = desk.proofs.waits(call, service, of=of)
        if again_at is not None:
            return _too_often(again_at)
        outcome = ask(call, desk)
        if outcome.name == TOO_OFTEN or outcome.name in proves.neither:
            return outcome
        fits = outcome.name not in proves.wrong
        proof = desk.proofs.check(call, service, of=of, fits=fits, message=proves.message)
        return outcome if proof.again_at is None else _too_often(proof.again_at)

    return run


def for_the_known(
    look_up: LookUp, ask: Callable[[ServiceCall, Toolkit], Outcome]
) -> Callable[[ServiceCall, Toolkit], Outcome]:
    """Returns what asks for a phone that has given the second fact before, and for no other."""
    proven = look_up.proven
    if proven is None:
        return ask

    def run(call: ServiceCall, desk: Toolkit) -> Outcome:
        of = call.answers.get(proven.of, "")
        known = desk.proofs.known(call, proven.back_end, of=of)
        return ask(call, desk) if known else Outcome(NONE)

    return run


def _too_often(again_at: datetime) -> Outcome:
    return Outcome(TOO_OFTEN, {"again": f"{again_at:%Y-%m-%dT%H:%M}"})
