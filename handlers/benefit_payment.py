"""Telling when a benefit is paid: to the phone that has proven whose it is, behind a PIN."""

from gateway.handler_api import Desk, Handler, HandlerContract, Outcome, ServiceCall

from .datasets import BENEFITS, text_field
from .dates import DAY
from .tables import BENEFIT_OWNERS, FAILED_PROOFS

PIN_SERVICE = "benefit_payment"
#: So many dates of birth may be wrong on one day, for one phone.
MOST_FAILED_PROOFS = 5


def benefit_pin_state(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns whether this phone has a PIN and has proven to be the owner's."""
    id_number = call.answers["id_number"]
    known = desk.pins.is_set(call, PIN_SERVICE) and _is_owner(call, desk, id_number)
    return Outcome("known" if known else "new")


def prove_benefit_owner(call: ServiceCall, desk: Desk) -> Outcome:
    """Ties the phone to a number when the date of birth fits, and clears the way for a new PIN.

    Which of the two was wrong is not told.
    """
    asked = {name: call.answers[name] for name in ("id_number", "birth_date")}
    today = call.at.date().isoformat()
    failed = [
        row
        for row in desk.records.mine(FAILED_PROOFS.name, call)
        if row["day"] == today and row["call"] != call.key
    ]
    if len(failed) >= MOST_FAILED_PROOFS:
        return Outcome("too_often")
    if desk.data.one(BENEFITS.name, **asked) is None:
        desk.records.put(FAILED_PROOFS.name, call, {"call": call.key, "day": today})
        return Outcome("unknown")
    desk.records.put(BENEFIT_OWNERS.name, call, {"id_number": asked["id_number"]})
    desk.pins.reset(call, PIN_SERVICE)
    return Outcome("proved")


def set_benefit_pin(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps a first PIN. One that is set can only be replaced after a proof has cleared it."""
    pin, id_number = call.answers["new_pin"], call.answers["id_number"]
    if not _is_owner(call, desk, id_number):
        return Outcome("not_proved")
    if desk.pins.is_set(call, PIN_SERVICE):  # by this same call, or by one without a proof
        same = desk.pins.verify(call, PIN_SERVICE, pin) == "ok"
        return Outcome("set" if same else "not_proved")
    desk.pins.set(call, PIN_SERVICE, pin)
    return Outcome("set")


def benefit_payment(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns date, amount and place of the next payment when the PIN is right."""
    pin, id_number = call.answers["pin"], call.answers["id_number"]
    verdict = desk.pins.verify(call, PIN_SERVICE, pin)
    if verdict != "ok":
        return Outcome(verdict)
    row = desk.data.one(BENEFITS.name, id_number=id_number)
    if row is None or not _is_owner(call, desk, id_number):
        return Outcome("unknown")
    due = row["pay_date"]
    if due < call.at.date().isoformat():
        return Outcome("paid", {"due": due})
    return Outcome("due", {"due": due, "amount": row["amount"], "place": row["place"]})


def _is_owner(call: ServiceCall, desk: Desk, id_number: str) -> bool:
    owned = desk.records.mine(BENEFIT_OWNERS.name, call)
    return any(row["id_number"] == id_number for row in owned)


BENEFIT_PIN_STATE = Handler(
    benefit_pin_state,
    HandlerContract(needs=("id_number",), outcomes={"known": {}, "new": {}}),
)
PROVE_BENEFIT_OWNER = Handler(
    prove_benefit_owner,
    HandlerContract(
        needs=("id_number", "birth_date"),
        outcomes={"proved": {}, "unknown": {}, "too_often": {}},
        writes=True,
    ),
)
SET_BENEFIT_PIN = Handler(
    set_benefit_pin,
    HandlerContract(
        needs=("id_number", "new_pin"),
        outcomes={"set": {}, "not_proved": {}},
        writes=True,
    ),
)
BENEFIT_PAYMENT = Handler(
    benefit_payment,
    HandlerContract(
        needs=("id_number", "pin"),
        outcomes={
            "due": {
                "due": DAY,
                "amount": text_field(BENEFITS, "amount"),
                "place": text_field(BENEFITS, "place"),
            },
            "paid": {"due": DAY},
            "wrong": {},
            "locked": {},
            "unset": {},
            "unknown": {},
        },
    ),
)
