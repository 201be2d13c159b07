"""The menu as a graph: what leads where, what can be reached, and what dialogues have shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from gateway.domain.menu.kept_questions import written_at
from gateway.domain.menu.release import HOME, Release
from gateway.domain.menu.screens import ShownScreen
from gateway.domain.menu_checks.candidate import Candidate, ways_on


def ways(release: Release, screen: str) -> Sequence[str]:
    """Returns the screens that follow a screen, each once, in the order they are written."""
    candidate = Candidate(release=release, spots={})
    gotos = (goto for _, goto in ways_on(candidate, release.screens[screen]))
    return list(dict.fromkeys(goto for goto in gotos if goto in release.screens))


def entrances(release: Release) -> Sequence[str]:
    """Returns where a dialogue can begin: home, and services with a shortcut or a keyword."""
    starts = [each.start for each in release.services.values() if each.shortcut or each.keywords]
    return [HOME, *(start for start in starts if start in release.screens and start != HOME)]


def reachable(release: Release, starts: Iterable[str]) -> Sequence[str]:
    """Returns the screens that can be come to from any of these, the nearest first."""
    reached = dict.fromkeys(starts)
    waiting = deque(reached)
    while waiting:
        for goto in ways(release, waiting.popleft()):
            if goto not in reached:
                reached[goto] = None
                waiting.append(goto)
    return list(reached)


def services_from_home(release: Release) -> Sequence[str]:
    """Returns every service, in the order in which the home screen leads to them."""
    screens = reachable(release, [HOME])
    met = dict.fromkeys(release.service_of(screen).id for screen in screens)
    return list(met | dict.fromkeys(release.services))


def unvisited(release: Release, visited: set[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Returns by language the screens that can be reached and were not shown, as they are written.

    `visited` holds pairs of a language and a screen.
    """
    reached = set(reachable(release, entrances(release)))
    shown = [
        name
        for name, screen in release.screens.items()
        if name in reached and isinstance(screen, ShownScreen) and written_at(name) == name
    ]
    return {
        language: [name for name in shown if (language, name) not in visited]
        for language in release.languages
    }
