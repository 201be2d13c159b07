"""Checks of conditions: every name is known where the condition is asked, and is no secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.conditions import Condition
from gateway.domain.menu.release import HOME_SERVICE
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu_checks.candidate import Review, option_path, ways_on
from gateway.domain.menu_checks.values import known_values

#: What every condition may use beside the answers and values of its service.
ALWAYS_KNOWN = ("language",)
#: What the condition of an answer may use, too: the citizen's day.
OF_ANSWERS = "today"


def unknown_names(review: Review) -> Iterator[Fault]:
    """M101: a condition about something that nobody asks and no handler gives, or a secret."""
    menu = review.menu
    for screen in menu.release.screens.values():
        service = screen.id.partition(".")[0]
        for path, condition in _conditions(screen):
            known = known_values(review, service)
            names = {*known.texts, *ALWAYS_KNOWN} if service != HOME_SERVICE else {*ALWAYS_KNOWN}
            if path[-1] == "holds":
                names.add(OF_ANSWERS)
            for name in condition.names:
                if name in known.secrets:
                    sentence = Sentence(
                        "'%(name)s' is a secret answer, and is not kept for a condition.", name=name
                    )
                    yield menu.fault("M101", sentence, *path)
                    continue
                proposal = did_you_mean(name, names)
                # Where not all is known, a name that is like none may well be right.
                if name not in names and (known.complete or proposal):
                    sentence = Sentence(
                        "Nothing gives a value for '%(name)s'.%(proposal)s",
                        name=name,
                        proposal=proposal,
                    )
                    yield menu.fault("M101", sentence, *path)


def lines_for_nobody(review: Review) -> Iterator[Fault]:
    """M102: a choice whose lines all have conditions, of which none need hold."""
    menu = review.menu
    for screen in menu.release.each(ChoiceScreen):
        options = screen.options.values() if screen.several is None else ()
        conditions = [option.when for option in options if option.when is not None]
        if not options or len(conditions) < len(options):
            continue
        if not _holds_for_each_answer(review, screen, conditions):
            sentence = Sentence("Every line has a `when`: somebody may see none.")
            yield menu.key_fault("M102", sentence, screen.id, "choice")


def _holds_for_each_answer(
    review: Review, screen: ChoiceScreen, conditions: Sequence[Condition]
) -> bool:
    """Returns whether a line is there for each answer to the one choice that all are about.

    So it is where a town is offered in its county, and each county has one.
    """
    names = {name for condition in conditions for name in condition.names}
    service = screen.id.partition(".")[0]
    asked = review.menu.screens_of(service).get(names.pop()) if len(names) == 1 else None
    if not isinstance(asked, ChoiceScreen) or asked.several or asked.listing:
        return False
    name = asked.id.partition(".")[2]
    inside = [o for o in asked.options.values() if o.goto.startswith(f"{service}.")]
    return all(
        option.value and any(condition.holds({name: option.value}) for condition in conditions)
        for option in inside
    ) and not _is_reached_without(review, screen, asked)


def _is_reached_without(review: Review, screen: Screen, asked: Screen) -> bool:
    """Returns whether some way leads to a screen past the other one."""
    screens = review.menu.release.screens
    start = review.menu.release.services[screen.id.partition(".")[0]].start
    waiting, met = [start], {asked.id}
    while waiting:
        goto = waiting.pop()
        if goto in met or (following := screens.get(goto)) is None:
            continue
        if goto == screen.id:
            return True
        met.add(goto)
        waiting += [way for _, way in ways_on(review.menu, following)]
    return False


def _conditions(screen: Screen) -> Iterator[tuple[Path, Condition]]:
    match screen:
        case ChoiceScreen():
            for key, option in screen.options.items():
                if option.when is not None:
                    yield option_path(screen, key, "when"), option.when
        case BranchScreen():
            for number, (condition, _) in enumerate(screen.ways):
                if condition is not None:
                    yield (screen.id, str(number), "when"), condition
        case InputScreen():
            if screen.holds is not None:
                yield (screen.id, "holds"), screen.holds
        case EndScreen() | ServiceScreen() | OpenScreen():
            pass
        case _:
            assert_never(screen)
