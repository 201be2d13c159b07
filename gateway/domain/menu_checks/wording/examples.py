"""Checks of examples: what a citizen is told to send must be taken when it is sent."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.menu.screens import InputScreen
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.text.phrases import PHRASES

#: In characters, whatever the letters.
LONGEST_EXAMPLE = PHRASES["example"]["example"]


def refused_examples(review: Review) -> Iterator[Fault]:
    """M059: an example that its own screen refuses, or that is too long to be shown."""
    for screen in review.menu.release.each(InputScreen):
        if screen.example is None:
            continue
        told: set[str] = set()
        for language, template in screen.example.by_language.items():
            example = template.fill({})
            if example in told:
                continue  # the same in all languages
            told.add(example)
            if len(example) > LONGEST_EXAMPLE:
                sentence = Sentence(
                    "The example has %(number)s characters, %(most)s at most.",
                    number=len(example),
                    most=LONGEST_EXAMPLE,
                )
                yield review.menu.fault("M059", sentence, screen.id, "example", language)
            elif isinstance(check(screen.accepts, example, language), Complaint):
                sentence = Sentence(
                    "The screen refuses its own example in language %(language)s.",
                    language=language,
                )
                yield review.menu.fault("M059", sentence, screen.id, "example", language)
