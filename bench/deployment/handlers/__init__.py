"""The one service of the benched deployment: it computes the state of a permit from its number."""

from collections.abc import Mapping

from gateway.handler_api import (
    Dataset,
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    TextField,
)


def permit_status(call: ServiceCall, _: Desk) -> Outcome:
    """Returns `ready` for odd numbers, so that whoever measures can check every answer."""
    number = call.answers["number"]
    return Outcome("ready" if int(number) % 2 else "in_progress", {"permit": number})


HANDLERS: Mapping[str, Handler] = {
    "permit_status": Handler(
        permit_status,
        HandlerContract(
            needs=("number",),
            outcomes={name: {"permit": TextField(8)} for name in ("ready", "in_progress")},
        ),
    )
}

DATASETS: Mapping[str, Dataset] = {}
