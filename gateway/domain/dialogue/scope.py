"""What a session knows by name: the answers given in its service, and what handlers gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Row, Value
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    ChoiceScreen,
    InputScreen,
    Listing,
    ServiceScreen,
    one_word,
)


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


def labels_chosen(release: Release, session: Session, names: Iterable[str]) -> dict[str, str]:
    """Returns what the lines say that were chosen, by the names of their screens.

    The value of a line is for handlers and conditions; a citizen reads its label. What a handler
    gave under the same name hides it.
    """
    service = session.at.partition(".")[0]
    labels = {}
    for name in names:
        screen = release.screens.get(f"{service}.{name}")
        answer = session.answers.get(f"{service}.{name}")
        if not isinstance(screen, ChoiceScreen) or answer is None or _is_given(session, name):
            continue
        if label := _label_of(session, screen, answer):
            labels[name] = label
    return labels


def _is_given(session: Session, name: str) -> bool:
    return any(isinstance(layer.get(name), str) for layer in session.values)


def _label_of(session: Session, screen: ChoiceScreen, answer: str) -> str:
    """Returns what the line with this value says in the session's language; nothing without any."""
    language, listing = session.language, screen.listing
    if listing is None:
        worth = {option.value: option for option in reversed([*screen.options.values()])}
        values = answer.split() if screen.several else [answer]
        chosen = [worth[value].label[language] for value in values if value in worth]
        return ", ".join(label.fill(texts_known(session)) for label in chosen)
    rows = [
        row
        for layer in reversed(session.values)
        if not isinstance(given := layer.get(listing.rows, ""), str)
        for row in given
    ]
    label = listing.label[language]
    if screen.several is None:
        return next((label.fill(row) for row in rows if row.get(listing.value) == answer), "")
    called = {one_word(row.get(listing.value, "")): label.fill(row) for row in reversed(rows)}
    return ", ".join(called[value] for value in answer.split() if value in called)


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
    """Returns the answers that a service screen gives its handler, under the names it knows.

    What is not answered may have been given by a handler before: the number of the case opened.
    """
    service = screen.id.partition(".")[0] + "."
    answers = {
        at.removeprefix(service): value
        for at, value in session.answers.items()
        if at.startswith(service)
    }
    for argument, name in screen.arguments.items():
        answers[argument] = answers.get(name, "") or _given(session, name)
    return answers


def _given(session: Session, name: str) -> str:
    """Returns the text that a handler of this dialogue gave last under a name."""
    value = value_of(session, name)
    return value if isinstance(value, str) else ""


def unsent(release: Release, session: Session) -> Complaint | None:
    """Returns the sentence for answers that a record or a report needs, while it is not stored.

    None where nothing was answered, where all is stored, and where nothing would be stored.
    """
    if session.written or not needed_answers(release, session):
        return None
    title = release.service_of(session.at).title[session.language].fill({})
    return Complaint("not_sent", {"service": title})


def needed_answers(release: Release, session: Session) -> dict[str, str]:
    """Returns the answers, by screen id, that a record or a report of the service needs."""
    service = session.at.partition(".")[0]
    found = {}
    for at, answer in session.answers.items():
        screen = release.screens.get(at)
        needed = isinstance(screen, ChoiceScreen | InputScreen) and screen.needed
        if needed and at.partition(".")[0] == service:
            found[at] = answer
    return found


def is_stored(session: Session, answers: Mapping[str, str]) -> bool:
    """Returns whether all that is stored of the session's service is what these answers say."""
    stored = session.stored
    if not stored or not is_in_service_of(session, next(iter(stored))):
        return False
    return all(answers.get(at) == said for at, said in stored.items())


def is_in_service_of(session: Session, screen: str) -> bool:
    """Returns whether a session stands in the service that a screen, given by its id, is of."""
    return session.at.partition(".")[0] == screen.partition(".")[0]
