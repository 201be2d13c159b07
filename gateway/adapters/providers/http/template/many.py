"""SMS with one text to many numbers in one call: its request, compiled, and taken apart again."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.adapters.providers.http.template.fields import DOCUMENT
from gateway.adapters.providers.http.template.shapes import Many, SmsOut
from gateway.adapters.providers.http.template.values import Compiler, Known, Make
from gateway.domain.faults_and_errors.source_location import Path

_NUMBER = "{to}"


@dataclass(frozen=True, slots=True)
class ManyMaker:
    """Puts many numbers into the fields of a call.

    `place` leads to what has them: a list with an `entry` for each, or a text that joins them.
    """

    shape: Many
    place: Sequence[str]
    entry: Make | None

    def known(self, knowns: Sequence[Known]) -> Known:
        """Returns what is known of all together; an id of ours would be that of one of them."""
        numbers = self.shape.joined.join(str(known["to"]) for known in knowns)
        return {**knowns[0], "to": numbers, "id": ""}

    def put(self, fields: dict[str, Any], knowns: Sequence[Known], case: str) -> None:
        """Puts an entry for each number into fields that have one."""
        if self.entry is not None:
            within, last = _within(fields, self.place)
            within[last] = [self.entry(known, case) for known in knowns]

    def apart(self, fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Returns fields that came as those of a call for each number; as they are for one."""
        try:
            within, last = _within(fields, self.place)
            held = within[last]
        except (KeyError, TypeError):
            return [fields]
        each = held if self.entry is not None else str(held).split(self.shape.joined)
        if not isinstance(each, list) or len(each) < 2:
            return [fields]
        return [self._of_one(fields, one) for one in each]

    def _of_one(self, fields: Mapping[str, Any], one: object) -> Mapping[str, Any]:
        copied = copy.deepcopy(dict(fields))
        within, last = _within(copied, self.place)
        within[last] = [one] if self.entry is not None else one
        return copied


def many_maker(
    shape: SmsOut, compiler: Compiler, at: Path, wrong: list[tuple[Path, str]]
) -> ManyMaker | None:
    """Returns what makes calls for many, None where there are none; what is wrong is noted."""
    many, answer = shape.many, shape.answer
    if many is None:
        return None
    first = "0." if many.each == DOCUMENT else f"{many.each}.0."
    if answer.reads != "json" or not any(name.startswith(first) for name in answer.id or ()):
        said = f"Each number has its answer: `reads: json`, and `id` begins with {first}"
        wrong.append(((*at, "many", "each"), said))
    if many.joined:
        place = next(([name] for name, each in shape.fields.items() if each == _NUMBER), None)
        if place is None:
            said = f"No field holds {_NUMBER} alone: there is nothing to join."
            wrong.append(((*at, "many", "joined"), said))
        return ManyMaker(many, place or [], None)
    found = _list_of_one(shape.fields) if shape.writes == "json" else None
    if found is None:
        said = f"No list of one entry holds {_NUMBER}, in JSON: write `joined`, or such a list."
        wrong.append(((*at, "many"), said))
        return None
    place, entry = found
    return ManyMaker(many, place, compiler.value(entry, (*at, "fields", *place, "0")))


def _list_of_one(fields: Mapping[str, Any]) -> tuple[list[str], object] | None:
    """Returns where the outermost list stands whose one entry holds the number, and the entry."""
    for name, each in fields.items():
        if _NUMBER not in json.dumps(each):
            continue
        if isinstance(each, list) and len(each) == 1:
            return [name], each[0]
        if isinstance(each, dict) and (found := _list_of_one(each)) is not None:
            return [name, *found[0]], found[1]
    return None


def _within(fields: Any, place: Sequence[str]) -> tuple[Any, str]:
    for step in place[:-1]:
        fields = fields[step]
    return fields, place[-1]
