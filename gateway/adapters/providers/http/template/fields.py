"""The fields of a request or an answer, in whichever form they came, found by name or path.

A path is names joined by dots, `data.0.id`; in a form or a query it is one name as it stands. A
name is found in other capitals, too: providers change those without a word. What nobody reads is no
reason to refuse anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, NoReturn, Protocol

from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.telecom.form_fields import FormFields

#: The path of a whole document, where that is a list.
DOCUMENT = "."

_NONE = "\N{REPLACEMENT CHARACTER}"
_UNREADABLE = "Expected a body in {form}."


class Path(NamedTuple):
    """A path as written, and its steps."""

    name: str
    steps: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> Path:
        """Returns the path that is written so; a point alone leads to the whole document."""
        return cls(name, tuple(name.split(".")) if name != DOCUMENT else ())


class Number(str):
    """A number of JSON as it was written: `08` or 0.10 would not survive arithmetic."""

    __slots__ = ()


class Fields(Protocol):
    """What was sent."""

    def text(self, path: Path) -> str | None:
        """Returns a field, None where it is not there; raises Malformed for what is no text."""

    def words(self, path: Path) -> str | None:
        """Returns what a person wrote, as well as it can be read; raises Malformed like `text`."""

    def raw(self, path: Path) -> object:
        """Returns a field as it came, None where it is not there."""


class JsonTree:
    """A JSON document. Numbers are as they were written; true and false are these words."""

    __slots__ = ("_tree",)

    def __init__(self, tree: object) -> None:
        self._tree = tree

    def text(self, path: Path) -> str | None:
        """Returns a field, None where it is not there or null; raises Malformed."""
        text = self._text(path)
        if text is None or (text.isascii() and "\0" not in text):
            return text
        if "\0" in text or _NONE in _mended(text):  # no database stores these, or half a character
            raise Malformed(f"The field '{path.name}' has a character that is none.")
        return text

    def words(self, path: Path) -> str | None:
        """Returns what a person wrote; raises Malformed for what is no text."""
        text = self._text(path)
        if text is None or (text.isascii() and "\0" not in text):
            return text
        return _mended(text).replace("\0", "")

    def raw(self, path: Path) -> object:
        """Returns a value as it came."""
        value = self._tree
        for step in path.steps:
            if isinstance(value, dict):
                value = value[step] if step in value else _in_other_capitals(value, step)
            elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value

    def each(self, path: Path) -> Sequence[JsonTree]:
        """Returns the entries of a list; raises Malformed where there is none."""
        value = self.raw(path)
        if not isinstance(value, list):
            place = f"field '{path.name}'" if path.steps else "body"
            raise Malformed(f"The {place} holds no list.")
        return [JsonTree(each) for each in value]

    def with_only(self, path: Path, entry: JsonTree) -> JsonTree:
        """Returns the document with one entry in the list at a path."""
        return JsonTree(_put(self._tree, path.steps, [entry.raw(Path("", ()))]))

    def pairs(self) -> list[tuple[str, str]]:
        """Returns the names and values of a flat object, as written; raises Malformed."""
        if not isinstance(self._tree, dict):
            raise Malformed("Expected a body that is a JSON object.")
        told = ((name, self._text(Path(name, (name,)))) for name in self._tree)
        return [(name, value) for name, value in told if value is not None]

    def _text(self, path: Path) -> str | None:
        value = self.raw(path)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        raise Malformed(f"The field '{path.name}' is neither text nor a number.")


class FormTable:
    """A form."""

    __slots__ = ("_fields", "_folded")

    def __init__(self, fields: FormFields) -> None:
        self._fields = fields
        self._folded: Mapping[str, str] | None = None

    def text(self, path: Path) -> str | None:
        """Returns a field; raises Malformed when it is sent twice, or cannot be read."""
        try:
            return self._fields[path.name]
        except KeyError:
            name = self._other_name(path.name)
            return None if name is None else self._fields[name]

    def words(self, path: Path) -> str | None:
        """Returns what a person wrote; raises Malformed when it is sent twice."""
        try:
            return self._fields.words(path.name)
        except KeyError:
            name = self._other_name(path.name)
            return None if name is None else self._fields.words(name)

    def raw(self, path: Path) -> object:
        """Returns a field as it came."""
        return self.words(path)

    def _other_name(self, name: str) -> str | None:
        if self._folded is None:
            self._folded = {each.lower(): each for each in self._fields}
        return self._folded.get(name.lower())


class NameTable:
    """Names and texts: a query."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def text(self, path: Path) -> str | None:
        """Returns a field."""
        value = self._fields.get(path.name)
        return _in_other_capitals(self._fields, path.name) if value is None else value

    words = text
    raw = text


class OneOfBoth:
    """A request whose fields stand in its query or in its body: some say one and send the other."""

    __slots__ = ("_all",)

    def __init__(self, *each: Fields) -> None:
        self._all = each

    def text(self, path: Path) -> str | None:
        """Returns a field from where it stands; raises Malformed."""
        return next((t for each in self._all if (t := each.text(path)) is not None), None)

    def words(self, path: Path) -> str | None:
        """Returns what a person wrote; raises Malformed."""
        return next((t for each in self._all if (t := each.words(path)) is not None), None)

    def raw(self, path: Path) -> object:
        """Returns a field as it came."""
        return next((t for each in self._all if (t := each.raw(path)) is not None), None)


@cache
def _decoder() -> json.JSONDecoder:
    """Returns the one decoder: to make it for each request costs as much as to read it."""
    return json.JSONDecoder(
        object_pairs_hook=_each_once,
        parse_int=Number,
        parse_float=Number,
        parse_constant=_refuse,
    )


def json_tree(body: bytes) -> JsonTree:
    """Returns a JSON document, whatever its type is called; raises Malformed."""
    try:
        tree = _decoder().decode(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):  # not chained: their sentences hold the text
        raise Malformed("Expected a body that is one JSON document, each name once.") from None
    if not isinstance(tree, dict | list):
        raise Malformed("Expected a body that is a JSON object or list.")
    return JsonTree(tree)


def xml_tree(body: bytes) -> JsonTree:
    """Returns an XML document as one reads it by path: elements within the outermost, by name.

    Raises Malformed. Attributes and what is declared of the document are not read.
    """
    from lxml import etree  # heavy, and few providers speak it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):  # not chained: its sentence holds the text
        raise Malformed(_UNREADABLE.format(form="XML")) from None
    if root.getroottree().docinfo.doctype:
        raise Malformed("A document type is not read.")
    return JsonTree(_element(root, 0))


def first_text(fields: Fields, paths: Sequence[Path]) -> str | None:
    """Returns a field of an answer; None where it is not there, or no text."""
    for path in paths:
        try:
            value = fields.text(path)
        except Malformed:
            value = None
        if value is not None:
            return value
    return None


def as_json(value: object) -> object:
    """Returns a value as `json.dumps` writes it the way it came."""
    if isinstance(value, Number):
        return json.loads(value) if len(value) <= 40 else str(value)
    if isinstance(value, dict):
        return {name: as_json(each) for name, each in value.items()}
    return [as_json(each) for each in value] if isinstance(value, list) else value


def _element(element: Any, depth: int) -> object:
    inner = [each for each in element if isinstance(each.tag, str)]
    if not inner or depth > 8:
        return element.text or ""
    return {each.tag.rpartition("}")[2]: _element(each, depth + 1) for each in inner}


def _in_other_capitals(fields: Mapping[str, Any], name: str) -> Any:
    wanted = name.lower()
    return next((value for each, value in fields.items() if each.lower() == wanted), None)


def _put(tree: Any, steps: Sequence[str], value: object) -> object:
    if not steps:
        return value
    wanted = steps[0].lower()
    return {
        name: _put(each, steps[1:], value) if name.lower() == wanted else each
        for name, each in tree.items()
    }


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
