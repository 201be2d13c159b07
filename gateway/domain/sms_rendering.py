"""From a step of the engine to an SMS: with an example where one helps, in as few segments."""

from __future__ import annotations

from gateway.domain.channel import SMS_PAGE, Keys
from gateway.domain.menu import Release
from gateway.domain.navigation import Step
from gateway.domain.rendering import Shown, show
from gateway.domain.segments import segment


def show_sms(release: Release, step: Step, keys: Keys, service_code: str = "") -> Shown:
    """Returns the text of a step that is not a CALL.

    The line about back and home is left out where it would cost a segment more. A text of several
    pages keeps it: its pages are cut by the room that is left beside it.
    """
    whole = show(release, step, keys, SMS_PAGE, service_code, example=True)
    if whole.session.more or whole.session.page or _segments(whole) == 1:
        return whole
    bare = show(release, step, keys, SMS_PAGE, service_code, example=True, foot=False)
    return bare if _segments(bare) < _segments(whole) else whole


def _segments(shown: Shown) -> int:
    return len(segment(shown.text).parts)
