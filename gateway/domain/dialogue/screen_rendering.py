"""From a step of the engine to the page a citizen sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from gateway.domain.dialogue.option_matching import options_shown
from gateway.domain.dialogue.scope import labels_chosen, rows_of, texts_known, unsent
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.input_kinds.base import NOT_HELD, Complaint
from gateway.domain.menu.release import HOME, Release
from gateway.domain.menu.screens import (
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Several,
    ShownScreen,
    sent_too,
)
from gateway.domain.record import Record
from gateway.domain.telecom.channel import Keys, PageBudget
from gateway.domain.telecom.paging import excess, page
from gateway.domain.text.gsm7 import downgraded
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.domain.text.phrases import worded_for
from gateway.domain.text.transliteration import transliterated
from gateway.domain.text.value_formats import Filter

#: Stands for a value that is not there, in no text otherwise.
_MISSING = "\x00"
#: The complaint and the example of a screen that has none of its own.
_NOTHING = (None, None)


class Shown(Record, frozen=True):
    """A page, the session that remembers it, and whether nothing follows."""

    text: str
    session: Session
    ends: bool

    def __repr__(self) -> str:
        """Returns where the dialogue stands, without what the page says."""
        return f"Shown({self.session!r}, ends={self.ends})"


def show(
    release: Release,
    step: Step,
    keys: Keys,
    budget: PageBudget,
    service_code: str = "",
    *,
    example: bool = False,
    foot: bool = True,
    asks: bool = True,
    at: datetime | None = None,
) -> Shown:
    """Returns the page of a step that is not a CALL.

    Lines that lead to a service that is closed `at` the time, in the deployment's zone, are marked.

    With `example` every complaint says what would be taken, where the menu has an example, else
    those do that always say it. Without `foot` the line about back and home is left out, without
    `asks` the question behind a complaint.
    """
    session = step.session
    if step.event is Event.GIVEN_UP:
        name = worded_for(service_code, "too_many_wrong")
        last = closing(release, session, name, {"service_code": service_code})
        return telling_unsent(release, last, budget)
    screen = release.screens[session.at]
    if step.event is Event.LOST or not isinstance(screen, ShownScreen):
        return closing(release, session, "try_again")
    complaint = _complaint(release, step, screen, example) if step.complaint else ""
    first = ends = False
    lines: list[str] = []
    match screen:
        case ChoiceScreen():
            asked = _fill(release, screen.text, session)
            lines = _lines(release, screen, session, at)
            # Home, or the question in which language to go on, which nobody could be told anything
            # about.
            first = not session.trail
        case InputScreen():
            asked = (
                _again(release, session)
                if session.pending
                else _fill(release, screen.text, session)
            )
            if screen.skip:
                lines = [phrase(release, session.language, "skip", {"skip": screen.skip})]
        case EndScreen():
            asked, ends = _fill(release, screen.text, session), True
        case _:
            assert_never(screen)
    if first and session.at != HOME:
        complaint = ""
    if session.language in release.transliterated:
        # A value from a handler may have letters that the language is to be shown without.
        complaint, asked = transliterated(complaint), transliterated(asked)
        lines = list(map(transliterated, lines))
    if complaint and session.at == HOME:
        complaint, asked = _above_home(step, complaint, asked, lines, budget)
    cut = page(
        complaint=complaint,
        text=asked if asks or not complaint else "",
        lines=lines,
        foot=_foot(release, session, keys) if foot and not first and not ends else "",
        more=more_line(release, session.language, keys),
        budget=budget,
        number=session.page,
    )
    if cut.number != session.page or cut.last == session.more:
        session = session._replace(page=cut.number, more=not cut.last)
    if complaint and not cut.last and not session.wrong:
        # What is said above takes room: what follows this page is the screen from its top.
        session = session._replace(wrong=1)
    return Shown(cut.text, session, ends and cut.last)


def closing(
    release: Release, session: Session, name: str, values: Mapping[str, str] | None = None
) -> Shown:
    """Returns one of the gateway's own sentences as the last page of a dialogue.

    What is said while a service is closed may be the service's own words, and names the minutes
    after which it is tried again.
    """
    service = release.service_of(session.at)
    said = {"minutes": str(service.rest_minutes or 1), **(values or {})}
    if name == "closed" and service.closed is not None:
        text = service.closed[session.language].fill(said)
    else:
        text = _own_or_phrase(release, session, name, said)
    return Shown(lettered(release, session.language, text), session, True)


def _own_or_phrase(release: Release, session: Session, name: str, values: Mapping[str, str]) -> str:
    """Returns a sentence of the gateway, or what the service says instead outside its hours."""
    hours = release.service_of(session.at).hours
    if name == "closed_until" and hours is not None and hours.text is not None:
        return hours.text[session.language].fill(values)
    return phrase(release, session.language, name, values)


def telling_unsent(release: Release, last: Shown, budget: PageBudget) -> Shown:
    """Returns the last page of a dialogue, led by what of it is not stored if there is anything.

    Where both do not fit a page, what is not stored is worth more.
    """
    missing = unsent(release, last.session)
    if missing is None:
        return last
    told = sentence(release, last.session.language, missing.phrase, missing.values)
    both = f"{told}\n{last.text}"
    return last._replace(text=told if excess(both, budget) else both)


def last_words(release: Release, session: Session) -> str:
    """Returns the whole text that a screen sends as SMS, too; else an empty text."""
    screen = release.screens.get(session.at)
    text = None if screen is None else sent_too(screen)
    return lettered(release, session.language, _fill(release, text, session)) if text else ""


def words_of(release: Release, session: Session) -> str:
    """Returns what the screen says above its lines, whole, as it is sent; else an empty text."""
    screen = release.screens.get(session.at)
    if not isinstance(screen, ShownScreen):
        return ""
    return lettered(release, session.language, _fill(release, screen.text, session))


def lettered(release: Release, language: str, text: str) -> str:
    """Returns a text in the letters it is shown in, where it is not cut into pages (`show`).

    Letters that would cost more than they tell become GSM-7's, and a language that is to be shown
    in those alone is written in them.
    """
    return downgraded(transliterated(text) if language in release.transliterated else text)


def sentence(
    release: Release, language: str, name: str, values: Mapping[str, str] | None = None
) -> str:
    """Returns one of the gateway's own sentences as it is sent."""
    return lettered(release, language, phrase(release, language, name, values))


def phrase(
    release: Release, language: str, name: str, values: Mapping[str, str] | None = None
) -> str:
    """Returns one of the gateway's own sentences, as a part of what is shown."""
    return release.phrases[name][language].fill(values or {})


def _above_home(
    step: Step, complaint: str, heading: str, lines: Sequence[str], budget: PageBudget
) -> tuple[str, str]:
    """Returns what stands above the lines of the home screen, which it pushes off no page.

    What was typed is worth more than a heading that was read before. Where a page has no room for
    the sentence either, a number that is none is shown with a question mark.
    """
    typed = step.complaint.values.get("number", "") if step.complaint else ""
    short = (f"{typed}?", "") if typed else (complaint, heading)
    for above in ((complaint, heading), (complaint, ""), short):
        if not excess("\n".join(filter(None, (*above, *lines))), budget):
            return above
    return complaint, heading


def _again(release: Release, session: Session) -> str:
    return phrase(release, session.language, "pin_again")


def _complaint(release: Release, step: Step, screen: ShownScreen, example: bool) -> str:
    if step.complaint is None:
        return ""
    language, values = step.session.language, step.complaint.values
    own, shown = _own(screen, step.complaint)
    filled = "" if shown is None else shown[language].fill({})
    if own is not None and step.event is Event.REFUSED:
        refusal = _fill(release, own, step.session)
    elif filled and "example" in values:  # one example is enough, and the menu's fits better
        return phrase(release, language, step.complaint.phrase, {**values, "example": filled})
    else:
        refusal = _own_or_phrase(release, step.session, step.complaint.phrase, values)
    if not filled or not example:
        return refusal
    return f"{refusal}\n{phrase(release, language, 'example', {'example': filled})}"


def _own(
    screen: ShownScreen, complaint: Complaint
) -> tuple[LocalisedText | None, LocalisedText | None]:
    """Returns what a screen itself complains of, and its example.

    What it says of an answer that does not hold is not said of one that is none: of a day that has
    not come yet, but not of 31 February.
    """
    if not isinstance(screen, InputScreen):
        return _NOTHING
    of_another = screen.holds is not None and complaint.phrase != NOT_HELD
    return None if of_another else screen.complaint, screen.example


def _lines(
    release: Release, screen: ChoiceScreen, session: Session, at: datetime | None
) -> list[str]:
    if screen.listing is not None:
        label = screen.listing.label[session.language]
        rows = enumerate(rows_of(session, screen.listing), start=1)
        lines = [f"{number}. {label.fill(row)}" for number, row in rows]
        keys = (str(number) for number in range(1, len(lines) + 1))
        below = _of_several(release, screen.several, session.language, keys)
        return [*below[:1], *lines, *below[1:]]  # the first of its pages says how rows are typed
    options = options_shown(session, screen)
    lines = [f"{option.key}. {_fill(release, option.label, session)}" for option in options]
    if at is not None:
        here = screen.id.partition(".")[0]
        for place, option in enumerate(options):
            service = option.goto.partition(".")[0]
            if service != here and release.is_closed(service, at):
                lines[place] += " " + phrase(release, session.language, "closed_mark")
    if screen.several is not None:
        keys = (option.key for option in options)
        lines += _of_several(release, screen.several, session.language, keys)
    return lines


def _of_several(
    release: Release, several: Several | None, language: str, keys: Iterable[str]
) -> list[str]:
    """Returns what stands below lines of which several are taken."""
    if several is None:
        return []
    below = [phrase(release, language, "several", {"example": several.sample(keys)})]
    if several.skip:
        below.append(phrase(release, language, "skip", {"skip": several.skip}))
    return below


def _foot(release: Release, session: Session, keys: Keys) -> str:
    return "" if session.at == HOME else _with_keys(release, "back_home", session.language, keys)


def more_line(release: Release, language: str, keys: Keys) -> str:
    """Returns the line that leads to the next page."""
    return _with_keys(release, "more", language, keys)


def _with_keys(release: Release, name: str, language: str, keys: Keys) -> str:
    template = release.phrases[name].by_language[language]
    return _with_these(template.pieces, template.filters, keys.back, keys.home, keys.more)


@lru_cache(maxsize=1024)
def _with_these(
    pieces: tuple[str, ...], filters: tuple[Filter | None, ...], back: str, home: str, more: str
) -> str:
    # On every page, and one of a few: channels differ in their keys, languages in their words.
    return Template(pieces, filters).fill({"back": back, "home": home, "more": more})


def _fill(release: Release, text: LocalisedText, session: Session) -> str:
    template = text.by_language[session.language]
    if len(template.pieces) == 1:
        return template.pieces[0]
    known = texts_known(session)
    labels = labels_chosen(release, session, template.names)
    if not any("\n" in piece for piece in template.pieces[::2]):
        return template.fill(known, labels)
    # What was not asked, or passed over, leaves no line behind that would hold nothing else, and no
    # space at the end of one.
    missing = {name: _MISSING for name in template.names if not known.get(name)}
    lines = template.fill({**known, **missing}, labels).split("\n")
    kept = (line for line in lines if _MISSING not in line or line.replace(_MISSING, "").strip())
    return "\n".join(kept).replace(f" {_MISSING}", "").replace(_MISSING, "")
