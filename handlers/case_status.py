"""Telling how far a case has come, and hearing from its reporter whether it was mended.

Whoever has the number may ask, so nothing of what was reported or by whom is said. It needs Python,
since cases are no dataset: it reads how far one has come, and opens it again.
"""

from gateway.handler_api import (
    Desk,
    Form,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    ServiceFailed,
    TextField,
    Writes,
    grouped,
)

#: `grouped` writes nine digits in three groups: 100 020 265.
GROUPED_NUMBER = TextField(11, Form("### ### ###"))
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


def confirm_mended(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps what the citizen who opened the case says of it; not mended, it goes on."""
    number, mended = call.answers["case_number"], call.answers["mended"] == "yes"
    if not desk.cases.confirm(call, number, mended):
        return Outcome("not_yours")
    return Outcome("confirmed" if mended else "reopened", {"number": grouped(number)})


CASE_STATUS = Handler(
    case_status,
    HandlerContract(
        needs=("case_number",),
        outcomes={**{status: {"number": GROUPED_NUMBER} for status in STATUSES}, "unknown": {}},
    ),
)
CONFIRM_MENDED = Handler(
    confirm_mended,
    HandlerContract(
        needs=("case_number", "mended"),
        outcomes={
            **{result: {"number": GROUPED_NUMBER} for result in ("confirmed", "reopened")},
            "not_yours": {},
        },
        writes=Writes.PREFERENCE,
    ),
)
