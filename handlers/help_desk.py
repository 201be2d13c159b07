"""Leaving a message for people to answer.

It needs Python, since the message becomes a thread of the help desk: it is no row of a form.
"""

from gateway.handler_api import (
    TEXT,
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    TextField,
    Writes,
)


def leave_message(call: ServiceCall, desk: Desk) -> Outcome:
    """Leaves a question with an institution and returns its reference."""
    institution, message = call.answers["institution"], call.answers["message"]
    return Outcome("left", {"reference": desk.help.leave(call, institution, message)})


LEAVE_MESSAGE = Handler(
    leave_message,
    HandlerContract(
        needs=("institution", "message"),
        outcomes={"left": {"reference": TextField(9, TEXT)}},
        writes=Writes.REPORT,
        storable=True,
        promises_sms=True,
    ),
)
