"""The menu as boxes and arrows, to be drawn as text, as a diagram or as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.menu.kept_questions import written_at
from gateway.domain.menu.release import HOME_SERVICE, Release, Service
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu_checks.ways.graph import entrances, reachable
from gateway.domain.text.localised_text import LocalisedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A way from one box to another; `label` is what leads there."""

    label: str
    goto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A screen: its name, what it says (or calls), and where it leads.

    `reached` tells whether a citizen can come to it; `kind` is one of choice, input, calls, end,
    open and branch.
    """

    id: str
    kind: str
    says: str
    arrows: Sequence[Arrow]
    reached: bool

    @property
    def name(self) -> str:
        """Returns the name within the service."""
        return self.id.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A service: its title, how one comes to it, and its boxes, the first one first."""

    id: str
    title: str
    start: str
    entrances: str
    boxes: Sequence[Box]


def drawing(release: Release, language: str) -> Sequence[Room]:
    """Returns the services of a menu in one language, home first.

    The menu may have faults: arrows that lead nowhere are kept, and name what they would lead to.
    """
    reached = set(reachable(release, entrances(release)))
    ids = [HOME_SERVICE, *(id for id in release.services if id != HOME_SERVICE)]
    return [_room(release, release.services[id], language, reached) for id in ids]


def _room(release: Release, service: Service, language: str, reached: set[str]) -> Room:
    own = [
        screen
        for id, screen in release.screens.items()
        if id.partition(".")[0] == service.id and written_at(id) == id
    ]
    own.sort(key=lambda screen: screen.id != service.start)
    words = [f"*{service.shortcut}"] if service.shortcut else []
    words += service.keywords.get(language, ())
    return Room(
        id=service.id,
        title=_words(service.title, language),
        start=service.start,
        entrances=", ".join(words),
        boxes=[
            Box(
                id=screen.id,
                kind=_kind(screen),
                says=_says(screen, language),
                arrows=list(_arrows(screen, language)),
                reached=screen.id in reached,
            )
            for screen in own
        ],
    )


def _kind(screen: Screen) -> str:
    match screen:
        case ChoiceScreen():
            return "choice" if screen.tell_me is None else "end"
        case InputScreen():
            return "input"
        case ServiceScreen():
            return "calls"
        case EndScreen():
            return "end"
        case OpenScreen():
            return "open"
        case BranchScreen():
            return "branch"
        case _:
            assert_never(screen)


def _says(screen: Screen, language: str) -> str:
    match screen:
        case ChoiceScreen() | InputScreen() | EndScreen():
            return _words(screen.text, language)
        case ServiceScreen():
            return screen.handler
        case OpenScreen() | BranchScreen():
            return ""
        case _:
            assert_never(screen)


def _arrows(screen: Screen, language: str) -> Iterator[Arrow]:
    match screen:
        case ChoiceScreen() if screen.tell_me is not None:
            if screen.tell_me.ask:
                yield Arrow(label="told later", goto=screen.tell_me.ask)
        case ChoiceScreen():
            for key, option in screen.options.items():
                yield Arrow(label=f"{key} {_words(option.label, language)}", goto=option.goto)
            if screen.listing is not None:
                yield Arrow(label=f"each of {screen.listing.rows}", goto=screen.listing.goto)
        case InputScreen() | OpenScreen():
            yield Arrow(label="", goto=screen.goto)
        case ServiceScreen():
            for outcome, goto in screen.outcomes.items():
                yield Arrow(label=outcome, goto=goto)
        case BranchScreen():
            for condition, goto in screen.ways:
                yield Arrow(label=condition.source if condition else "otherwise", goto=goto)
        case EndScreen():
            pass
        case _:
            assert_never(screen)


def _words(text: LocalisedText, language: str) -> str:
    """Returns a text in one line, with the names of its placeholders."""
    template = text.by_language.get(language)
    if template is None:
        return ""
    pieces = (f"{{{piece}}}" if place % 2 else piece for place, piece in enumerate(template.pieces))
    return " ".join("".join(pieces).split())
