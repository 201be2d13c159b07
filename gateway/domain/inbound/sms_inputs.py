"""What inputs take by SMS: free text as long as an SMS carries it, whatever fits a screen."""

from __future__ import annotations

from dataclasses import fields, replace

from gateway.domain.input_kinds.base import Accepts, TakesMore
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen, Screen
from gateway.domain.telecom.sms import LONGEST_MO

#: The releases served of late, each beside what it is by SMS: those being left, and the current.
_known: tuple[tuple[Release, Release], ...] = ()


def by_sms(release: Release) -> Release:
    """Returns the release as it is talked to by SMS; the same object for the same release.

    The greatest length of an input about anything is that of a page of USSD, where a citizen types
    on a keypad within minutes. A report of two SMS is a report.
    """
    global _known  # replaced whole, so that threads need no lock
    for known, for_sms in _known:
        if known is release or for_sms is release:
            return for_sms
    screens = {id: _wider(screen) for id, screen in release.screens.items()}
    for_sms = replace(release, screens=screens)
    _known = ((release, for_sms), *_known[:3])
    return for_sms


def _wider(screen: Screen) -> Screen:
    if not isinstance(screen, InputScreen) or not KINDS[screen.accepts.kind].anything:
        return screen
    asked = screen.accepts.maximum
    known = {each.name: getattr(screen.accepts, each.name) for each in fields(Accepts)}
    wider = TakesMore(**{**known, "maximum": max(asked, LONGEST_MO)}, asked=asked)
    return replace(screen, accepts=wider)
