"""From a form that was filled in to the edits of its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from gateway.adapters.menu_files.forms.fields import (
    FileForm,
    FormField,
    GroupField,
    Sort,
    TextField,
    ValueField,
    YamlField,
    key_of,
)
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import (
    Conflict,
    Edit,
    FormChanges,
    Put,
    Remove,
    Replace,
    SetText,
    Written,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """One input of a form: what stands there now, and whether it is a list."""

    path: Path
    now: str
    is_list: bool
    is_there: bool


def changes_of(form: FileForm, written: Mapping[str, str], read: Mapping[str, str]) -> FormChanges:
    """Returns what was changed: `written` is what the form says now, `read` what it said before.

    Both are by the names of inputs. What somebody else has changed since is a conflict, unless
    both wrote the same. An empty field takes its key out.
    """
    edits: list[Edit] = []
    conflicts: list[Conflict] = []
    for place in _places(form):
        key = key_of(place.path)
        if key not in written:
            continue
        mine, before = _told(written[key]), _told(read.get(key, place.now))
        if mine in (before, place.now):
            continue
        if before != place.now:
            conflicts.append(Conflict(path=place.path, mine=mine, theirs=place.now))
            continue
        edits.append(_edit(place, mine))
    known = {key_of(place.path) for place in _places(form)}
    for key in written.keys() - known:
        if _told(written[key]) != _told(read.get(key, "")):
            path = tuple(key.split("/"))
            conflicts.append(Conflict(path=path, mine=_told(written[key]), theirs=""))
    return FormChanges(edits=edits, conflicts=conflicts)


def split_words(written: str) -> list[str]:
    """Returns the items of a list that is written with commas.

    >>> split_words("RESULT, RESULTS ,")
    ['RESULT', 'RESULTS']
    """
    return [each.strip() for each in written.replace("،", ",").split(",") if each.strip()]


def _told(written: str) -> str:
    """Returns what was meant: browsers send each line end as two signs."""
    return written.replace("\r\n", "\n").strip()


def _edit(place: _Place, mine: str) -> Edit:
    if not mine:
        return Remove(path=place.path)
    value: Written = split_words(mine) if place.is_list else mine
    if place.is_list:
        made = Replace if place.is_there else Put
        return made(path=place.path, value=value)
    return SetText(path=place.path, text=mine)


def _places(form: FileForm) -> Iterator[_Place]:
    for card in form.cards:
        yield from _of_fields(card.fields)


def _of_fields(fields: Sequence[FormField]) -> Iterator[_Place]:
    for field in fields:
        match field:
            case TextField():
                if field.shared is not None:
                    yield _Place(field.path, field.shared.strip(), False, True)
                for language, text in field.by_language.items():
                    path = (*field.path, language)
                    yield _Place(path, text.strip(), field.words, bool(text))
            case ValueField():
                yield _Place(field.path, field.value.strip(), field.sort is Sort.LIST, True)
            case GroupField():
                yield from _of_fields(field.fields)
            case YamlField():
                pass
            case _:
                assert_never(field)
