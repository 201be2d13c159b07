"""Look-ups without an answer yet, which are kept: what is asked again, how often, how many.

A menu offers it with `tell_me` on an end. The question is asked again of the menu that is live
then, with the answers that were given, and told once by SMS.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, Screen, ServiceScreen

#: What stands behind the id of an end that offers it, in that of the end without the offer.
ALONE = "?alone"
#: What a step asks for that keeps a question. No handler has a name like that.
KEEP_QUESTION = "?keep"

#: Of one subscriber.
MOST_OF_A_SUBSCRIBER = 10
#: Of one service.
MOST_OF_A_SERVICE = 50_000
#: How soon, and how seldom, a question is asked again.
SOONEST, SELDOMEST = timedelta(hours=1), timedelta(days=1)
#: How soon it is after the first failure of what is asked; twice as late with each one more.
AFTER_A_FAILURE, AFTER_FAILURES = timedelta(minutes=10), timedelta(hours=6)
#: Spreads what was kept in the same minute.
_SPREAD_SECONDS = 600


def written_at(screen: str) -> str:
    """Returns the id of the screen that one was made of: that which stands in the file.

    >>> written_at("exam.not_out?alone"), written_at("exam.not_out")
    ('exam.not_out', 'exam.not_out')
    """
    return screen.removesuffix(ALONE)


def offers(release: Release) -> Iterator[ChoiceScreen]:
    """Yields the ends of a menu at which an answer can be waited for."""
    return (each for each in release.each(ChoiceScreen) if each.tell_me is not None)


def asked_by(release: Release, screen: Screen | None) -> ServiceScreen | None:
    """Returns the call that is asked again for an end; None where it is not told, or is none.

    Without `ask` it is the only one that leads to the end: of two nobody knows which is meant.
    """
    if not isinstance(screen, ChoiceScreen) or screen.tell_me is None:
        return None
    if screen.tell_me.ask:
        asked = release.screens.get(screen.tell_me.ask)
        return asked if isinstance(asked, ServiceScreen) else None
    found = [each for each in release.each(ServiceScreen) if screen.id in each.outcomes.values()]
    return found[0] if len(found) == 1 else None


def next_ask(kept_at: datetime, now: datetime, number: int) -> datetime:
    """Returns when a question without an answer is asked again: ever more seldom.

    An eighth of its age, an hour at least, a day at most. `number` is the question's own, by which
    those that were kept together are spread over some minutes.

    >>> noon = datetime.fromisoformat("2026-11-23T12:00Z")
    >>> [str(next_ask(noon, noon + timedelta(days=age), 7) - noon) for age in (0, 4, 30)]
    ['1:00:07', '4 days, 12:00:07', '31 days, 0:00:07']
    """
    wait = min(max((now - kept_at) / 8, SOONEST), SELDOMEST)
    return now + wait + timedelta(seconds=number % _SPREAD_SECONDS)


def after_failure(failures: int, now: datetime, number: int) -> datetime:
    """Returns when it is asked again after so many failures in a row, this one counted.

    >>> noon = datetime.fromisoformat("2026-11-23T12:00Z")
    >>> [str(after_failure(failures, noon, 7) - noon) for failures in (1, 2, 9)]
    ['0:10:07', '0:20:07', '6:00:07']
    """
    wait = min(AFTER_A_FAILURE * (1 << min(failures - 1, 10)), AFTER_FAILURES)
    return now + wait + timedelta(seconds=number % _SPREAD_SECONDS)
