"""Finding a health facility: regions, their districts, their facilities, and one in detail."""

from collections.abc import Sequence

from gateway.handler_api import (
    TEXT,
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    ServiceFailed,
    TextField,
)

from .datasets import FACILITIES, FACILITY_KINDS, text_field

#: A list longer than this is cut: nobody pages through more on a feature phone.
MAX_REGIONS = 12
MAX_DISTRICTS = 20
MAX_FACILITIES = 20

_SHOWN = ("name", "place", "hours", "phone")


def list_regions(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the regions that have a facility, each with its districts: a text names but one."""
    regions = desk.data.distinct(FACILITIES.name, "region")[:MAX_REGIONS]
    if not regions:
        return Outcome("none")
    rows = [{"name": each, "districts": ", ".join(_districts(each, desk))} for each in regions]
    return Outcome("found", {"regions": rows})


def list_districts(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the districts of a region that have a facility."""
    return _named("districts", _districts(call.answers["region"], desk))


def list_facilities(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the facilities of a district, by id and name."""
    rows = desk.data.find(FACILITIES.name, district=call.answers["district"])[:MAX_FACILITIES]
    if not rows:
        return Outcome("none")
    return Outcome(
        "found", {"facilities": [{"id": row["id"], "name": row["name"]} for row in rows]}
    )


def facility_details(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns one facility, with its kind as the outcome.

    Raises ServiceFailed when the data holds a kind that the menu has no words for.
    """
    row = desk.data.one(FACILITIES.name, id=call.answers["facility"])
    if row is None:
        return Outcome("unknown")
    if row["kind"] not in FACILITY_KINDS:
        raise ServiceFailed(
            f"Facility {row['id']} in dataset {FACILITIES.name!r} is of kind {row['kind']!r}. "
            f"Write one of {', '.join(FACILITY_KINDS)} and import the file again."
        )
    return Outcome(row["kind"], {column: row[column] for column in _SHOWN})


def _districts(region: str, desk: Desk) -> Sequence[str]:
    return desk.data.distinct(FACILITIES.name, "district", region=region)[:MAX_DISTRICTS]


def _named(values_name: str, names: Sequence[str]) -> Outcome:
    if not names:
        return Outcome("none")
    return Outcome("found", {values_name: [{"name": name} for name in names]})


def _names(rows: int, column: str) -> ListField:
    return ListField(rows=rows, fields={"name": text_field(FACILITIES, column)})


#: The districts of a region, with a comma and a space behind each.
_ALL_DISTRICTS = TextField(MAX_DISTRICTS * (text_field(FACILITIES, "district").max + 2), TEXT)

LIST_REGIONS = Handler(
    list_regions,
    HandlerContract(
        outcomes={
            "found": {
                "regions": ListField(
                    rows=MAX_REGIONS,
                    fields={"name": text_field(FACILITIES, "region"), "districts": _ALL_DISTRICTS},
                )
            },
            "none": {},
        },
    ),
)
LIST_DISTRICTS = Handler(
    list_districts,
    HandlerContract(
        needs=("region",),
        outcomes={"found": {"districts": _names(MAX_DISTRICTS, "district")}, "none": {}},
    ),
)
LIST_FACILITIES = Handler(
    list_facilities,
    HandlerContract(
        needs=("district",),
        outcomes={
            "found": {
                "facilities": ListField(
                    rows=MAX_FACILITIES,
                    fields={each: text_field(FACILITIES, each) for each in ("id", "name")},
                )
            },
            "none": {},
        },
    ),
)
FACILITY_DETAILS = Handler(
    facility_details,
    HandlerContract(
        needs=("facility",),
        outcomes={
            **{
                kind: {each: text_field(FACILITIES, each) for each in _SHOWN}
                for kind in FACILITY_KINDS
            },
            "unknown": {},
        },
    ),
)
