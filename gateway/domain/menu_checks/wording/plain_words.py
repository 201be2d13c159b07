"""Checks of texts for who had four years of school: common words, short sentences."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu_checks.candidate import MAIN, PHRASES_FILE, Review, texts
from gateway.domain.menu_checks.reading_limits import Hard
from gateway.domain.text.common_words import WORD, sentences, uncommon
from gateway.domain.text.localised_text import Template

#: What a person may have typed, and what institutions and languages are called: names.
_NAMES = "example"
_CALLED = (MAIN, "institutions")
_LANGUAGES = (PHRASES_FILE, "language_title")
#: Stands for a value, which is a word at least: a letter that no language writes. What touches it
#: is a part of a word, such as the ከ before a day.
_VALUE = "\N{LATIN LETTER BIDENTAL PERCUSSIVE}"


def hard_words(review: Review) -> Iterator[Hard]:
    """Yields words that are not among the commonest of their language, and long sentences."""
    limits = review.menu.reading
    if limits.sentence is None and not limits.common:
        return
    for path, text in texts(review.menu):
        if _is_a_name(path):
            continue
        for language in review.menu.release.languages:
            template = text.by_language.get(language)
            if template is None or (*path, language) not in review.menu.spots:
                continue  # a text of the gateway's own, or of the language that stands in
            yield from _hard(review, (*path, language), template, language)


def _hard(review: Review, path: Path, template: Template, language: str) -> Iterator[Hard]:
    limits = review.menu.reading
    readings = template.readings(_VALUE)
    common = limits.common.get(language)
    # One under another: a sentence ends with its line.
    for word in uncommon("\n".join(readings), language, common) if common else ():
        if _VALUE in word:
            continue
        sentence = Sentence(
            "'%(word)s' (language %(language)s) is not among the commonest words. Say "
            "it in simpler ones, or add it to `plain` of glossary/%(language)s.yaml "
            "where readers know it.",
            word=word,
            language=language,
        )
        yield Hard(path, sentence)
    if limits.sentence is None:
        return
    for reading in readings:
        for said in sentences(reading):
            count = len(WORD.findall(said))
            if count > limits.sentence:
                sentence = Sentence(
                    "%(count)s words in a sentence in language %(language)s; at most %(most)s.",
                    count=count,
                    language=language,
                    most=limits.sentence,
                )
                yield Hard(path, sentence)


def _is_a_name(path: Path) -> bool:
    return path[-1] == _NAMES or path[:2] in (_CALLED, _LANGUAGES)
