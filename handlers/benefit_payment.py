"""Telling when a benefit is paid: to the phone that has proven whose it is, behind a PIN.

It needs Python, since a PIN is chosen, checked and locked, and a phone tied to an ID number.
"""

from gateway.handler_api import Desk, Handler, HandlerContract, Outcome, Rung, ServiceCall, Writes

from .datasets import BENEFITS, text_field
from .dates import DAY
from .second_facts import REFUSALS, TOLD, proven
from .tables import BENEFIT_OWNERS

PIN_SERVICE = "benefit_payment"


class _Benefit:
    """The benefit that is asked for, as this phone may see it: its owner's phone, and its PIN.

    People share phones: each ID number has a PIN of its own, and a proof clears that one alone.
    """

    def __init__(self, call: ServiceCall, desk: Desk) -> None:
        self.id_number = call.answers["id_number"]
        self._call = call
        self._desk = desk

    def is_owned(self) -> bool:
        """Returns whether this phone has proven to be the owner's."""
        owned = self._desk.records.mine(BENEFIT_OWNERS.name, self._call)
        return any(row["id_number"] == self.id_number for row in owned)

    def own(self) -> None:
        """Ties the phone to the number, and clears the way for a new PIN."""
        self._desk.records.put(BENEFIT_OWNERS.name, self._call, {"id_number": self.id_number})
        self._desk.pins.reset(self._call, PIN_SERVICE, of=self.id_number)

    def has_pin(self) -> bool:
        """Returns whether there is a PIN, locked or not."""
        return self._desk.pins.is_set(self._call, PIN_SERVICE, of=self.id_number)

    def set_pin(self, pin: str) -> None:
        """Keeps a PIN."""
        self._desk.pins.set(self._call, PIN_SERVICE, pin, of=self.id_number)

    def verify(self, pin: str) -> str:
        """Returns what the PIN is worth: ok, wrong, locked or unset."""
        return self._desk.pins.verify(self._call, PIN_SERVICE, pin, of=self.id_number)


def benefit_pin_state(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns whether this phone has a PIN for the number and has proven to be the owner's."""
    benefit = _Benefit(call, desk)
    return Outcome("known" if benefit.has_pin() and benefit.is_owned() else "new")


def prove_benefit_owner(call: ServiceCall, desk: Desk) -> Outcome:
    """Ties the phone to a number when the date of birth fits, and clears the way for a new PIN.

    Which of the two was wrong is not told.
    """
    benefit = _Benefit(call, desk)
    asked = {"id_number": benefit.id_number, "birth_date": call.answers["birth_date"]}
    row = desk.data.one(BENEFITS.name, **asked)
    proof = proven(call, desk, PIN_SERVICE, of=benefit.id_number, row=row)
    if isinstance(proof, Outcome):
        return proof
    benefit.own()
    return Outcome("proved")


def set_benefit_pin(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps a first PIN. One that is set can only be replaced after a proof has cleared it."""
    benefit, pin = _Benefit(call, desk), call.answers["new_pin"]
    if not benefit.is_owned():
        return Outcome("not_proved")
    if benefit.has_pin():  # set by this same call, or by one without a proof
        return Outcome("set" if benefit.verify(pin) == "ok" else "not_proved")
    benefit.set_pin(pin)
    return Outcome("set")


def benefit_payment(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns date, amount and place of the next payment when the PIN is right."""
    benefit = _Benefit(call, desk)
    verdict = benefit.verify(call.answers["pin"])
    if verdict != "ok":
        return Outcome(verdict)
    row = desk.data.one(BENEFITS.name, id_number=benefit.id_number)
    if row is None or not benefit.is_owned():
        return Outcome("unknown")
    due = row["pay_date"]
    if due < call.at.date().isoformat():
        return Outcome("paid", {"due": due})
    return Outcome("due", {"due": due, "amount": row["amount"], "place": row["place"]})


BENEFIT_PIN_STATE = Handler(
    benefit_pin_state,
    HandlerContract(needs=("id_number",), outcomes={"known": {}, "new": {}}),
)
PROVE_BENEFIT_OWNER = Handler(
    prove_benefit_owner,
    HandlerContract(
        needs=("id_number", "birth_date"),
        outcomes={"proved": {}, **REFUSALS},
        messages=(TOLD,),
        proves={"proved": Rung.FACT},
        writes=Writes.PREFERENCE,
    ),
)
SET_BENEFIT_PIN = Handler(
    set_benefit_pin,
    HandlerContract(
        needs=("id_number", "new_pin"),
        outcomes={"set": {}, "not_proved": {}},
        writes=Writes.PREFERENCE,
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
        personal=True,
        proves={"due": Rung.PIN, "paid": Rung.PIN},
    ),
)
