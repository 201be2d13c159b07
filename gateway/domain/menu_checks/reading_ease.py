"""How much a page asks of who reads little: words, lines, digits, and how far an answer is."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import assert_never

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.input_kinds.kinds import longest
from gateway.domain.menu.release import HOME, LANGUAGE_SERVICE, Release
from gateway.domain.menu.screens import (
    AskingScreen,
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.fitting.lines_at_once import options_at_once
from gateway.domain.menu_checks.reading_limits import Hard, ReadingLimits
from gateway.domain.menu_checks.ways.graph import ways
from gateway.domain.menu_checks.wording.plain_words import hard_words
from gateway.domain.text.localised_text import LocalisedText

#: Kinds whose answers are copied figure by figure.
_FIGURES = frozenset({"digits", "integer", "decimal", "money", "national_id", "pin", "case_number"})
_WORD = re.compile(r"[^\W\d_]+")


def harder_than_allowed(review: Review) -> Iterator[Fault]:
    """M097: a page asks more of its readers than a strict deployment allows."""
    if review.menu.reading.strict:
        for hard in hard_to_read(review):
            yield review.menu.key_fault("M097", hard.sentence, *hard.path)


def hard_to_read(review: Review) -> Iterator[Hard]:
    """Yields what asks more of its readers than the deployment wants, in each language."""
    limits = review.menu.reading
    for screen in review.menu.release.screens.values():
        if screen.id.partition(".")[0] == LANGUAGE_SERVICE:
            continue
        yield from _too_many_words(review, screen, limits)
    for choice in review.menu.release.each(ChoiceScreen):
        if choice.id.partition(".")[0] != LANGUAGE_SERVICE:
            yield from _too_many_lines(review, choice, limits.lines)
    for asked in review.menu.release.each(InputScreen):
        yield from _too_many_digits(asked, limits.digits)
    yield from _too_far(review.menu.release, limits.answers)
    yield from hard_words(review)


def _too_many_words(review: Review, screen: Screen, limits: ReadingLimits) -> Iterator[Hard]:
    if limits.words is None and not limits.words_in:
        return
    key, texts = _page(review, screen)
    for language in review.menu.release.languages:
        most = limits.most_words(language)
        count = sum(_words(text, language) for text in texts)
        if most is not None and count > most:
            sentence = Sentence(
                "%(count)s words on a page in language %(language)s; at most %(most)s.",
                count=count,
                language=language,
                most=most,
            )
            yield Hard((screen.id, key, language), sentence)


def _page(review: Review, screen: Screen) -> tuple[str, list[LocalisedText]]:
    """Returns the texts that stand on a page together, and the key of the first of them."""
    match screen:
        case ChoiceScreen():
            keys = max(options_at_once(review, screen), key=len)
            return "text", [screen.text, *(screen.options[key].label for key in sorted(keys))]
        case InputScreen():
            return "text", [screen.text]
        case EndScreen():
            return "end", [screen.text]
        case ServiceScreen() | OpenScreen() | BranchScreen():
            return "", []
        case _:
            assert_never(screen)


def _words(text: LocalisedText, language: str) -> int:
    """Returns the words of a text; a value is one, for it shows one at least."""
    template = text.by_language.get(language)
    if template is None:
        return 0
    return max(len(_WORD.findall(reading)) for reading in template.readings(" x "))


def _too_many_lines(review: Review, screen: ChoiceScreen, most: int | None) -> Iterator[Hard]:
    count = max(map(len, options_at_once(review, screen)))
    if most is not None and count > most:
        yield Hard(
            (screen.id, "text"),
            Sentence("%(count)s lines to choose from; at most %(most)s.", count=count, most=most),
        )


def _too_many_digits(screen: InputScreen, most: int | None) -> Iterator[Hard]:
    count = longest(screen.accepts) if screen.accepts.kind in _FIGURES else 0
    if most is not None and count > most:
        sentence = Sentence(
            "Up to %(count)s figures are typed at once; at most %(most)s.", count=count, most=most
        )
        yield Hard((screen.id, "input"), sentence)


def _too_far(release: Release, most: int | None) -> Iterator[Hard]:
    if most is None:
        return
    far = _answers_to(release)
    for service in release.services.values():
        results = [
            far[screen.id]
            for screen in release.screens.values()
            if screen.id in far
            and screen.id.startswith(f"{service.id}.")
            and isinstance(screen, EndScreen | ServiceScreen)
        ]
        nearest = min(results, default=0)
        if nearest > most:
            sentence = Sentence(
                "%(nearest)s answers from home until something is said or done; at most %(most)s.",
                nearest=nearest,
                most=most,
            )
            yield Hard((service.id, "screens"), sentence)


def _answers_to(release: Release) -> dict[str, int]:
    """Returns how many answers lead from home to each screen, by the shortest way."""
    far = {HOME: 0}
    waiting = deque([HOME])
    while waiting:
        at = waiting.popleft()
        step = int(isinstance(release.screens[at], AskingScreen))
        for goto in ways(release, at):
            if far[at] + step < far.get(goto, len(release.screens)):
                far[goto] = far[at] + step
                waiting.append(goto)
    return far
