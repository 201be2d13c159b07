"""Compiles the texts of menu files, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.faults import Fault
from gateway.domain.localised_text import BadPlaceholder, LocalisedText, Template
from gateway.domain.places import Path, Spot, nearest

#: A text as written: the same in all languages, or one for each.
Text = str | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCompiler:
    """Makes texts of what is written; gathers the faults of placeholders on the way."""

    languages: Mapping[str, str]
    fallbacks: Mapping[str, str]
    spots: Mapping[Path, Spot]
    faults: list[Fault] = field(default_factory=list)

    def text(self, text: Text, *path: str) -> LocalisedText:
        """Returns a text compiled; a language that is missing takes the one that stands in."""
        if isinstance(text, str):
            return LocalisedText(dict.fromkeys(self.languages, self._template(text, path)))
        written = {code: self._template(said, (*path, code)) for code, said in text.items()}
        found = {code: self._standing_in(code, written) for code in self.languages}
        # What is written in a language that is not listed stays: the checker names it.
        return LocalisedText(
            {code: template for code, template in (found | written).items() if template}
        )

    def _standing_in(self, language: str, written: Mapping[str, Template]) -> Template | None:
        for _ in range(len(self.fallbacks) + 1):  # they may go round in a faulty file
            if language in written or language not in self.fallbacks:
                break
            language = self.fallbacks[language]
        return written.get(language)

    def _template(self, source: str, path: Path) -> Template:
        try:
            return Template.parse(source)
        except BadPlaceholder as bad:
            sentence = f"'{bad}' at character {bad.column + 1} of the text is no placeholder."
            place = nearest(self.spots, path).offending
            self.faults.append(place.fault("M032", sentence))
            return Template((source,))
