"""Finds the answer to each number in the answer to a call for many."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.adapters.providers.http.template.fields import Fields, JsonTree, Path
from gateway.adapters.providers.http.template.shapes import Many
from gateway.domain.faults_and_errors.errors import Malformed

#: A number in an answer may lack its country; one that is shorter names nobody.
_LEAST_DIGITS = 7


def answers_to_each(
    fields: Fields | None, many: Many, numbers: Sequence[str]
) -> list[Fields | None] | None:
    """Returns the answer to each number, as if it had been asked for alone.

    None stands for a number of which nothing, or not one thing, is said; where nothing is said of
    any, None is all that is returned. `numbers` are digits of E.164, each once.
    """
    if not isinstance(fields, JsonTree):
        return None
    path = Path.of(many.each)
    try:
        entries = fields.each(path)
    except Malformed:
        return None
    if not entries:
        return None
    told = [_digits(entry, many.number) for entry in entries]
    found: list[Fields | None] = []
    for number in numbers:
        # Two entries for a number, or two numbers for an entry: which holds nobody can tell.
        ours = [place for place, digits in enumerate(told) if _is(number, digits)]
        alone = len(ours) == 1 and sum(_is(other, told[ours[0]]) for other in numbers) == 1
        found.append(fields.with_only(path, entries[ours[0]]) if alone else None)
    return found


def _digits(entry: JsonTree, name: str) -> str:
    try:
        told = entry.text(Path.of(name))
    except Malformed:
        return ""
    return (told or "").strip().lstrip("+0")


def _is(number: str, digits: str) -> bool:
    return len(digits) >= _LEAST_DIGITS and number.endswith(digits)
