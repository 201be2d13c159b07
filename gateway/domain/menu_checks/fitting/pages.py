"""Checks of size: every screen fits its page in every language, with the longest values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Place
from gateway.domain.menu.release import LANGUAGE_SERVICE
from gateway.domain.menu.screens import AskingScreen, ChoiceScreen, EndScreen, sent_too
from gateway.domain.menu_checks.candidate import Review, option_path, texts_of
from gateway.domain.menu_checks.fitting.lines_at_once import options_at_once
from gateway.domain.menu_checks.sheets import (
    WIDEST,
    Line,
    Sheet,
    lines_of,
    most_room,
    sheets,
    tail_of,
    unit,
)
from gateway.domain.menu_checks.told_later import told_by_sms
from gateway.domain.menu_checks.values import known_values
from gateway.domain.menu_checks.writing import shows_what_is_written
from gateway.domain.telecom.channel import SMS_PAGE
from gateway.domain.telecom.paging import excess, measure
from gateway.domain.text.localised_text import LocalisedText


def screens_over_a_page(review: Review) -> Iterator[Fault]:
    """M060, M061 and M062: a question, a line, or a choice that leaves no room."""
    for screen in review.menu.release.screens.values():
        if not isinstance(screen, AskingScreen):
            continue
        told: set[tuple[Place, str, str]] = set()
        for sheet in sheets(review, screen.id):
            for fault in _faults_on(review, screen, sheet):
                # A text that is the same in all languages is told once for a channel.
                key = (Place(fault.file, fault.line, fault.column), fault.code, sheet.channels)
                if key not in told:
                    told.add(key)
                    yield fault


def _faults_on(review: Review, screen: AskingScreen, sheet: Sheet) -> Iterator[Fault]:
    path, text = next(texts_of(screen))
    question = sheet.fill(text, sheet.values)
    tail = tail_of(screen, sheet)
    over = sheet.over(question, *tail)
    if over and not shows_what_is_written(review, screen):
        blame = sheet.blame((text, sheet.values))
        sentence = sheet.say(
            over, Sentence("The question is too long"), question, *tail, blame=blame
        )
        yield review.menu.fault("M060", sentence, *path, sheet.language)
    elif isinstance(screen, ChoiceScreen):
        yield from _long_lines(review, screen, question, sheet)


def _long_lines(
    review: Review, screen: ChoiceScreen, question: str, sheet: Sheet
) -> Iterator[Fault]:
    lines = list(lines_of(screen, sheet))
    too_long = False
    for path, line, label, widths in lines:
        over = sheet.over(line, sheet.more, sheet.foot)
        if over:
            too_long = True
            alone = (line, sheet.more, sheet.foot)
            blame = sheet.blame((label, widths))
            sentence = sheet.say(over, Sentence("The line is too long"), *alone, blame=blame)
            yield review.menu.fault("M061", sentence, *path, sheet.language)
    if too_long or takes_pages(review, screen):
        return
    together = [
        [question, *(line[1] for line in each), sheet.foot]
        for each in at_once(review, screen, lines)
    ]
    parts = max(together, key=lambda each: sheet.over(*each))
    over = sheet.over(*parts)
    if over:
        labels = [(label, widths) for _, _, label, widths in lines]
        blame = sheet.blame((screen.text, sheet.values), *labels)
        what = Sentence("Text, options and foot are too long")
        sentence = sheet.say(over, what, *parts, blame=blame)
        yield review.menu.fault("M062", sentence, screen.id, "text", sheet.language)


def at_once(
    review: Review, screen: AskingScreen, lines: Sequence[Line]
) -> Sequence[Sequence[Line]]:
    """Returns the lines of a screen as they may stand on its page together."""
    if not isinstance(screen, ChoiceScreen):
        return [lines]
    options = {option_path(screen, key, "label"): key for key in screen.options}
    return [
        [line for line in lines if options.get(line[0]) in keys or line[0] not in options]
        for keys in options_at_once(review, screen)
    ]


def takes_pages(review: Review, screen: ChoiceScreen) -> bool:
    """Returns whether a choice is cut into pages where others must fit one.

    It does where the menu says so, as of a list of all counties. Nobody shortens the names of
    languages, and a country may have many; one name outside GSM-7 leaves all of them 70 letters.
    What is read back or shown is as long as what was told.
    """
    if (
        screen.listing is not None
        or screen.pages
        or screen.id.partition(".")[0] == LANGUAGE_SERVICE
    ):
        return True
    return shows_what_is_written(review, screen)


def sms_over_three_segments(review: Review) -> Iterator[Fault]:
    """M063: an end that is sent as SMS, or told later, and needs more than three segments."""
    menu = review.menu
    for path, sent in _sent(review):
        known = known_values(review, path[0].partition(".")[0])
        told: set[str] = set()
        for language, template in sent.by_language.items():
            values = known.widths(language)
            text = template.longest(values, WIDEST)
            over = excess(text, SMS_PAGE)
            if over and text not in told:
                told.add(text)
                encoding, units = measure(text)
                name, width = template.widest(values)
                sentence = Sentence(
                    "The SMS is too long in language %(language)s: %(units)s %(unit)s, "
                    "%(over)s over three segments.",
                    language=language,
                    units=units,
                    unit=unit(encoding),
                    over=over,
                ) + most_room(name, width)
                yield menu.fault("M063", sentence, *path, language)


def _sent(review: Review) -> Iterator[tuple[Path, LocalisedText]]:
    """Yields the texts that are sent as SMS, with the places at which they are written."""
    for screen in review.menu.release.screens.values():
        sent = sent_too(screen)
        if sent is not None:
            yield (screen.id, "end" if isinstance(screen, EndScreen) else "sms"), sent
    yield from told_by_sms(review)
