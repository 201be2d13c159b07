"""From a step of the engine to an SMS: with an example where one helps, in as few segments."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from gateway.domain.dialogue.screen_rendering import Shown, show
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.channel import SMS_PAGE, Keys
from gateway.domain.telecom.segments import segment


def show_sms(
    release: Release,
    step: Step,
    keys: Keys,
    service_code: str = "",
    at: datetime | None = None,
) -> Shown:
    """Returns the text of a step that is not a CALL; `at` is as in `show`.

    The line about back and home is left out where it would cost a segment more, and with it the
    question, which was read before, where the complaint holds an example. A text of several pages
    keeps them: its pages are cut by the room that is left beside them.
    """
    shown = partial(show, release, step, keys, SMS_PAGE, service_code, example=True, at=at)
    whole = shown()
    if whole.session.more or whole.session.page or _segments(whole) == 1:
        return whole
    shorter = [whole, shown(foot=False)]
    if _tells_an_example(release, step):
        shorter.append(shown(foot=False, asks=False))
    return min(shorter, key=_segments)  # the first of those that cost the same


def _tells_an_example(release: Release, step: Step) -> bool:
    screen = release.screens.get(step.session.at)
    told = isinstance(screen, InputScreen) and screen.example is not None
    return told and step.event is Event.REFUSED


def _segments(shown: Shown) -> int:
    return len(segment(shown.text).parts)
