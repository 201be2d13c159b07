"""The fields of a JSON body, read one by one: what nobody reads is no reason to refuse it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn, TypeVar

from gateway.domain.faults_and_errors.errors import Malformed, WebhookRejected
from gateway.domain.telecom.form_fields import folded
from gateway.domain.telecom.webhook import WebhookRequest

Entry = TypeVar("Entry")
Told = TypeVar("Told")

_UNREADABLE = "Expected a body that is one JSON object, each name once."

#: What stands for a character that is none, as in texts of any other form.
_NONE = "\N{REPLACEMENT CHARACTER}"


class JsonFields(Mapping[str, str]):
    """An object by name. Numbers are as they were written; a value of another kind is Malformed.

    Only when it is read, though. A citizen's words are read as well as can be: `words`. A field
    that is null is not there. A name that is not there is looked for in other capitals.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._folded: dict[str, list[str]] | None = None

    def __getitem__(self, name: str) -> str:
        """Returns a field; raises KeyError where there is none, and Malformed."""
        text = self._text(name)
        if "\0" in text or _NONE in _mended(text):  # no database stores these, or half a character
            raise Malformed(f"The field '{name}' has a character that is none.")
        return text

    def words(self, name: str) -> str:
        """Returns what a citizen wrote; raises KeyError, and Malformed for what is no text."""
        return _mended(self._text(name)).replace("\0", "")

    def flag(self, name: str) -> bool:
        """Returns a field that is true or false, false where there is none; raises Malformed."""
        value = self._value(name, False)
        if not isinstance(value, bool):
            raise Malformed(f"The field '{name}' is neither true nor false.")
        return value

    def inner(self, name: str) -> JsonFields:
        """Returns the object in a field; raises Malformed where there is none."""
        value = self._value(name)
        if not isinstance(value, dict):
            raise Malformed(f"The field '{name}' holds no object.")
        return JsonFields(value)

    def each(self, name: str) -> Sequence[JsonFields]:
        """Returns the objects of a field, one or a list of them; raises Malformed for none."""
        value = self._value(name)
        entries = value if isinstance(value, list) else [value]
        objects = [JsonFields(entry) for entry in entries if isinstance(entry, dict)]
        if not objects or len(objects) < len(entries):
            raise Malformed(f"The field '{name}' holds no object.")
        return objects

    def has(self, name: str) -> bool:
        """Returns whether there is a field of this name, of whatever kind; raises Malformed."""
        return self._value(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _text(self, name: str) -> str:
        value = self._value(name)
        if value is None:
            raise KeyError(name)
        if not isinstance(value, str):
            raise Malformed(f"The field '{name}' is neither text nor a number.")
        return value

    def _value(self, name: str, default: object = None) -> object:
        """Returns what a field holds, in whichever capitals its name is; raises Malformed."""
        values = self._values
        if name in values:
            return values[name]
        if self._folded is None:
            self._folded = folded(values)
        alike = self._folded.get(name.lower(), ())
        if len(alike) > 1:
            raise Malformed(f"The field '{name}' is sent more than once.")
        return values[alike[0]] if alike else default


def json_fields(request: WebhookRequest) -> JsonFields:
    """Returns the fields of a JSON body, whatever its type is called; raises Malformed."""
    try:
        document = json.loads(
            request.body.decode("utf-8", "replace"),
            object_pairs_hook=_each_once,
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):  # not chained: their sentences hold the text
        raise Malformed(_UNREADABLE) from None
    if not isinstance(document, dict):
        raise Malformed(_UNREADABLE)
    return JsonFields(document)


def read_each(
    entries: Sequence[Entry], read: Callable[[Entry], Told]
) -> list[Told | WebhookRejected]:
    """Returns what each entry of a request is, or what is wrong with it; of one alone it raises."""
    if len(entries) == 1:
        return [read(entries[0])]
    told: list[Told | WebhookRejected] = []
    for entry in entries:
        try:
            told.append(read(entry))
        except WebhookRejected as error:
            told.append(error)
    return told


def _each_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError
    return fields


def _refuse(_: str) -> NoReturn:
    raise ValueError


def _mended(text: str) -> str:
    """Returns the text with halves of characters joined, or stood in for where one is alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
