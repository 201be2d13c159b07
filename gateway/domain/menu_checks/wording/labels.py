"""Checks of labels as words that people send: who sends what a screen says comes there."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.inbound.home_lines import line_of_home
from gateway.domain.menu.release import HOME, LANGUAGE_SERVICE, Release
from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.menu_checks.candidate import Review, option_path
from gateway.domain.text.localised_text import LocalisedText

#: Nobody types a longer label.
_LONGEST = 60


def labels_that_open_another(review: Review) -> Iterator[Fault]:
    """M122: a label that opens another service when it is sent, or a line of home that opens none.

    Labels of services are their titles, the lines that lead to them, and those of a first screen
    that says what it does. A line of home may open what stands behind it: Health, a clinic.
    """
    release = review.menu.release
    if review.menu.broken:
        return  # what could not be read may be what opens
    starts = {service.start: service.id for service in release.services.values()}
    for service in review.menu.written_services():
        if release.services[service].keywords:
            yield from _faults(review, (service, "title"), release.services[service].title, service)
    for screen in release.each(ChoiceScreen):
        at = screen.id.partition(".")[0]
        if at == LANGUAGE_SERVICE:
            continue
        acts = screen.id in starts and screen.acts
        for key, option in screen.options.items():
            opens = starts.get(option.goto, "")
            path = option_path(screen, key, "label")
            if opens and opens != at:
                yield from _faults(review, path, option.label, opens, home=screen.id == HOME)
            elif acts:
                yield from _faults(review, path, option.label, at)


def _faults(
    review: Review,
    path: Path,
    label: LocalisedText,
    service: str,
    *,
    home: bool = False,
) -> Iterator[Fault]:
    release = review.menu.release
    for language, template in label.by_language.items():
        said = "".join(template.pieces)
        if template.names or language not in release.languages or len(said) > _LONGEST:
            continue
        found = read(release, said, language)
        if home and found.opening is Opening.UNKNOWN:
            found = line_of_home(release, said, language) or found
        opened = _opened(release, found)
        if opened == service or (not opened and not home):
            continue
        if home and opened in _behind(release, service):
            continue
        if opened:
            sentence = Sentence(
                "Who sends '%(said)s' (language %(language)s) opens '%(opened)s': it is a label of "
                "'%(service)s'. Word it otherwise, or give a line `also`, or a service a keyword.",
                said=said,
                language=language,
                opened=opened,
                service=service,
            )
        else:
            sentence = Sentence(
                "Who sends '%(said)s' (language %(language)s) is not understood: it is a label of "
                "'%(service)s'. Word it otherwise, or give a line `also`, or a service a keyword.",
                said=said,
                language=language,
                service=service,
            )
        yield review.menu.fault("M122", sentence, *path, language)


def _behind(release: Release, service: str) -> set[str]:
    """Returns the services to which the lines of a service's first screen lead."""
    screen = release.screens.get(release.services[service].start)
    options = screen.options.values() if isinstance(screen, ChoiceScreen) else ()
    return {option.goto.partition(".")[0] for option in options}


def _opened(release: Release, found: Read) -> str:
    """Returns the service that a text opens; empty for none."""
    if found.opening is Opening.SERVICE:
        return found.service
    home = release.screens.get(HOME)
    if found.opening is Opening.MENU and found.words and isinstance(home, ChoiceScreen):
        option = home.options.get(found.words[0])
        return option.goto.partition(".")[0] if option else ""
    return ""
