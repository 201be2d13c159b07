"""Subscribing to the warnings of a district, and ending that.

It needs Python, since a subscription says whom we write to later: it is no row of a form.
"""

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    Writes,
)

from .districts import DISTRICT

TOPIC = "warnings"
MAX_DISTRICTS = 14


def subscribe_warnings(call: ServiceCall, desk: Desk) -> Outcome:
    """Subscribes to the warnings of a district; they come in the language the citizen chose."""
    district = call.answers["district"]
    desk.subscriptions.add(call, TOPIC, district)
    return Outcome("subscribed", {"district": district})


def my_warnings(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the districts whose warnings the citizen gets."""
    districts = [scope for topic, scope in desk.subscriptions.of(call) if topic == TOPIC]
    if not districts:
        return Outcome("none")
    return Outcome("found", {"mine": [{"name": each} for each in districts[:MAX_DISTRICTS]]})


def stop_warnings(call: ServiceCall, desk: Desk) -> Outcome:
    """Ends the warnings of a district, whether or not there was a subscription."""
    district = call.answers["district"]
    desk.subscriptions.remove(call, TOPIC, district)
    return Outcome("stopped", {"district": district})


SUBSCRIBE_WARNINGS = Handler(
    subscribe_warnings,
    HandlerContract(
        needs=("district",),
        outcomes={"subscribed": {"district": DISTRICT}},
        writes=Writes.PREFERENCE,
        promises_sms=True,
    ),
)
MY_WARNINGS = Handler(
    my_warnings,
    HandlerContract(
        outcomes={
            "found": {"mine": ListField(rows=MAX_DISTRICTS, fields={"name": DISTRICT})},
            "none": {},
        },
    ),
)
STOP_WARNINGS = Handler(
    stop_warnings,
    HandlerContract(
        needs=("district",),
        outcomes={"stopped": {"district": DISTRICT}},
        writes=Writes.PREFERENCE,
        erases=True,
    ),
)
