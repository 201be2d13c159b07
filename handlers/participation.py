"""Hearing how those were who have worked on a case.

It needs Python, since the number of a case says which service is rated; whoever names the service
is heard by forms/ratings.yaml alone, which keeps both.
"""

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    Writes,
)

#: The form whose rows these are.
RATINGS = "ratings"
#: What menus/rate_service.yaml calls those who work on the cases of a service.
RATED_AS = {"report_problem": "works", "birth_or_death": "registry"}


def rate_case(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps the last rating by this phone of those who have worked on a case."""
    number, score = call.answers["case_number"], call.answers["score"]
    case = desk.cases.find(number)
    if case is None:
        return Outcome("unknown")
    service = RATED_AS.get(case.service, case.service)
    desk.records.put(RATINGS, call, {"service": service, "score": score})
    return Outcome("noted")


RATE_CASE = Handler(
    rate_case,
    HandlerContract(
        needs=("case_number", "score"),
        outcomes={"noted": {}, "unknown": {}},
        writes=Writes.PREFERENCE,
    ),
)
