"""A text in several languages, with `{name}` placeholders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Chosen over `str.format`, which would let a menu reach into Python objects.
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
NAME = re.compile(r"[a-z][a-z0-9_]*")


class BadPlaceholder(ValueError):
    """A brace that opens or closes nothing, or a name that cannot be one.

    `column` counts from 0. The text of the error is the piece at fault.
    """

    def __init__(self, column: int, text: str) -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut at its placeholders: odd places are names.

    >>> Template.parse("Dear {name}, {{ok}}").fill({"name": "Asha"})
    'Dear Asha, {ok}'
    """

    pieces: tuple[str, ...]

    @classmethod
    def parse(cls, source: str) -> Template:
        """Returns the compiled template; raises BadPlaceholder."""
        pieces: list[str] = [""]
        end = 0
        for match in _PLACEHOLDER.finditer(source):
            pieces[-1] += source[end : match.start()]
            end = match.end()
            token = match.group()
            if token in ("{{", "}}"):
                pieces[-1] += token[0]
            elif match.group(1) is not None and NAME.fullmatch(match.group(1)):
                pieces += [match.group(1), ""]
            else:
                raise BadPlaceholder(match.start(), token)
        pieces[-1] += source[end:]
        return cls(tuple(pieces))

    @property
    def names(self) -> tuple[str, ...]:
        """Returns the names of the placeholders, in order."""
        return self.pieces[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """Returns the text with each placeholder replaced; a missing value leaves nothing."""
        if len(self.pieces) == 1:
            return self.pieces[0]
        filled = list(self.pieces)
        filled[1::2] = [values.get(name, "") for name in self.pieces[1::2]]
        return "".join(filled)


@dataclass(frozen=True, slots=True)
class LocalisedText:
    """One text, compiled in every language of the release; the fallback is resolved on loading."""

    by_language: Mapping[str, Template]

    def __getitem__(self, language: str) -> Template:
        return self.by_language[language]
