"""What the law gives each citizen: to see what is held and who looked, to delete and to stop.

It needs Python, since what is held stands all over the database; wishes for a correction and
objections are kept by forms/correction.yaml and forms/objection.yaml.
"""

from gateway.handler_api import (
    TEXT,
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    Prose,
    ServiceCall,
    TextField,
    WholeNumber,
    Writes,
)

from .dates import DAY

MAX_LOOKS = 20
#: What was told is read back in so many rows at most, each in so many lines.
MAX_TOLD, MAX_LINES = 20, 80
#: Who looked is shown on a line, shortened if need be, and named in full to whoever answers for it.
_WHO = TextField(30, Prose())
_LOOK = TextField(120, TEXT)
_TITLE = TextField(30, Prose())
#: What the menu has a word for, and what the desk calls it; all the rest is counted as `other`.
COUNTED = {
    "cases": "cases",
    "sms_received": "sms",
    "sms_sent": "sms",
    "children": "children",
    "subscriptions": "subscriptions",
    "reminders": "reminders",
    "kept_questions": "reminders",
}
_SORTS = (*dict.fromkeys(COUNTED.values()), "other")
_COUNT = TextField(7, WholeNumber())


def my_held_data(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns how many entries of each sort are held, the rest as `other`."""
    counts = dict.fromkeys(_SORTS, 0)
    for row in desk.my.held(call):
        counts[COUNTED.get(row["what"], "other")] += int(row["count"])
    if not any(counts.values()):
        return Outcome("nothing")
    return Outcome("held", {sort: str(count) for sort, count in counts.items()})


def who_looked(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns who has read the citizen's data on which day, the newest first."""
    looks = sorted(desk.my.who_looked(call), key=lambda row: row["at"], reverse=True)[:MAX_LOOKS]
    if not looks:
        return Outcome("nobody")
    rows = [
        {"day": look["at"], "who": look["who"], "look": f"{look['at']} {look['who']}"}
        for look in looks
    ]
    return Outcome("looked", {"looks": rows})


def what_i_told(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns what the citizen has stored by forms, the newest first."""
    entries = [
        {"entry": row["entry"], "title": row["title"], "day": row["at"]}
        for row in desk.my.told(call)
    ]
    return Outcome("told", {"entries": entries}) if entries else Outcome("nothing")


def read_what_i_told(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns one of these, an answer a line."""
    lines = desk.my.told_again(call, call.answers["entry"])
    if not lines:
        return Outcome("gone")
    return Outcome("told", {"lines": [{"line": line} for line in lines]})


def erase_my_data(call: ServiceCall, desk: Desk) -> Outcome:
    """Erases what no law wants kept."""
    desk.my.erase(call)
    return Outcome("erased")


def set_topic(call: ServiceCall, desk: Desk) -> Outcome:
    """Stops or starts the texts about a topic."""
    topic, on = call.answers["topic"], call.answers["state"] == "on"
    desk.my.set_consent(call, topic, on)
    return Outcome("on" if on else "off")


MY_HELD_DATA = Handler(
    my_held_data,
    HandlerContract(
        outcomes={
            "held": dict.fromkeys(_SORTS, _COUNT),
            "nothing": {},
        },
        personal=True,
    ),
)
WHO_LOOKED = Handler(
    who_looked,
    HandlerContract(
        outcomes={
            "looked": {
                "looks": ListField(
                    rows=MAX_LOOKS,
                    fields={
                        "who": _WHO,
                        "day": DAY,
                        "look": _LOOK,
                    },
                )
            },
            "nobody": {},
        },
        personal=True,
    ),
)
WHAT_I_TOLD = Handler(
    what_i_told,
    HandlerContract(
        outcomes={
            "told": {
                "entries": ListField(
                    rows=MAX_TOLD,
                    fields={"entry": TextField(60, TEXT), "title": _TITLE, "day": DAY},
                )
            },
            "nothing": {},
        },
        personal=True,
    ),
)
READ_WHAT_I_TOLD = Handler(
    read_what_i_told,
    HandlerContract(
        needs=("entry",),
        outcomes={
            "told": {"lines": ListField(rows=MAX_LINES, fields={"line": TextField(40, TEXT)})},
            "gone": {},
        },
        personal=True,
    ),
)
ERASE_MY_DATA = Handler(
    erase_my_data,
    HandlerContract(outcomes={"erased": {}}, writes=Writes.RECORD, personal=True, erases=True),
)
SET_TOPIC = Handler(
    set_topic,
    HandlerContract(
        needs=("topic", "state"), outcomes={"on": {}, "off": {}}, writes=Writes.PREFERENCE
    ),
)
