"""Checks of where screens lead: nothing dangles, nothing is lost, nobody goes round in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import assert_never

from gateway.domain.faults_and_errors.did_you_mean import closest, did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu_checks.candidate import (
    BUILT_IN,
    UNREAD_SCREEN,
    Candidate,
    Review,
    ways_on,
)


def unknown_screens(review: Review) -> Iterator[Fault]:
    """M021: a reference to a screen that its service does not have."""
    menu = review.menu
    for service in menu.written_services():
        for path, goto in [*_ways_within(menu, service), _way_in(menu, service)]:
            name = goto.partition(".")[2]
            if not menu.is_known(goto) and not closest(name, menu.unread_names(service)):
                proposal = did_you_mean(name, menu.screens_of(service))
                yield menu.fault(
                    "M021",
                    Sentence(
                        "'%(service)s' has no screen '%(name)s'.%(proposal)s",
                        service=service,
                        name=name,
                        proposal=proposal,
                    ),
                    *path,
                )


def unknown_services(review: Review) -> Iterator[Fault]:
    """M022: `open` of a service that there is not."""
    menu = review.menu
    for screen in menu.release.screens.values():
        for path, goto in ways_on(menu, screen):
            service = goto.partition(".")[0]
            if not menu.is_known(goto) and service not in menu.release.services:
                proposal = did_you_mean(service, menu.release.services)
                yield menu.fault(
                    "M022",
                    Sentence(
                        "There is no service '%(service)s'.%(proposal)s",
                        service=service,
                        proposal=proposal,
                    ),
                    *path,
                )


def unreachable_screens(review: Review) -> Iterator[Fault]:
    """M023: a screen to which nothing leads from the first one of its service."""
    menu = review.menu
    for service in menu.written_services():
        ways = [*_ways_within(menu, service), _way_in(menu, service)]
        if service in menu.broken or any(_is_unread(goto) for _, goto in ways):
            continue  # what cannot be read may be the way that is missing
        reached = _reached_from(menu, [goto for _, goto in ways], service)
        for name, screen in menu.screens_of(service).items():
            if screen.id not in reached and not isinstance(screen, BranchScreen):
                yield menu.key_fault(
                    "M023", Sentence("Nothing leads to screen '%(name)s'.", name=name), screen.id
                )


def _reached_from(menu: Candidate, gotos: Sequence[str], service: str) -> set[str]:
    """Returns what is reached from the first screen, and from what slips of the pen have meant."""
    names = menu.screens_of(service).keys()
    dangling = {goto.partition(".")[2] for goto in gotos if goto not in menu.release.screens}
    meant = {closest(name, names) for name in dangling | menu.left_out} & names
    starts = [menu.release.services[service].start, *(f"{service}.{name}" for name in meant)]
    within = partial(_belongs, service)
    known = (start for start in starts if start in menu.release.screens)
    return set().union(*(_reached(menu, start, within) for start in known))


def _is_unread(goto: str) -> bool:
    return goto.partition(".")[2] == UNREAD_SCREEN


def unreachable_services(review: Review) -> Iterator[Fault]:
    """M026: a service that nobody can come to."""
    menu = review.menu
    opened = {
        goto.partition(".")[0]
        for screen in menu.release.screens.values()
        for _, goto in ways_on(menu, screen)
        if not _belongs_to(goto, screen)
    } | menu.unread
    for name in menu.written_services():
        service = menu.release.services[name]
        has_entrance = service.shortcut or service.keywords or name in menu.mended
        if not has_entrance and name not in opened:
            sentence = Sentence(
                "Nothing opens '%(name)s': no option, no shortcut and no keyword.", name=name
            )
            yield menu.fault("M026", sentence, name, "service")


def dead_ends(review: Review) -> Iterator[Fault]:
    """M024: a screen from which no input, no end and no other service is ever reached."""
    menu = review.menu
    alive = _leading_on(menu)
    told: set[str] = set()
    for screen in menu.release.screens.values():
        if screen.id in told or screen.id in alive or screen.id in menu.mended:
            continue
        if not menu.is_whole(screen.id.partition(".")[0]):
            continue
        told |= _reached(menu, screen.id, lambda _: True)
        yield menu.key_fault(
            "M024",
            Sentence("A dead end: from here no input, end or other service follows."),
            screen.id,
        )


def _leading_on(menu: Candidate) -> set[str]:
    """Returns the screens from which something is reached that a citizen can do or read last."""
    before: dict[str, list[str]] = {}
    for screen in menu.release.screens.values():
        for _, goto in ways_on(menu, screen):
            before.setdefault(goto, []).append(screen.id)
    alive = {screen.id for screen in menu.release.screens.values() if _leads_on(menu, screen)}
    waiting = list(alive)
    while waiting:
        for name in before.get(waiting.pop(), ()):
            if name not in alive:
                alive.add(name)
                waiting.append(name)
    return alive


def rings_of_calls(review: Review) -> Iterator[Fault]:
    """M025: service and `open` screens that lead around without asking anything."""
    menu = review.menu
    told: set[str] = set()
    for screen in menu.release.screens.values():
        if screen.id in told or not _is_silent(screen):
            continue
        following = {goto for _, goto in ways_on(menu, screen)}
        reached: set[str] = set()
        for goto in following:
            if goto in menu.release.screens and _is_silent(menu.release.screens[goto]):
                reached |= _reached(menu, goto, _is_silent)
        if screen.id in reached:
            told |= reached
            sentence = Sentence("A ring: from here calls may lead back to here without a question.")
            yield menu.key_fault("M025", sentence, screen.id)


def _way_in(menu: Candidate, service: str) -> tuple[Path, str]:
    return (service, "start"), menu.release.services[service].start


def _ways_within(menu: Candidate, service: str) -> Iterator[tuple[Path, str]]:
    for screen in menu.screens_of(service).values():
        for path, goto in ways_on(menu, screen):
            if goto.partition(".")[0] == service and path[-1] != "open":
                yield path, goto


def _reached(menu: Candidate, start: str, enters: Callable[[Screen], bool]) -> set[str]:
    reached = {start}
    waiting = [start]
    while waiting:
        screen = menu.release.screens[waiting.pop()]
        for _, goto in ways_on(menu, screen):
            following = menu.release.screens.get(goto)
            if following is not None and goto not in reached and enters(following):
                reached.add(goto)
                waiting.append(goto)
    return reached


def _leads_on(menu: Candidate, screen: Screen) -> bool:
    """Returns whether a citizen can do something there, read the last words, or go elsewhere."""
    match screen:
        case InputScreen() | EndScreen() | OpenScreen():
            return True
        case ChoiceScreen() | ServiceScreen() | BranchScreen():
            return _leads_out(menu, screen)
        case _:
            assert_never(screen)


def _leads_out(menu: Candidate, screen: Screen) -> bool:
    if screen.id.partition(".")[0] in BUILT_IN:
        return True
    gotos = [goto for _, goto in ways_on(menu, screen)]
    # What dangles is told as such; it may well lead on once it is mended.
    return any(not _belongs_to(goto, screen) or goto not in menu.release.screens for goto in gotos)


def _belongs(service: str, screen: Screen) -> bool:
    return screen.id.partition(".")[0] == service


def _belongs_to(goto: str, screen: Screen) -> bool:
    return goto.partition(".")[0] == screen.id.partition(".")[0]


def _is_silent(screen: Screen) -> bool:
    """Returns whether a screen leads on without a word to the citizen."""
    match screen:
        case ServiceScreen() | OpenScreen() | BranchScreen():
            return True
        case ChoiceScreen() | InputScreen() | EndScreen():
            return False
        case _:
            assert_never(screen)
