"""Taking the notice of a birth or a death, and telling how far an identity card is."""

from datetime import date

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    Row,
    Rung,
    ServiceCall,
    ServiceFailed,
    Writes,
    grouped,
)

from .datasets import CARD_STATES, ID_CARDS, text_field
from .report_problem import GROUPED_NUMBER
from .second_facts import REFUSALS, TOLD, proven


def notify_event(call: ServiceCall, desk: Desk) -> Outcome:
    """Opens a case at the registry for a birth or a death, and returns its number."""
    answers = call.answers
    details = {name: answers[name] for name in ("event_date", "district", "person", "informant")}
    kind = answers["kind"]
    if date.fromisoformat(details["event_date"]) > call.at.date():
        return Outcome("in_future")
    number = desk.cases.open(call, service="birth_or_death", category=kind, details=details)
    return Outcome("notified", {"number": grouped(number)})


def id_card(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns how far a card is, to whoever knows the receipt's number and the date of birth.

    Raises ServiceFailed when the data holds a state that the menu has no words for.
    """
    asked = {name: call.answers[name] for name in ("application", "birth_date")}
    row = desk.data.one(ID_CARDS.name, **asked)
    card = proven(call, desk, ID_CARDS.name, of=asked["application"], row=row)
    return card if isinstance(card, Outcome) else _state(card)


def id_card_progress(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns how far a card is, to a phone that has proven before whose it is.

    That is who waits to be told: no date of birth is kept meanwhile. Raises ServiceFailed like
    `id_card`.
    """
    application = call.answers["application"]
    row = desk.data.one(ID_CARDS.name, application=application)
    if row is None or not desk.proofs.known(call, ID_CARDS.name, of=application):
        return Outcome("unknown")
    return _state(row)


def _state(card: Row) -> Outcome:
    if card["status"] not in CARD_STATES:
        raise ServiceFailed(
            f"Dataset {ID_CARDS.name!r} holds the status {card['status']!r}. Write one of "
            f"{', '.join(CARD_STATES)} and import the file again."
        )
    return Outcome(card["status"], {"place": card["place"]})


NOTIFY_EVENT = Handler(
    notify_event,
    HandlerContract(
        needs=("kind", "event_date", "district", "person", "informant"),
        outcomes={"notified": {"number": GROUPED_NUMBER}, "in_future": {}},
        writes=Writes.RECORD,
        storable=True,
    ),
)
_STATES = {state: {"place": text_field(ID_CARDS, "place")} for state in CARD_STATES}
ID_CARD = Handler(
    id_card,
    HandlerContract(
        needs=("application", "birth_date"),
        outcomes={
            **_STATES,
            **REFUSALS,
        },
        messages=(TOLD,),
        personal=True,
        proves=dict.fromkeys(CARD_STATES, Rung.FACT),
        reads=(ID_CARDS.name,),
    ),
)
ID_CARD_PROGRESS = Handler(
    id_card_progress,
    HandlerContract(
        needs=("application",),
        outcomes={**_STATES, "unknown": {}},
        personal=True,
        reads=(ID_CARDS.name,),
    ),
)
