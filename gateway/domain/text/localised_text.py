"""A text in several languages, with `{name}` and `{name|filter}` placeholders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.gsm7 import utf16_units
from gateway.domain.text.value_formats import CATEGORIES, FILTERS, STYLES, Filter

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


class BadFilter(BadPlaceholder):
    """A filter that there is not, or one with a wrong argument; `sentence` says what to write."""

    def __init__(self, column: int, text: str, sentence: Sentence) -> None:
        super().__init__(column, text)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut at its placeholders: odd places are names.

    `filters` has an entry for each placeholder, None where its value is shown as it is; it is empty
    when all are.

    >>> Template.parse("Dear {name}, {{ok}}").fill({"name": "Asha"})
    'Dear Asha, {ok}'
    """

    pieces: tuple[str, ...]
    filters: tuple[Filter | None, ...] = ()

    @classmethod
    def parse(cls, source: str) -> Template:
        """Returns the compiled template; raises BadPlaceholder."""
        pieces: list[str] = [""]
        filters: list[Filter | None] = []
        end = 0
        for match in _PLACEHOLDER.finditer(source):
            pieces[-1] += source[end : match.start()]
            end = match.end()
            token = match.group()
            if token in ("{{", "}}"):
                pieces[-1] += token[0]
                continue
            name, _, rest = (match.group(1) or "").partition("|")
            if not NAME.fullmatch(name):
                raise BadPlaceholder(match.start(), token)
            pieces += [name, ""]
            filters.append(_filter(rest.strip(), match.start(), token) if "|" in token else None)
        pieces[-1] += source[end:]
        return cls(tuple(pieces), tuple(filters) if any(filters) else ())

    @property
    def names(self) -> tuple[str, ...]:
        """Returns the names of the placeholders, in order."""
        return self.pieces[1::2]

    def fill(self, values: Mapping[str, str], labels: Mapping[str, str] | None = None) -> str:
        """Returns the text with each placeholder replaced; a missing value leaves nothing.

        A label stands for the value of its name, except where a filter says how to write the value.
        """
        if len(self.pieces) == 1:
            return self.pieces[0]
        filled = list(self.pieces)
        filled[1::2] = [values.get(name, "") for name in self.pieces[1::2]]
        for place, name in enumerate(self.names) if labels else ():
            if labels and name in labels and not (self.filters and self.filters[place]):
                filled[2 * place + 1] = labels[name]
        for place, filter in enumerate(self.filters):
            if filter is not None:
                filled[2 * place + 1] = filter.show(filled[2 * place + 1])
        return "".join(filled)

    def readings(self, value: str) -> list[str]:
        """Returns the text as people may read it: a `value` for each, and each arm of a plural.

        >>> Template.parse("{n|plural:one=# cow,other=# cows} of {name}").readings("x")
        ['x cow of x', 'x cows of x']
        """
        arms = [
            list(one.arms.values()) if one is not None and one.arms else ["#"]
            for one in self.filters or (None,) * len(self.names)
        ]
        found = []
        for number in range(max(map(len, arms), default=1)):
            filled = list(self.pieces)
            filled[1::2] = [each[number % len(each)].replace("#", value) for each in arms]
            found.append("".join(filled))
        return found

    def followed_by(self, other: Template) -> Template:
        """Returns one text with another on the line below it.

        >>> Template.parse("No result for {number}").followed_by(Template(("Ask again.",))).pieces
        ('No result for ', 'number', '\\nAsk again.')
        """
        first, *rest = other.pieces
        pieces = (*self.pieces[:-1], f"{self.pieces[-1]}\n{first}", *rest)
        if not self.filters and not other.filters:
            return Template(pieces)
        filters = (self.filters or (None,) * len(self.names)) + (
            other.filters or (None,) * len(other.names)
        )
        return Template(pieces, filters)

    def longest(self, widths: Mapping[str, int], wide: str) -> str:
        """Returns the longest form: each value as many of a wide character as it may have."""
        return "".join(
            piece if place % 2 == 0 else self._longest_value(place // 2, widths, wide)
            for place, piece in enumerate(self.pieces)
        )

    def longest_named(self, widths: Mapping[str, int]) -> str:
        """Returns the longest form, with each value shown by its name: cut, or drawn out by lines.

        >>> Template.parse("Dear {name}!").longest_named({"name": 6})
        'Dear name__!'
        """
        filled = list(self.pieces)
        for place, name in enumerate(self.names):
            written = self.filters[place] if self.filters else None
            width = widths.get(name)
            if written:
                filled[2 * place + 1] = written.longest(width or 0)
            else:
                filled[2 * place + 1] = name if width is None else name[:width].ljust(width, "_")
        return "".join(filled)

    def widest(self, widths: Mapping[str, int]) -> tuple[str, int]:
        """Returns the placeholder that can take the most room, and how much; '' and 0 for none."""
        found = [
            (name, utf16_units(self._longest_value(place, widths, "W")))
            for place, name in enumerate(self.names)
        ]
        return max(found, key=lambda each: each[1], default=("", 0))

    def _longest_value(self, place: int, widths: Mapping[str, int], wide: str) -> str:
        width = widths.get(self.names[place], 0)
        filter = self.filters[place] if self.filters else None
        return filter.longest(width) if filter else wide * width

    def written_in(self, language: str, currency: str, ethiopic: bool, from_six: bool) -> Template:
        """Returns the template with the filters of a language."""
        if not self.filters:
            return self
        filters = tuple(
            each
            and replace(
                each,
                language=language,
                currency=currency,
                ethiopic=ethiopic,
                from_six=from_six,
            )
            for each in self.filters
        )
        return Template(self.pieces, filters)


@dataclass(frozen=True, slots=True)
class LocalisedText:
    """One text, compiled in every language of the release; the fallback is resolved on loading."""

    by_language: Mapping[str, Template]

    def __getitem__(self, language: str) -> Template:
        return self.by_language[language]


def is_blank(text: str) -> bool:
    """Returns whether a phone would show nothing: spaces and invisible signs alone.

    >>> is_blank(" \u200b"), is_blank("{name}")
    (True, False)
    """
    return all(unicodedata.category(letter)[0] in "ZC" for letter in text)


def _filter(written: str, column: int, token: str) -> Filter:
    """Returns the filter behind the bar of a placeholder; raises BadFilter."""
    kind, _, argument = written.partition(":")
    if kind not in FILTERS:
        sentence = Sentence(
            "there is no filter '%(name)s'; there are %(names)s",
            name=kind,
            names=", ".join(FILTERS),
        )
        raise BadFilter(column, token, sentence)
    if not FILTERS[kind].takes.fullmatch(argument):
        raise BadFilter(column, token, _TAKES[kind])
    return Filter(kind=kind, argument=argument)


_TAKES = {
    "number": Sentence("number takes nothing behind it"),
    "money": Sentence(
        "money takes the three letters of a currency, or nothing to use that of main.yaml"
    ),
    "date": Sentence("date takes one of %(names)s, or nothing", names=", ".join(STYLES)),
    "time": Sentence("time takes one of %(names)s, or nothing", names=", ".join(STYLES)),
    "plural": Sentence(
        "plural takes words by category, such as one=# day,other=# days (%(names)s)",
        names=", ".join(CATEGORIES),
    ),
}
