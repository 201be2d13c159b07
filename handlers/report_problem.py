"""Taking a citizen's report of something broken, and opening a case for it."""

from gateway.handler_api import (
    Desk,
    Form,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    TextField,
    grouped,
)

from .datasets import FACILITIES, text_field

#: More would be over a dozen pages of 70 characters; a larger country asks for the region first.
MAX_DISTRICTS = 30

#: `grouped` writes nine digits in three groups: 100 020 265.
GROUPED_NUMBER = TextField(11, Form("### ### ###"))


def list_all_districts(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns every district of the country.

    There is no register of districts: each has a facility, so the facilities name them all.
    """
    districts = desk.data.distinct(FACILITIES.name, "district")[:MAX_DISTRICTS]
    if not districts:
        return Outcome("none")
    return Outcome("found", {"districts": [{"name": district} for district in districts]})


def open_case(call: ServiceCall, desk: Desk) -> Outcome:
    """Opens a case with the public works and returns its number.

    The name is stored only while the last word is that it may be: someone who gave it, went back
    and chose to stay unnamed has still answered the question.
    """
    answers = call.answers
    details = {"district": answers["district"], "description": answers["description"]}
    named = answers["wants_name"] == "yes" and "name" in answers
    number = desk.cases.open(
        call,
        service="report_problem",
        category=answers["category"],
        details=details,
        personal={"name": answers["name"]} if named else {},
    )
    return Outcome("opened", {"number": grouped(number)})


LIST_ALL_DISTRICTS = Handler(
    list_all_districts,
    HandlerContract(
        outcomes={
            "found": {
                "districts": ListField(
                    rows=MAX_DISTRICTS, fields={"name": text_field(FACILITIES, "district")}
                )
            },
            "none": {},
        },
    ),
)
OPEN_CASE = Handler(
    open_case,
    HandlerContract(
        needs=("category", "district", "description", "wants_name"),
        writes=True,
        storable=True,
        outcomes={"opened": {"number": GROUPED_NUMBER}},
    ),
)
