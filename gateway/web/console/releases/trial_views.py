"""What the page of the simulator shows of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.paging import measure
from gateway.domain.telecom.segments import segment
from gateway.domain.text.gsm7 import Encoding, downgraded
from gateway.domain.trials.moves import Deed, OnTheWay
from gateway.domain.trials.old_handset import HEIGHT, lost_on_old_handset, on_old_handset
from gateway.domain.trials.trial import Came, Happened, Tried
from gateway.rehearsal.trials.kept import Ready
from gateway.web.console.pages import N_

DEEDS: Mapping[Deed, str] = {
    Deed.DIAL: N_("Dialled"),
    Deed.TYPE: N_("Typed"),
    Deed.TEXT: N_("Texted"),
    Deed.LOSE: N_("The signal was lost"),
    Deed.TIME_OUT: N_("Nothing was typed until the session ran out"),
    Deed.REDIAL: N_("Dialled once more"),
    Deed.WAIT: N_("Minutes passed:"),
    Deed.OUTCOME: N_("A back end was told what to answer:"),
}
WAYS: Mapping[OnTheWay, str] = {
    OnTheWay.WELL: N_("arrives as it should"),
    OnTheWay.TWICE: N_("arrives twice"),
    OnTheWay.LATE: N_("the turn before arrives once more, after it"),
    OnTheWay.CUT: N_("what was typed before is cut off"),
    OnTheWay.SLOW: N_("every back end is too slow"),
}
CAME: Mapping[str, str] = {
    Came.TOO_SLOW: N_("too slow, so the turn went on without it"),
    Came.FAILED: N_("failed"),
}
#: How long can be waited, in minutes, as people say it.
WAITS: Mapping[int, str] = {
    2: N_("2 minutes"),
    30: N_("half an hour"),
    240: N_("4 hours"),
    1440: N_("a day"),
    10080: N_("a week"),
    43200: N_("30 days"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSms:
    """An SMS that would be sent, with what it takes."""

    text: str = field(repr=False)
    encoding: str
    units: int
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """A page with what it takes of its network, and what an old handset makes of it.

    `left` is below zero where the network would cut it.
    """

    text: str = field(repr=False)
    encoding: str
    units: int
    limit: int
    left: int
    old: Sequence[str] = field(repr=False)
    screens: int
    dropped: int
    boxes: str


def page_view(text: str, line: Channel) -> ShownPage:
    """Returns a page as it is shown on a line."""
    encoding, units = measure(text)
    budget = line.page
    limit = budget.septets if encoding is Encoding.GSM7 else budget.ucs2
    limit -= len("CON ") if budget.count_prefix else 0
    dropped, boxes = lost_on_old_handset(text)
    old = on_old_handset(text)
    return ShownPage(
        text=downgraded(text),
        encoding=encoding.value,
        units=units,
        limit=limit,
        left=limit - units,
        old=old,
        screens=-(-len(old) // HEIGHT),
        dropped=dropped,
        boxes=boxes,
    )


def sms_view(text: str) -> ShownSms:
    """Returns an SMS with its segments."""
    cut = segment(downgraded(text))
    return ShownSms(
        text=text, encoding=cut.encoding.value, units=cut.units, segments=len(cut.parts)
    )


def place_of(ready: Ready, happened: Happened | None) -> Place | None:
    """Returns where the screen of a page stands in the files of the menu."""
    return ready.places.place(happened.screen) if happened and happened.screen else None


def shown_of(tried: Tried) -> ShownPage | None:
    """Returns the page that the phone shows now, None where it shows none.

    After the signal was lost, or hours, the page of before is gone from it.
    """
    if not tried.happened or tried.happened[-1].page is None:
        newest = tried.newest if tried.open else None
    else:
        newest = tried.happened[-1]
    return page_view(newest.page, tried.line) if newest and newest.page is not None else None
