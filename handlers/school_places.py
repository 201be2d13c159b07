"""Finding a school with free places, and asking for one of them.

It needs Python, since what is free is counted: the places of the list less the wishes that are
kept, and of two who want the last place one gets it.
"""

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    Row,
    ServiceCall,
    TextField,
    WholeNumber,
    Writes,
)

from .datasets import SCHOOLS, text_field
from .tables import SCHOOL_APPLICATIONS

MAX_SCHOOLS = 10
_NAME = text_field(SCHOOLS, "name")
_PHONE = text_field(SCHOOLS, "phone")


def list_schools(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the schools of a district that take children now, with their free places."""
    today = call.at.date().isoformat()
    rows = desk.data.find(SCHOOLS.name, district=call.answers["district"])
    still = [row for row in rows if row["until"] >= today]
    schools = [
        {"id": row["id"], "name": row["name"], "free": str(_free(desk, row))}
        for row in still[:MAX_SCHOOLS]
    ]
    return Outcome("found", {"schools": schools}) if schools else Outcome("none")


def ask_for_place(call: ServiceCall, desk: Desk) -> Outcome:
    """Notes the wish for a place, while the school has one and takes children.

    A child who has asked before keeps its place in the count; asking again takes no second one.
    """
    wish = {"school": call.answers["school"], "child": call.answers["child"]}
    school = desk.data.one(SCHOOLS.name, id=wish["school"])
    if school is None or school["until"] < call.at.date().isoformat():
        return Outcome("closed")
    asked = desk.records.put_within(
        SCHOOL_APPLICATIONS.name, call, wish, most=int(school["places"]), same=("school",)
    )
    shown = {"school_name": school["name"], "phone": school["phone"]}
    return Outcome("asked" if asked else "full", shown)


def _free(desk: Desk, school: Row) -> int:
    taken = desk.records.count(SCHOOL_APPLICATIONS.name, school=school["id"])
    return max(0, int(school["places"]) - taken)


LIST_SCHOOLS = Handler(
    list_schools,
    HandlerContract(
        needs=("district",),
        outcomes={
            "found": {
                "schools": ListField(
                    rows=MAX_SCHOOLS,
                    fields={
                        "id": text_field(SCHOOLS, "id"),
                        "name": _NAME,
                        "free": TextField(3, WholeNumber()),
                    },
                )
            },
            "none": {},
        },
    ),
)
ASK_FOR_PLACE = Handler(
    ask_for_place,
    HandlerContract(
        needs=("school", "child"),
        outcomes={
            "asked": {"school_name": _NAME, "phone": _PHONE},
            "full": {"school_name": _NAME, "phone": _PHONE},
            "closed": {},
        },
        writes=Writes.RECORD,
    ),
)
