"""Checks of what services say while the system behind them is down, or outside their hours."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.release import Service
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.sheets import sheets
from gateway.domain.text.localised_text import LocalisedText
from gateway.domain.text.phrases import PHRASES


def closed_texts(review: Review) -> Iterator[Fault]:
    """M033 and M072: a placeholder of what is not known by then, or more than a page."""
    menu = review.menu
    for name in menu.written_services():
        service = menu.release.services[name]
        for path, closed, instead_of in _said(service):
            known = PHRASES[instead_of]
            for language, template in closed.by_language.items():
                for placeholder in dict.fromkeys(template.names):
                    if placeholder in known:
                        continue
                    (only,) = known
                    sentence = Sentence(
                        "Nothing gives a value for {%(placeholder)s}. Only {%(only)s} "
                        "is known here.",
                        placeholder=placeholder,
                        only=only,
                    )
                    yield menu.fault("M033", sentence, *path, language)
            for sheet in sheets(review, service.start):
                text = sheet.fill(closed, known)
                if over := sheet.over(text):
                    sentence = sheet.say(
                        over, Sentence("What is said while closed is too long"), text
                    )
                    yield menu.fault("M072", sentence, *path, sheet.language)


def _said(service: Service) -> Iterator[tuple[Path, LocalisedText, str]]:
    """Yields each text of a closed service, where it stands, and the phrase it is instead of."""
    if service.closed is not None:
        yield (service.id, "closed"), service.closed, "closed"
    if service.hours is not None and service.hours.text is not None:
        yield (service.id, "hours", "text"), service.hours.text, "closed_until"


def overlapping_hours(review: Review) -> Iterator[Fault]:
    """M098: two spans of a service's hours overlap."""
    menu = review.menu
    for name in menu.written_services():
        hours = menu.release.services[name].hours
        days: dict[str, list[str]] = {}
        for day, both in hours.overlaps() if hours is not None else ():
            days.setdefault(both, []).append(day)
        for both, named in days.items():
            sentence = Sentence(
                "The spans of %(names)s overlap: %(both)s.", names=", ".join(named), both=both
            )
            yield menu.fault("M098", sentence, name, "hours", "open")
