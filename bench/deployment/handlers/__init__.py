"""The services of the benched deployment: they compute the state of a permit from its number."""

import time
from collections.abc import Mapping

from gateway.handler_api import (
    TEXT,
    Dataset,
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    TextField,
)

#: The quickest answer of a register, in seconds, and how many times longer the slowest takes.
QUICKEST_SECONDS = 0.002
SLOWEST_IS_TIMES = 2500


def permit_status(call: ServiceCall, _: Desk) -> Outcome:
    """Returns `ready` for odd numbers, so that whoever measures can check every answer."""
    number = call.answers["number"]
    return Outcome(_state(number), {"permit": number})


def permit_register(call: ServiceCall, _: Desk) -> Outcome:
    """Returns the state of a permit and whose it is, after 2 ms to 5 s."""
    return _of_register(call, "permit")


def permit_archive(call: ServiceCall, _: Desk) -> Outcome:
    """Returns the same, declared slow."""
    return _of_register(call, "old_permit")


def _of_register(call: ServiceCall, asked: str) -> Outcome:
    """Takes a time that follows from the caller's number; each power of ten is as likely."""
    number, holder = call.answers[asked], call.subscriber.e164[-8:]
    share = int(holder) * 7919 % 10_007 / 10_006
    time.sleep(QUICKEST_SECONDS * SLOWEST_IS_TIMES**share)
    return Outcome(_state(number), {"permit": number, "holder": holder})


def _state(number: str) -> str:
    return "ready" if int(number) % 2 else "in_progress"


def _contract(needs: str, *values: str, slow: bool = False) -> HandlerContract:
    fields = {value: TextField(8, TEXT) for value in values}
    outcomes = {"ready": fields, "in_progress": fields}
    return HandlerContract(needs=(needs,), outcomes=outcomes, slow=slow)


HANDLERS: Mapping[str, Handler] = {
    "permit_status": Handler(permit_status, _contract("number", "permit")),
    "permit_register": Handler(permit_register, _contract("permit", "permit", "holder")),
    "permit_archive": Handler(
        permit_archive, _contract("old_permit", "permit", "holder", slow=True)
    ),
}

DATASETS: Mapping[str, Dataset] = {}
