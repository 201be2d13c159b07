"""Telling how far a case has come.

Whoever has the number may ask, so nothing of what was reported or by whom is said.
"""

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    ServiceFailed,
    TextField,
    grouped,
)

#: The states a case passes through; the menu has the words for each.
STATUSES = ("received", "in_progress", "solved")


def case_status(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the state of a case as the outcome, with its number in groups.

    Raises ServiceFailed when the case is in a state that the menu has no words for.
    """
    case = desk.cases.find(call.answers["case_number"])
    if case is None:
        return Outcome("unknown")
    if case.status not in STATUSES:
        raise ServiceFailed(
            f"A case of service {case.service!r} has the status {case.status!r}. Set one of "
            f"{', '.join(STATUSES)}, or give case_status and its menu a new outcome."
        )
    return Outcome(case.status, {"number": grouped(case.number)})


CASE_STATUS = Handler(
    case_status,
    HandlerContract(
        needs=("case_number",),
        outcomes={**{status: {"number": TextField(11)} for status in STATUSES}, "unknown": {}},
    ),
)
