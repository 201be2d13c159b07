"""Sentences as rows keep them, so that each reader is told in their own language.

A row has the English text beside it: one that was stored before sentences were kept is read as it
is, and so is each by a process that knows no sentences yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.language_names import LanguageName, language_name

Kept = dict[str, Any]


def kept(text: str) -> Kept | None:
    """Returns a sentence as plain values; None of a text that is none."""
    if not isinstance(text, Sentence):
        return None
    return {
        "sentence": text.sentence,
        "values": {name: _plain(value) for name, value in text.values.items()},
    }


def told(text: str, plain: Kept | None) -> str:
    """Returns the sentence that was kept beside a text; the text itself without one.

    >>> told("No a.", kept(Sentence("No %(name)s.", name="a"))).values
    {'name': 'a'}
    >>> told("No a.", None)
    'No a.'
    """
    if plain is None:
        return text
    values: dict[str, Any] = {name: _value(value) for name, value in plain["values"].items()}
    return Sentence(plain["sentence"], **values)


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
        case _:
            return value


def _value(plain: Any) -> Any:
    match plain:
        case {"sentence": _}:
            return told("", plain)
        case {"language": str(code)}:
            return language_name(code)
        case _:
            return plain
