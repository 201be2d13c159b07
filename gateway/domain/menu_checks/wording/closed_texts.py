"""Checks of what services say while the system behind them is down: one page, the same for all."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.sheets import sheets
from gateway.domain.text.phrases import PHRASES


def closed_texts(review: Review) -> Iterator[Fault]:
    """M033 and M072: a placeholder of what is not known by then, or more than a page."""
    menu = review.menu
    for name in menu.written_services():
        closed = menu.release.services[name].closed
        if closed is None:
            continue
        for language, template in closed.by_language.items():
            for placeholder in dict.fromkeys(template.names):
                if placeholder in PHRASES["closed"]:
                    continue
                sentence = (
                    f"Nothing gives a value for {{{placeholder}}}. Only {{minutes}} is known here."
                )
                yield menu.fault("M033", sentence, name, "closed", language)
        for sheet in sheets(review, menu.release.services[name].start):
            text = sheet.fill(closed, PHRASES["closed"])
            if over := sheet.over(text):
                sentence = sheet.say(over, "What is said while closed is too long", text)
                yield menu.fault("M072", sentence, name, "closed", sheet.language)
