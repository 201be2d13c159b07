"""The districts in which something can be reported; forms/report_problem.yaml keeps the report."""

from gateway.handler_api import (
    Desk,
    Form,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    TextField,
)

from .districts import DISTRICT, FACILITIES

#: More would be over a dozen pages of 70 characters; a larger country asks for the region first.
MAX_DISTRICTS = 30

#: `grouped` writes nine digits in three groups: 100 020 265.
GROUPED_NUMBER = TextField(11, Form("### ### ###"))


def list_all_districts(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns every district of the country.

    There is no register of districts: each has a facility, so the facilities name them all.
    """
    districts = desk.data.distinct(FACILITIES, "district")[:MAX_DISTRICTS]
    if not districts:
        return Outcome("none")
    return Outcome("found", {"districts": [{"name": district} for district in districts]})


LIST_ALL_DISTRICTS = Handler(
    list_all_districts,
    HandlerContract(
        outcomes={
            "found": {"districts": ListField(rows=MAX_DISTRICTS, fields={"name": DISTRICT})},
            "none": {},
        },
    ),
)
