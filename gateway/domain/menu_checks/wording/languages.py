"""Checks of a text in one language: its plural categories, its letters, its values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Place, nearest
from gateway.domain.menu_checks.candidate import MAIN, Candidate, Review, texts
from gateway.domain.menu_checks.wording.texts import secrets_in_texts, unknown_placeholders
from gateway.domain.text.days_and_hours.clock_from_six import SAYINGS, has_this_clock
from gateway.domain.text.gsm7 import downgraded, offending
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.domain.text.placeholders import lost
from gateway.domain.text.value_formats import CATEGORIES, categories

#: The way from a screen to what each row of a list is shown as.
_LINE_OF_ROWS = ("choice", "label")


def plural_categories(review: Review) -> Iterator[Fault]:
    """M104: a plural with other categories than its language has (CLDR)."""
    for path, text in texts(review.menu):
        for language, template in text.by_language.items():
            for sentence in _wrong_plurals(template):
                yield review.menu.fault("M104", sentence, *path, language)


def _wrong_plurals(template: Template) -> Iterator[Sentence]:
    for filter in template.filters:
        if filter is None or filter.kind != "plural":
            continue
        wanted, written = categories(filter.language), filter.arms.keys()
        missing = [one for one in CATEGORIES if one in wanted and one not in written]
        strange = [one for one in CATEGORIES if one in written and one not in wanted]
        if missing:
            yield Sentence(
                "The plural in language %(language)s lacks %(names)s.",
                language=filter.language,
                names=_named(missing),
            )
        if strange:
            yield Sentence(
                "Language %(language)s has no plural category %(names)s.",
                language=filter.language,
                names=_named(strange),
            )


def letters_outside_gsm7(review: Review) -> Iterator[Fault]:
    """M105: a letter outside GSM-7 in a language that is to be shown in GSM-7."""
    menu = review.menu
    languages = [code for code, letters in menu.charsets.items() if letters != "unicode"]
    for path, text in texts(menu):
        for language in languages:
            template = text.by_language.get(language)
            said = "".join(template.readings("")) if template else ""
            letters = offending(downgraded(said))
            if letters:
                sentence = Sentence(
                    "GSM-7 lacks '%(letters)s', and language %(language)s is shown in it.",
                    letters=letters[:20],
                    language=language,
                )
                yield menu.fault("M105", sentence, *path, language)


def clocks_without_words(review: Review) -> Iterator[Fault]:
    """M121: a clock that begins at six in a language whose parts of the day are not known."""
    for language in sorted(review.menu.release.from_six):
        if not has_this_clock(language):
            known = ", ".join(SAYINGS)
            sentence = Sentence(
                "The clock from six has no words for language %(language)s yet; for %(known)s.",
                language=language,
                known=known,
            )
            yield review.menu.fault("M121", sentence, MAIN, "clocks", language)


def lost_placeholders(review: Review) -> Iterator[Fault]:
    """M107: a value that the text has in the default language and loses in another."""
    menu = review.menu
    source = menu.release.default_language
    found = [
        (
            path,
            menu.fault(
                "M107",
                Sentence(
                    "In language %(language)s this text %(loss)s.", language=language, loss=loss
                ),
                *path,
                language,
            ),
        )
        for path, text in texts(menu)
        for language, loss in _losses(menu, path, text)
    ]
    # Whoever lacks a name that means nothing, or a secret, is right; the other is told.
    strange = chain(unknown_placeholders(review), secrets_in_texts(review)) if found else ()
    told = {Place(fault.file, fault.line, fault.column) for fault in strange}
    for path, fault in found:
        if nearest(menu.spots, (*path, source)).offending not in told:
            yield fault


def _losses(menu: Candidate, path: Path, text: LocalisedText) -> Iterator[tuple[str, Sentence]]:
    """Yields what a text loses in a language, with that language."""
    source = menu.release.default_language
    written = {
        language: template
        for language, template in text.by_language.items()
        if (*path, language) in menu.spots and (*path, language) not in menu.unread_texts
    }
    for language, template in written.items():
        of_rows = path[1:] == _LINE_OF_ROWS and source in written
        if of_rows and len(template.names) == len(written[source].names):
            continue  # a list may have a column for each language: {name_en}, and {name_sw}
        for said in lost(written[source], template) if source in written else ():
            yield language, said


def _named(found: list[str]) -> str:
    return ", ".join(f"'{one}'" for one in found)
