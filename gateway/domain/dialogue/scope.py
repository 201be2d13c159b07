"""What a session knows by name: the answers given in its service, and what handlers gave."""

from __future__ import annotations

from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Row, Value
from gateway.domain.menu.screens import Listing, ServiceScreen


def texts_known(session: Session) -> dict[str, str]:
    """Returns the texts that placeholders and conditions may use where the session stands.

    The newest value of a handler hides an older one, and an answer of the same name.
    """
    service = session.at.partition(".")[0] + "."
    values = {
        at.removeprefix(service): value
        for at, value in session.answers.items()
        if at.startswith(service)
    }
    for layer in session.values:
        values.update((name, value) for name, value in layer.items() if isinstance(value, str))
    return values


def rows_of(session: Session, listing: Listing) -> list[Row]:
    """Returns the rows a listing shows, from the newest handler that gave them."""
    found = value_of(session, listing.rows)
    return [] if isinstance(found, str) else list(found)


def value_of(session: Session, name: str) -> Value:
    """Returns what a handler gave under this name, the newest first; empty when none did."""
    for layer in reversed(session.values):
        if name in layer:
            return layer[name]
    return ""


def answers_for(session: Session, screen: ServiceScreen) -> dict[str, str]:
    """Returns the answers that a service screen gives its handler, under the names it knows."""
    service = screen.id.partition(".")[0] + "."
    answers = {
        at.removeprefix(service): value
        for at, value in session.answers.items()
        if at.startswith(service)
    }
    for argument, name in screen.arguments.items():
        answers[argument] = answers.get(name, "")
    return answers
