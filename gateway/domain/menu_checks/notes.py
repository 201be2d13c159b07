"""What a menu should say otherwise: no fault yet. The next version takes none of it any more.

But for advice on how a page reads, which a deployment asks for and nothing is held to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.datasets.column_kinds import (
    Amount,
    ColumnKind,
    Day,
    Form,
    Moment,
    WholeNumber,
)
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Place, nearest
from gateway.domain.handler_contract.back_end_names import key_and_name
from gateway.domain.handler_contract.service_call import HandlerContract, TextField
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.kept_questions import written_at
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu_checks.candidate import CALLS_FILE, Candidate, Review, texts_of, ways_on
from gateway.domain.menu_checks.reading_ease import hard_to_read
from gateway.domain.text.localised_text import LocalisedText

#: The kinds that a filter shows otherwise than they come. A `Form` may be a time of day.
_NUMBERS = (WholeNumber, Amount)
_TAKEN_BY: Mapping[str, tuple[type, ...]] = {
    "number": _NUMBERS,
    "money": _NUMBERS,
    "plural": _NUMBERS,
    "date": (Day, Moment),
    "time": (Moment, Form),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a place in a menu's files; `advice` is never a fault, in no version."""

    place: Place
    sentence: Sentence
    advice: bool = False

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.sentence}"


def notes(menu: Candidate, contracts: Mapping[str, HandlerContract]) -> list[Note]:
    """Returns what is noted of a menu that has no faults, in the order of its files."""
    declared = menu.release.declared_contracts
    review = Review(menu=menu, contracts={**contracts, **declared})
    found = [
        *_values_without_kind(review),
        *_filters_of_other_kinds(review),
        *_answers_not_shown(review),
        *_hard_to_read(review),
    ]
    return sorted(set(found), key=lambda note: (note.place.file, note.place.line, note.sentence))


def _hard_to_read(review: Review) -> Iterator[Note]:
    """What asks more of who reads little than the deployment wants."""
    if review.menu.reading.strict:
        return  # they are faults there
    for hard in hard_to_read(review):
        yield Note(
            _place(review.menu, hard.path),
            Sentence("Hard to read: %(sentence)s", sentence=hard.sentence),
            advice=True,
        )


def _values_without_kind(review: Review) -> Iterator[Note]:
    """Of each value that a call or handler gives, what it is should be declared."""
    menu, told = review.menu, set()
    for screen in menu.release.each(ServiceScreen):
        key, name = key_and_name(screen.handler)
        contract = review.contracts.get(screen.handler)
        if contract is None or not contract.without_kind or screen.handler in told:
            continue
        told.add(screen.handler)
        is_call = key == "call"
        path = (CALLS_FILE, name) if is_call else (screen.id, "handler")
        names = ", ".join(contract.without_kind)
        if is_call:
            sentence = Sentence(
                "Call '%(name)s' gives values without a kind: %(names)s. Say what each is; the "
                "kinds stand in docs/calls.md.",
                name=name,
                names=names,
            )
        else:
            sentence = Sentence(
                "Handler '%(name)s' gives values without a kind: %(names)s. Say what each is; the "
                "kinds stand in docs/handlers.md.",
                name=name,
                names=names,
            )
        yield Note(_place(menu, path), sentence)


def _filters_of_other_kinds(review: Review) -> Iterator[Note]:
    """A filter that a value's kind never fits shows the value as it came: 2026-12-04."""
    menu = review.menu
    for service in menu.written_services():
        screens = menu.screens_of(service).values()
        kinds = _kinds_given(review, screens)
        for path, text in (each for screen in screens for each in texts_of(screen)):
            for name, one in dict.fromkeys(_filtered(text)):
                known = kinds.get(name)
                if known and not any(isinstance(kind, _TAKEN_BY[one]) for kind in known):
                    sentence = Sentence(
                        "{%(name)s|%(one)s} shows the value as it came: a handler or "
                        "call gives '%(name)s', and its kind is another.",
                        name=name,
                        one=one,
                    )
                    yield Note(_place(menu, path), sentence)


def _filtered(text: LocalisedText) -> Iterator[tuple[str, str]]:
    """Yields the placeholders of a text that have a filter, each with its sort."""
    for template in text.by_language.values():
        for name, one in zip(template.names, template.filters, strict=False):  # none, or one each
            if one is not None:
                yield name, one.kind


def _kinds_given(review: Review, screens: Iterable[Screen]) -> dict[str, list[ColumnKind]]:
    """Returns of which kinds the texts are that the handlers of these screens give."""
    kinds: dict[str, list[ColumnKind]] = {}
    for screen in screens:
        contract = None
        if isinstance(screen, ServiceScreen):
            contract = review.contracts.get(screen.handler)
        for given in contract.outcomes.values() if contract else ():
            for name, one in given.items():
                if isinstance(one, TextField) and one.kind is not None:
                    kinds.setdefault(name, []).append(one.kind)
    return kinds


def _answers_not_shown(review: Review) -> Iterator[Note]:
    """An end says what it rests on: texts are read with some tolerance, and several at once.

    It rests on the answers that every call on the way to it needs. Secrets are left out, free
    texts, sensitive services, and what is written: that is read back before.
    """
    menu = review.menu
    for service in menu.written_services():
        if menu.release.services[service].sensitive or not menu.is_whole(service):
            continue
        for end, needed in _rests_on(review, service).items():
            screen = menu.release.screens[end]
            if not isinstance(screen, EndScreen):
                continue
            for name in sorted(needed - set(screen.says)):
                if all(name in template.names for template in screen.text.by_language.values()):
                    continue
                if _is_exempt(menu, f"{service}.{name}"):
                    continue
                written = written_at(end)
                sentence = Sentence(
                    "'%(end)s' rests on the answer '%(name)s' and does not show it "
                    "in every language: what was understood may not be what was meant. "
                    "Write {%(name)s}, or `says: [%(name)s]` where its words say so "
                    "by themselves.",
                    end=written.partition(".")[2],
                    name=name,
                )
                yield Note(_place(menu, (written, "end")), sentence)


def _rests_on(review: Review, service: str) -> dict[str, set[str]]:
    """Returns the ends behind a call that reads, with the answers that all ways to them need."""
    menu = review.menu
    needed: dict[str, set[str]] = {}
    behind_reading: set[str] = set()
    for screen in menu.screens_of(service).values():
        contract, rests = None, set[str]()
        match screen:
            case ServiceScreen():
                contract = review.contracts.get(screen.handler)
                needs = contract.needs if contract else ()
                rests = {screen.arguments.get(need, need) for need in needs}
            case ChoiceScreen() | InputScreen():
                pass
            case EndScreen() | OpenScreen() | BranchScreen():
                continue  # a branch belongs to the screen before it
            case _:
                assert_never(screen)
        for end in _ends_behind(menu, screen.id, service):
            needed[end] = needed[end] & rests if end in needed else set(rests)
            if contract is not None and not contract.writes:
                behind_reading.add(end)
    return {end: rests for end, rests in needed.items() if end in behind_reading}


def _ends_behind(menu: Candidate, screen: str, service: str) -> set[str]:
    """Returns the ends of a service that follow without another question or call."""
    found: set[str] = set()
    waiting = [screen]
    while waiting:
        for _, goto in ways_on(menu, menu.release.screens[waiting.pop()]):
            following = menu.release.screens.get(goto)
            match following:
                case EndScreen() if goto.partition(".")[0] == service:
                    found.add(goto)
                case BranchScreen():
                    waiting.append(goto)
                case EndScreen() | ChoiceScreen() | InputScreen() | ServiceScreen():
                    pass
                case OpenScreen() | None:
                    pass
                case _:
                    assert_never(following)
    return found


def _is_exempt(menu: Candidate, answer: str) -> bool:
    screen = menu.release.screens.get(answer)
    match screen:
        case InputScreen():
            return screen.secret or KINDS[screen.accepts.kind].free_text
        case ChoiceScreen():
            return False
        case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen() | None:
            return True
        case _:
            assert_never(screen)


def _place(menu: Candidate, path: Path) -> Place:
    return nearest(menu.spots, path).key
