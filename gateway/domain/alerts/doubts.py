"""What a person has to decide about a warning before it goes out, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway.domain.alerts.alert import Alert, Area, Info
from gateway.domain.alerts.districts import Placed
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.language_names import language_name

#: Clocks differ by seconds; a source's that is further ahead is wrong, or its time zone is.
MOST_AHEAD = timedelta(minutes=15)
#: Words by which an alert says itself that it is none.
_TEST_WORDS = re.compile(
    r"\b(test|exercise|drill|essai|exercice|jaribio|zoezi|prueba|simulacro|teste|simulado)\b"
    "|اختبار|تمرين|ሙከራ|ልምምድ",
    re.IGNORECASE,
)


def about_origin(alert: Alert, infos: Sequence[Info], now: datetime) -> Iterator[Sentence]:
    """Yields what is to be asked of the source itself."""
    if alert.name.sent > now + MOST_AHEAD:
        yield Sentence(
            "It says that it was sent at %(time)s, which is still to come. Ask its source whether "
            "it is meant.",
            time=alert.name.sent.isoformat(),
        )
    said = next(filter(None, (_calls_itself_test(info) for info in infos)), "")
    if said:
        yield Sentence(
            "Its status is Actual, and it says '%(word)s'. Ask its source which holds.", word=said
        )


def about_text(language: str, doubt: Sentence) -> Sentence:
    """Returns a doubt about the text in one language.

    >>> about_text("sw", Sentence("what to do does not fit. Write the text."))
    'Swahili: what to do does not fit. Write the text.'
    """
    return Sentence("%(language)s: %(doubt)s", language=language_name(language), doubt=doubt)


def about_places(areas: Sequence[Area], where: Placed) -> Iterator[Sentence]:
    """Yields what has to be said of the places."""
    if not areas:
        yield Sentence("It names no area. Say which districts it is for.")
    for each in where.unknown:
        yield Sentence("No district was found in the area '%(area)s'.", area=each)


def _calls_itself_test(info: Info) -> str:
    """Returns the word by which an info says that it is a test, else an empty text."""
    found = _TEST_WORDS.search(f"{info.event}\n{info.headline}")
    return found[0] if found else ""
