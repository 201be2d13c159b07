"""A PIN of one's own in front of what is held on a phone, where nothing else proves who asks.

Whoever holds the phone may choose one, and it counts only after some days. Meanwhile the phone is
told twice, and whoever opens the service can take it back. So nobody who has borrowed the phone for
an hour sees or erases anything, and nobody who forgot their PIN is shut out for good.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    Rung,
    ServiceCall,
    Writes,
)

from .dates import DAY
from .tables import OWN_PINS

SERVICE = "own_pin"
#: Long enough for the owner of a shared phone to read an SMS.
WAIT = timedelta(days=3)
#: Told in the morning of the day before it counts, when there is still time to take it back.
TOLD_AT = time(10)
MESSAGE = "own_pin_counts"
#: The topic of what is told about tries to come at somebody's data.
TOPIC = "tries"


def own_pin_state(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns whether a PIN counts, waits for its day, or was never chosen."""
    today = call.at.date()
    days = _days(call, desk)
    if any(day <= today for day in days):
        return Outcome("set")
    return Outcome("waits", {"day": days[-1].isoformat()}) if days else Outcome("none")


def prove_own_pin(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns what the PIN is worth; the right one takes back a newer one that waits.

    Who still knows the old one needs no new one, and somebody else may have chosen that.
    """
    pin, today = call.answers["pin"], call.at.date()
    days = _days(call, desk)
    counting = [day for day in days if day <= today]
    if not counting:
        return Outcome("none")
    verdict = desk.pins.verify(call, SERVICE, pin, of=counting[-1].isoformat())
    if verdict == "ok":
        _forget(call, desk, [day for day in days if day != counting[-1]])
        return Outcome("proved")
    return Outcome("none" if verdict == "unset" else verdict)


def choose_own_pin(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps a PIN that counts some days from now, in the place of one that waits."""
    today = call.at.date()
    counts = today + WAIT
    _forget(call, desk, [day for day in _days(call, desk) if today < day != counts])
    desk.pins.set(call, SERVICE, call.answers["new_pin"], of=counts.isoformat())
    desk.records.put(OWN_PINS.name, call, {"counts_from": counts.isoformat()})
    if call.by_sms:
        desk.reminders.schedule(
            call,
            message=MESSAGE,
            values={"day": counts.isoformat()},
            at=datetime.combine(counts - timedelta(days=1), TOLD_AT, call.at.tzinfo),
            topic=TOPIC,
            key=SERVICE,
        )
    return Outcome("chosen", {"day": counts.isoformat()})


def take_back_own_pin(call: ServiceCall, desk: Desk) -> Outcome:
    """Takes back a PIN that waits for its day; anybody may, since it opens nothing."""
    today = call.at.date()
    _forget(call, desk, [day for day in _days(call, desk) if day > today])
    return Outcome("taken_back")


def _days(call: ServiceCall, desk: Desk) -> Sequence[date]:
    """Returns the days from which the PINs of a phone count, the last one last."""
    rows = desk.records.mine(OWN_PINS.name, call)
    return sorted(date.fromisoformat(row["counts_from"]) for row in rows)


def _forget(call: ServiceCall, desk: Desk, days: Sequence[date]) -> None:
    if any(day > call.at.date() for day in days):
        desk.reminders.cancel(call, TOPIC, SERVICE)
    for day in days:
        desk.records.remove(OWN_PINS.name, call, counts_from=day.isoformat())
        desk.pins.reset(call, SERVICE, of=day.isoformat())


OWN_PIN_STATE = Handler(
    own_pin_state, HandlerContract(outcomes={"set": {}, "waits": {"day": DAY}, "none": {}})
)
PROVE_OWN_PIN = Handler(
    prove_own_pin,
    HandlerContract(
        needs=("pin",),
        outcomes={"proved": {}, "wrong": {}, "locked": {}, "none": {}},
        proves={"proved": Rung.PIN},
    ),
)
CHOOSE_OWN_PIN = Handler(
    choose_own_pin,
    HandlerContract(
        needs=("new_pin",),
        outcomes={"chosen": {"day": DAY}},
        writes=Writes.PREFERENCE,
        messages=(MESSAGE,),
    ),
)
TAKE_BACK_OWN_PIN = Handler(
    take_back_own_pin,
    HandlerContract(outcomes={"taken_back": {}}, writes=Writes.RECORD),
)
