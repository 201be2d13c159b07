"""Sentences in rows: kept with their values apart, so that each reader has their own language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gateway.domain.faults_and_errors.sentence import Sentence, again, parts_of
from gateway.domain.text.language_names import LanguageName, language_name


def packed(text: object) -> object:
    """Returns a text, or a value of a sentence, as JSON can hold it; `unpacked` reads it again.

    >>> packed(Sentence("No %(name)s.", name="maji"))
    {'sentence': 'No %(name)s.', 'values': {'name': 'maji'}}
    >>> packed("as an older version kept it")
    'as an older version kept it'
    """
    match text:
        case Sentence():
            *kept, values = parts_of(text)
            told = dict(zip(_PARTS, map(packed, kept), strict=True))
            told["counts"] = text.counts if text.singular else ""
            told["values"] = {name: packed(value) for name, value in values.items()}
            told["then"] = [packed(each) for each in text.then]
            return {name: each for name, each in told.items() if each}
        case LanguageName():
            return {"language": text.code}
        case datetime():
            return {"moment": text.isoformat()}
        case date():
            return {"day": text.isoformat()}
        case None | str() | int() | float():
            return text
        case _:
            return str(text)


#: The parts of a sentence before its values, as rows name them.
_PARTS = ("sentence", "by_command", "on_page", "singular", "counts")


def unpacked(kept: Any) -> Any:
    """Returns what `packed` was given.

    >>> unpacked({"sentence": "No %(name)s.", "values": {"name": "maji"}})
    'No maji.'
    """
    match kept:
        case {"sentence": str() as sentence}:
            values = {name: unpacked(each) for name, each in kept.get("values", {}).items()}
            then = tuple(map(unpacked, kept.get("then", ())))
            others = (kept.get("by_command", ""), unpacked(kept.get("on_page")))
            plural = (kept.get("singular", ""), kept.get("counts", "number"))
            return again((sentence, *others, *plural, values), then)
        case {"language": str() as code}:
            return language_name(code)
        case {"moment": str() as moment}:
            return datetime.fromisoformat(moment)
        case {"day": str() as day}:
            return date.fromisoformat(day)
        case _:
            return kept
