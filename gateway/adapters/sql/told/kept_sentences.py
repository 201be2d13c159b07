"""Sentences as rows keep them, so that each reader is told in their own language.

A row has the English text beside it: one that was stored before sentences were kept is read as it
is, and so is each by a process that knows no sentences yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from gateway.domain.faults_and_errors.sentence import Sentence, again, parts_of
from gateway.domain.text.counts import Count
from gateway.domain.text.language_names import LanguageName, language_name

Kept = dict[str, Any]


def kept(text: str) -> Kept | None:
    """Returns a sentence as plain values; None of a text that is none."""
    if not isinstance(text, Sentence):
        return None
    sentence, by_command, on_page, singular, counts, values = parts_of(text)
    whole = {
        "sentence": sentence,
        "values": {name: _plain(value) for name, value in values.items()},
        "by_command": by_command,
        "on_page": None if on_page is None else kept(on_page),
        "singular": singular,
        "counts": counts,
        "then": [_plain(each) for each in text.then],
    }
    return {name: value for name, value in whole.items() if value or name == "sentence"}


def told(text: str, plain: Kept | None) -> str:
    """Returns the sentence that was kept beside a text; the text itself without one.

    >>> told("No a.", kept(Sentence("No %(name)s.", name="a"))).values
    {'name': 'a'}
    >>> told("No a.", None)
    'No a.'
    """
    return text if plain is None else _sentence(plain)


def _sentence(plain: Kept) -> Sentence:
    on_page = plain.get("on_page")
    parts = (
        plain["sentence"],
        plain.get("by_command", ""),
        None if on_page is None else _sentence(on_page),
        plain.get("singular", ""),
        plain.get("counts", "number"),
        {name: _value(value) for name, value in plain.get("values", {}).items()},
    )
    return again(parts, tuple(map(_value, plain.get("then", ()))))


def all_told(texts: Sequence[str], plain: Sequence[Kept | None]) -> Sequence[str]:
    """Returns each of several, as `told` does; `plain` is empty where none was kept."""
    beside = plain or [None] * len(texts)
    return [told(text, each) for text, each in zip(texts, beside, strict=True)]


def _plain(value: object) -> object:
    match value:
        case Sentence():
            return kept(value)
        case LanguageName():
            return {"language": value.code}
        case Count():
            return {"count": int(value)}
        case date():
            return {"day": date(value.year, value.month, value.day).isoformat()}
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)


def _value(plain: Any) -> Any:
    match plain:
        case {"sentence": _}:
            return _sentence(plain)
        case {"language": str(code)}:
            return language_name(code)
        case {"count": int(number)}:
            return Count(number)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case _:
            return plain
