"""Reminding parents of the days on which a child is due for vaccination.

It needs Python, since the days are worked out from a schedule, and each is a reminder.
"""

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
    Rung,
    ServiceCall,
    TextField,
    Writes,
)

from .datasets import IMMUNISATION_SCHEDULE, text_field
from .dates import DAY
from .second_facts import REFUSALS, refusal
from .tables import CHILDREN

SERVICE = "vaccination"
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
            key=_reminder(id, visit),
        )
    return Outcome("registered", _next(name, visits))


def children_born(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the next visit of the child born on a day, or the children where they are several.

    The day proves that whoever asks knows the child: others hold the phone, too, and one day the
    number is somebody else's. That no child is registered is not told apart from a wrong day.
    """
    rows = _born(call, desk)
    refused = refusal(call, desk, SERVICE, of=_of(call), fits=bool(rows))
    if refused is not None:
        return refused
    if len(rows) > 1:
        shown = rows[-MAX_CHILDREN:]
        return Outcome(
            "several", {"children": [{"id": row["id"], "name": row["name"]} for row in shown]}
        )
    return _visit_of(call, desk, rows[0])


def next_vaccination(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the next visit of one of several children."""
    id = call.answers["child"]
    for row in desk.records.mine(CHILDREN.name, call):
        if row["id"] == id:
            return _visit_of(call, desk, row)
    return Outcome("unknown")


def forget_children(call: ServiceCall, desk: Desk) -> Outcome:
    """Forgets the children who were born on a day, and takes their reminders back."""
    rows = _born(call, desk)
    refused = refusal(call, desk, SERVICE, of=_of(call), fits=bool(rows))
    if refused is not None:
        return refused
    visits = desk.data.find(IMMUNISATION_SCHEDULE.name)
    for row in rows:
        for visit in visits:
            desk.reminders.cancel(call, TOPIC, _reminder(row["id"], visit))
        desk.records.remove(CHILDREN.name, call, id=row["id"])
    return Outcome("forgotten")


def _born(call: ServiceCall, desk: Desk) -> Sequence[Row]:
    born = call.answers["born"]
    rows = desk.records.mine(CHILDREN.name, call)
    return [row for row in rows if row["birth_date"] == born]


def _of(call: ServiceCall) -> str:
    """Returns whose children are asked for, for the count of wrong days."""
    return call.subscriber.as_stored


def _visit_of(call: ServiceCall, desk: Desk, row: Row) -> Outcome:
    visits = _visits_ahead(desk, date.fromisoformat(row["birth_date"]), call.at.date())
    return Outcome("next", _next(row["name"], visits)) if visits else Outcome("complete")


def _reminder(child: str, visit: Row) -> str:
    return f"{child} {visit['visit']}"


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
        writes_by=("registered",),
        messages=(MESSAGE,),
        promises_sms=True,
    ),
)
CHILDREN_BORN = Handler(
    children_born,
    HandlerContract(
        needs=("born",),
        outcomes={
            "next": _NEXT,
            "complete": {},
            "several": {
                "children": ListField(
                    rows=MAX_CHILDREN, fields={"id": TextField(80, TEXT), "name": _NAME}
                )
            },
            **REFUSALS,
        },
        personal=True,
        proves=dict.fromkeys(("next", "complete", "several"), Rung.FACT),
    ),
)
NEXT_VACCINATION = Handler(
    next_vaccination,
    HandlerContract(
        needs=("child",),
        outcomes={"next": _NEXT, "complete": {}, "unknown": {}},
        personal=True,
    ),
)
FORGET_CHILDREN = Handler(
    forget_children,
    HandlerContract(
        needs=("born",),
        outcomes={"forgotten": {}, **REFUSALS},
        writes=Writes.RECORD,
        writes_by=("forgotten",),
        personal=True,
        erases=True,
        proves={"forgotten": Rung.FACT},
    ),
)
