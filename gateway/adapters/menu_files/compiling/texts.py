"""Compiles the texts of menu files, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Spot, nearest
from gateway.domain.menu.release import ReservedWords
from gateway.domain.text.localised_text import BadFilter, BadPlaceholder, LocalisedText, Template
from gateway.domain.text.transliteration import transliterated

#: Stands in for a text that could not be read.
UNREAD_TEXT = "…"

#: A text as written: the same in all languages, or one for each.
Text = str | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCompiler:
    """Makes texts of what is written; gathers the faults of placeholders on the way.

    `currency_unread` tells that one is written and cannot be read. `ethiopic` are the languages
    with that calendar, `from_six` those with that clock, `transliterated` those shown in GSM-7.
    `phrases` are the gateway's own sentences, for the screens that are made of them, and `words`
    the reserved ones; `unread` are the paths of what could not be compiled, and stands there as it
    was written.
    """

    languages: Mapping[str, str]
    fallbacks: Mapping[str, str]
    spots: Mapping[Path, Spot]
    currency: str = ""
    currency_unread: bool = False
    ethiopic: frozenset[str] = frozenset()
    from_six: frozenset[str] = frozenset()
    transliterated: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)
    phrases: dict[str, LocalisedText] = field(default_factory=dict)
    words: ReservedWords = field(default_factory=ReservedWords)

    def text(self, text: Text, *path: str) -> LocalisedText:
        """Returns a text compiled; a language that is missing takes the one that stands in."""
        if isinstance(text, str):
            template = self._template(text, path)
            each = {code: self._localised(template, code) for code in self.languages}
            return LocalisedText({code: self._lettered(one, code) for code, one in each.items()})
        written = {
            code: self._localised(self._template(said, (*path, code)), code)
            for code, said in text.items()
        }
        found = {code: self._standing_in(code, written) for code in self.languages}
        shown = {code: self._lettered(one, code) for code, one in found.items() if one}
        # What is written in a language that is not listed stays: the checker names it.
        return LocalisedText({**shown, **{c: t for c, t in written.items() if c not in found}})

    def _localised(self, template: Template, language: str) -> Template:
        ethiopic, from_six = language in self.ethiopic, language in self.from_six
        return template.written_in(language, self.currency, ethiopic, from_six)

    def _lettered(self, template: Template, language: str) -> Template:
        if language not in self.transliterated:
            return template
        # Names stand at the odd places, and stay.
        pieces = (
            piece if place % 2 else transliterated(piece)
            for place, piece in enumerate(template.pieces)
        )
        filters = (
            replace(each, argument=transliterated(each.argument))
            if each and each.kind == "plural"
            else each
            for each in template.filters
        )
        lettered = Template(tuple(pieces), tuple(filters))
        tongues = {each.language.partition("-")[0] for each in template.filters if each}
        # The same tongue in another script names its months and counts in that script.
        return (
            self._localised(lettered, language)
            if tongues == {language.partition("-")[0]}
            else lettered
        )

    def _standing_in(self, language: str, written: Mapping[str, Template]) -> Template | None:
        for _ in range(len(self.fallbacks) + 1):  # they may go round in a faulty file
            if language in written or language not in self.fallbacks:
                break
            language = self.fallbacks[language]
        return written.get(language)

    def _template(self, source: str, path: Path) -> Template:
        place = nearest(self.spots, path).offending
        if source == UNREAD_TEXT:
            self.unread.add(path)
        try:
            template = Template.parse(source)
        except BadFilter as bad:
            sentence = Sentence("In '%(text)s': %(why)s.", text=str(bad), why=bad.sentence)
            self.faults.append(place.fault("M103", sentence))
            self.unread.add(path)
            return Template((source,))
        except BadPlaceholder as bad:
            sentence = Sentence(
                "'%(text)s' at character %(number)s of the text is no placeholder.",
                text=str(bad),
                number=bad.column + 1,
            )
            self.faults.append(place.fault("M032", sentence))
            self.unread.add(path)
            return Template((source,))
        filters = [each for each in template.filters if each is not None]
        known = self.currency or self.currency_unread  # what cannot be read is told once
        if any(one.kind == "money" and not (one.argument or known) for one in filters):
            sentence = Sentence(
                "An amount needs a currency: add `currency: KES` or the like to main.yaml."
            )
            self.faults.append(place.fault("M103", sentence))
        return template
