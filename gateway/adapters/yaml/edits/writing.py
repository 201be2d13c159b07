"""Writes values into a YAML file: in the style that stood there, else in that of the house."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.adapters.yaml.documents import parse
from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.adapters.yaml.quoted import Unwritable, needs_quotes, quoted
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.menu.edits import Written

#: A line that is longer than this is hard to read; a map of texts goes over several lines then.
WIDE = 110
#: What looks like a name, a number or a condition stands plain; what citizens read, in quotes.
_PLAIN = re.compile(r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*")
#: YAML 1.1 reads these as true and false; we do not, but other tools that open the file do.
_TRUTHS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"))


def scalar(text: str, style: str = "", *, in_flow: bool) -> str:
    """Returns a text written in a style as far as that can hold it, else in double quotes.

    Raises NotEditable for what no file can hold.
    """
    if style == "" and _reads_back(text, text, in_flow=in_flow):
        return text
    single = "'" + text.replace("'", "''") + "'"
    if style == "'" and not needs_quotes(text) and "\n" not in text:
        return single
    return double(text)


def double(text: str) -> str:
    """Returns a text in double quotes; raises NotEditable for what no file can hold."""
    try:
        return quoted(text)
    except Unwritable as error:
        raise NotEditable(f"This cannot be written: {error}.") from error


def block(text: str, header: str, indent: int) -> str:
    """Returns a text over several lines as it stands under `|` or `|-`; empty where it cannot.

    `header` is the line that begins it, `indent` the column of its lines.
    """
    lines = text.removesuffix("\n").split("\n")
    clips = header.strip() == "|" and text.endswith("\n") and not text.endswith("\n\n")
    strips = header.strip() == "|-" and not text.endswith("\n")
    if not (clips or strips) or any(needs_quotes(line) for line in lines):
        return ""
    if not lines[0].strip() or lines[0].startswith(" ") or not lines[-1].strip():
        return ""
    pad = " " * indent
    return "\n".join([header, *(pad + line if line else "" for line in lines)])


def key(name: str, *, in_quotes: bool = False) -> str:
    """Returns a key as it is written."""
    plain = name.casefold() not in _TRUTHS and not in_quotes
    if plain and _reads_back(name, name, in_flow=True, is_key=True):
        return name
    return double(name)


def value(written: Written, indent: int, width: int = 0, *, in_flow: bool = False) -> str:
    """Returns a value as it stands behind its key and colon, with what separates them.

    `indent` is the column of the key, `width` what stands before the value on its line.
    """
    flow = _flow(written)
    if in_flow or isinstance(written, str) or (_is_leaf(written) and width + len(flow) <= WIDE):
        return f" {flow}"
    pad = " " * (indent + 2)
    if isinstance(written, Mapping):
        return "".join(
            f"\n{pad}{key(name)}:{value(each, indent + 2, indent + 4 + len(name))}"
            for name, each in written.items()
        )
    return "".join(f"\n{pad}-{value(each, indent + 2, indent + 4)}" for each in written)


def _flow(written: Written) -> str:
    if isinstance(written, str):
        if _PLAIN.fullmatch(written) and written.casefold() not in _TRUTHS - {"true", "false"}:
            return written
        return double(written)
    if isinstance(written, Mapping):
        return "{" + ", ".join(f"{key(k)}: {_flow(v)}" for k, v in written.items()) + "}"
    return "[" + ", ".join(map(_flow, written)) + "]"


def _is_leaf(written: Written) -> bool:
    """Returns whether a value goes into one line: an empty one, or one whose parts are texts."""
    if isinstance(written, str):
        return True
    parts = written.values() if isinstance(written, Mapping) else written
    return all(isinstance(part, str) for part in parts)


def _reads_back(written: str, text: str, *, in_flow: bool, is_key: bool = False) -> bool:
    """Returns whether a text that is written as it is would be read as it is."""
    if not written or "\n" in written:
        return False
    around = f"{{{written}: k}}" if is_key else f"{{k: {written}, l: m}}"
    if not in_flow and not is_key:
        around = f"k: {written}\nl: m\n"
    expected = {text: "k"} if is_key else {"k": text, "l": "m"}
    try:
        document = parse(around.encode(), "", "M")
    except (FilesInvalid, UnicodeEncodeError):
        return False
    return document.tree == expected and not document.faults
