"""Reminding parents of the days on which a child is due for vaccination."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from gateway.handler_api import (
    TEXT,
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    Row,
    ServiceCall,
    TextField,
    Writes,
)

from .datasets import IMMUNISATION_SCHEDULE, text_field
from .dates import DAY
from .tables import CHILDREN

TOPIC = "vaccination"
MESSAGE = "vaccination_due"
#: A text in the morning of the day before leaves time to arrange the way.
REMINDER_HOUR = time(10)
MAX_CHILDREN = 8

_NAME = TextField(30, TEXT)
_VACCINES = text_field(IMMUNISATION_SCHEDULE, "vaccines")
_NEXT = {"child_name": _NAME, "vaccines": _VACCINES, "due": DAY}


def register_child(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps a child and schedules a reminder for each visit that lies ahead.

    A child that is registered again keeps its id, so its reminders are replaced, not doubled.
    """
    name, born = call.answers["child_name"], date.fromisoformat(call.answers["birth_date"])
    if born > call.at.date():
        return Outcome("not_born")
    visits = _visits_ahead(desk, born, call.at.date())
    if not visits:
        return Outcome("complete")
    children = desk.records.mine(CHILDREN.name, call)
    known = {(row["name"], row["birth_date"]): row["id"] for row in children}
    id = known.get((name, born.isoformat()), call.key)
    row = {"id": id, "name": name, "birth_date": born.isoformat()}
    desk.records.put(CHILDREN.name, call, row)
    desk.my.set_consent(call, TOPIC, on=True)  # who asks for the reminders after STOP gets them
    for visit, due in visits:
        desk.reminders.schedule(
            call,
            message=MESSAGE,
            values={"child": name, "vaccines": visit["vaccines"], "due": due.isoformat()},
            at=max(call.at, _morning_before(due, call.at)),
            topic=TOPIC,
            key=f"{id} {visit['visit']}",
        )
    return Outcome("registered", _next(name, visits))


def my_children(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the children that this subscriber has registered, the newest last."""
    rows = desk.records.mine(CHILDREN.name, call)[-MAX_CHILDREN:]
    if not rows:
        return Outcome("none")
    return Outcome("found", {"children": [{"id": row["id"], "name": row["name"]} for row in rows]})


def next_vaccination(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the next visit of a child of this subscriber."""
    id = call.answers["child"]
    for row in desk.records.mine(CHILDREN.name, call):
        if row["id"] == id:
            visits = _visits_ahead(desk, date.fromisoformat(row["birth_date"]), call.at.date())
            return Outcome("next", _next(row["name"], visits)) if visits else Outcome("complete")
    return Outcome("unknown")


def stop_vaccination_reminders(call: ServiceCall, desk: Desk) -> Outcome:
    """Takes back all reminders of this subscriber and forgets the children."""
    desk.reminders.cancel(call, TOPIC)
    desk.records.remove(CHILDREN.name, call)
    return Outcome("stopped")


def _visits_ahead(desk: Desk, born: date, today: date) -> Sequence[tuple[Row, date]]:
    visits = [
        (row, born + timedelta(days=int(row["age_days"])))
        for row in desk.data.find(IMMUNISATION_SCHEDULE.name)
    ]
    return sorted((each for each in visits if each[1] > today), key=lambda each: each[1])


def _morning_before(due: date, at: datetime) -> datetime:
    return datetime.combine(due - timedelta(days=1), REMINDER_HOUR, at.tzinfo)


def _next(name: str, visits: Sequence[tuple[Row, date]]) -> dict[str, str]:
    visit, due = visits[0]
    return {"child_name": name, "vaccines": visit["vaccines"], "due": due.isoformat()}


REGISTER_CHILD = Handler(
    register_child,
    HandlerContract(
        needs=("child_name", "birth_date"),
        outcomes={"registered": _NEXT, "not_born": {}, "complete": {}},
        writes=Writes.RECORD,
        messages=(MESSAGE,),
        promises_sms=True,
    ),
)
MY_CHILDREN = Handler(
    my_children,
    HandlerContract(
        outcomes={
            "found": {
                "children": ListField(
                    rows=MAX_CHILDREN, fields={"id": TextField(80, TEXT), "name": _NAME}
                )
            },
            "none": {},
        },
    ),
)
NEXT_VACCINATION = Handler(
    next_vaccination,
    HandlerContract(
        needs=("child",),
        outcomes={"next": _NEXT, "complete": {}, "unknown": {}},
    ),
)
STOP_VACCINATION_REMINDERS = Handler(
    stop_vaccination_reminders, HandlerContract(outcomes={"stopped": {}}, writes=Writes.RECORD)
)
