"""The lists of a form: what one may choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.xlsforms.form.findings import Findings
from gateway.domain.xlsforms.form.sheets import Row


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list: what it is worth, what it says in each language, and its columns."""

    row: Row
    value: str
    label: Mapping[str, str]


Lists = Mapping[str, Sequence[Choice]]


def lists_of(rows: Sequence[Row], found: Findings) -> Lists:
    """Returns the lists by their names, and notes what is wrong in them."""
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        name, value = row["list_name"], row["name"]
        label = row.texts.get("label", {})
        if not (name or value or label):
            continue
        if not name:
            found.fault(row.spot("list_name"), "The row names no list.")
            continue
        known = lists.setdefault(name, [])
        if not value:
            found.fault(row.spot("name"), f"A line of the list '{name}' has no name.")
            continue
        if not label:
            found.decide(row.spot("label"), f"'{value}' has no label; the menu shows its name.")
        known.append(Choice(row, value, label))
    for name, choices in lists.items():
        _tell_twice(name, choices, found)
    return lists


def _tell_twice(name: str, choices: Sequence[Choice], found: Findings) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for choice in choices:
        key = (choice.value, *choice.row.others.values())
        number = seen.setdefault(key, choice.row.number)
        if number != choice.row.number:
            sentence = f"'{choice.value}' stands in row {number} of the list '{name}' already."
            found.fault(choice.row.spot("name"), sentence)
