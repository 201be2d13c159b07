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
    Writes,
    grouped,
    ungrouped,
)

from .datasets import FACILITIES, text_field

SERVICE = "report_problem"

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

    Told again in the dialogue that opened it, which knows its `number`, it is corrected.
    """
    answers = call.answers
    number, category = ungrouped(answers.get("number", "")), answers["category"]
    details = {"district": answers["district"], "description": answers["description"]}
    if number and desk.cases.amend(call, number, SERVICE, category=category, details=details):
        return Outcome("opened", {"number": grouped(number)})
    number = desk.cases.open(call, service=SERVICE, category=category, details=details)
    return Outcome("opened", {"number": grouped(number)})


def name_reporter(call: ServiceCall, desk: Desk) -> Outcome:
    """Adds the name of who reported to the case that was just opened.

    It is personal: it goes with the number when the citizen has it erased.
    """
    number = ungrouped(call.answers["number"])
    personal = {"name": call.answers["name"]}
    named = desk.cases.amend(call, number, SERVICE, personal=personal)
    return Outcome("named" if named else "not_yours")


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
        needs=("category", "district", "description", "number"),
        writes=Writes.REPORT,
        storable=True,
        outcomes={"opened": {"number": GROUPED_NUMBER}},
    ),
)
NAME_REPORTER = Handler(
    name_reporter,
    HandlerContract(
        needs=("number", "name"),
        writes=Writes.PREFERENCE,
        outcomes={"named": {}, "not_yours": {}},
    ),
)
