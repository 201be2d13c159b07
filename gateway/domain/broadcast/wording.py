"""The texts of a broadcast: one a language, with values of the list in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.localised_text import BadPlaceholder, Template, is_blank

#: More than a phone joins, and more than anybody reads (`SMS_PAGE` has three).
MOST_SEGMENTS = 6
#: What stands for the district of a subscription, where the audience has districts.
DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by language. Who reads none of them is written to in `fallback`."""

    texts: Mapping[str, Template] = field(repr=False)
    fallback: str

    @classmethod
    def compile(cls, written: Mapping[str, str], fallback: str) -> Wording:
        """Returns them compiled; raises ValueError with a `Sentence` of what to write instead."""
        if not written:
            raise ValueError(
                Sentence("A broadcast needs a text.", by_command="Give one, such as: --text en='…'")
            )
        if fallback not in written:
            raise ValueError(
                Sentence(
                    "There is no text in '%(language)s', which others would be given.",
                    language=fallback,
                )
            )
        texts = {}
        for language, text in written.items():
            if is_blank(text):
                raise ValueError(
                    Sentence("The text in '%(language)s' is empty.", language=language)
                )
            try:
                texts[language] = Template.parse(text)
            except BadPlaceholder as bad:
                raise ValueError(
                    Sentence(
                        "The text in '%(language)s' has a brace that names no column, at character "
                        "%(column)s. Write {name}, or {{ for a brace.",
                        language=language,
                        column=bad.column + 1,
                    )
                ) from None
        wanted = {language: set(each.names) for language, each in texts.items()}
        for language, names in wanted.items():
            if lost := sorted(wanted[fallback] - names):
                raise ValueError(
                    Sentence(
                        "The text in '%(language)s' lacks {%(name)s}, which '%(other)s' has.",
                        language=language,
                        name=lost[0],
                        other=fallback,
                    )
                )
        return cls(texts, fallback)

    @property
    def names(self) -> Sequence[str]:
        """Returns the names of all values that any of the texts needs, in order."""
        return list(dict.fromkeys(name for each in self.texts.values() for name in each.names))

    def language_for(self, language: str) -> str:
        """Returns the language in which somebody is written to."""
        return language if language in self.texts else self.fallback
