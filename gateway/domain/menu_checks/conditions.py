"""Checks of conditions: every name is known where the condition is asked, and is no secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
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
from gateway.domain.menu_checks.candidate import Review, option_path
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
                    sentence = f"'{name}' is a secret answer, and is not kept for a condition."
                    yield menu.fault("M101", sentence, *path)
                    continue
                proposal = did_you_mean(name, names)
                # Where not all is known, a name that is like none may well be right.
                if name not in names and (known.complete or proposal):
                    sentence = f"Nothing gives a value for '{name}'.{proposal}"
                    yield menu.fault("M101", sentence, *path)


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
