"""Why a pasted request is refused: where in the sample, which names it has, and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from gateway.adapters.yaml.documents import read, shown_name
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import WebhookRejected

#: The part of a preset that tells of a webhook.
_PARTS = {"ussd": "ussd", "sms": "sms_in", "delivery": "reports"}
_FIELD = re.compile(r"The field '([^']+)'")
_MOST_NAMES = 20


def why_refused(
    error: WebhookRejected, sample: str, route: str, channel: str, preset: Path | None
) -> str:
    """Returns what is wrong with a sample, in lines; names of fields, and no value of any.

    `preset` is the file that says where each field stands, where there is one.
    """
    lines = [f"It is refused ({error.code}): {error}"]
    body = sample.replace("\r\n", "\n").strip("\n")
    head, parted, rest = body.partition("\n\n")
    above = head.count("\n") + 2 if parted and not head.lstrip().startswith(("{", "[", "<")) else 0
    if above:
        body = rest
    names: list[str] = []
    if body.lstrip().startswith(("{", "[")):
        try:
            names = list(dict.fromkeys(_names(json.loads(body))))
        except json.JSONDecodeError as slip:
            place = f"Line {slip.lineno + above}, column {slip.colno} of the sample"
            lines.append(f"{place}: this is no JSON: {slip.msg}.")
    else:
        query = body.partition("?")[2].split()[0] if "?" in body else body.strip()
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    named = _FIELD.match(str(error))
    if names:
        wanted = did_you_mean(named[1].rpartition(".")[2], names) if named else ""
        lines.append(f"The sample has: {', '.join(names[:_MOST_NAMES])}.{wanted}")
    lines.append(_next(named[1] if named else "", route, channel, preset))
    return "\n".join(lines)


def _names(tree: Any, before: str = "") -> Iterator[str]:
    """Yields the paths of a document as a preset writes them, of a list those of its first."""
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            if isinstance(value, Mapping | list) and value:
                yield from _names(value, f"{before}{name}.")
            else:
                yield f"{before}{name}"
    elif isinstance(tree, list) and tree:
        # A list that is the whole document has entries of its own: `each: .` says so.
        yield from _names(tree[0], f"{before}0." if before else "")


def _next(field: str, route: str, channel: str, preset: Path | None) -> str:
    if preset is None:
        return f"How one should look: gateway channels try {channel}"
    part, document = _PARTS[route], read(preset, "S")
    file, own = shown_name(preset), ""
    if preset.parent.name != "providers":
        file = f"The preset {preset.name}"
        own = f" Your own goes before it: config/providers/{preset.name}."
    said = document.tree.get(part) if isinstance(document.tree, Mapping) else None
    for key, names in said.items() if isinstance(said, Mapping) else ():
        if field and (names == field or (isinstance(names, list) and field in names)):
            place = document.at((part, key)).offending
            return (
                f"{file}:{place.line} says where `{key}` stands: write the sample's name there, or "
                f"both: [one, other].{own}"
            )
    seen = f"gateway channels try {channel}"
    return f"{file} says how it is read, below `{part}`. How one should look: {seen}{own}"
