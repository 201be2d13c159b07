"""The lists of a form: what one may choose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.xlsforms.form.findings import Findings
from gateway.domain.xlsforms.form.sheets import Row


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list: what it is worth, what it says in each language, and its columns."""

    row: Row
    value: str
    label: Mapping[str, str]


Lists = Mapping[str, Sequence[Choice]]

#: What forms call the list of yes and no.
_YES_NO = re.compile(r"(?i)^select[ _]one\s+(yes_?(?:or_?)?no|yn|y_n)(?:\s|$)")


def lists_of(rows: Sequence[Row], found: Findings, of: str = "") -> Lists:
    """Returns the lists by their names, and notes what is wrong in them.

    With `of` all rows are of this one list, as in a file that holds one.
    """
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        name, value = of or row["list_name"], row["name"]
        label = row.texts.get("label", {})
        if not (name or value or label):
            continue
        if not name:
            found.fault(row.spot("list_name"), Sentence("The row names no list."))
            continue
        known = lists.setdefault(name, [])
        if not value:
            found.fault(
                row.spot("name"), Sentence("A line of the list '%(name)s' has no name.", name=name)
            )
            continue
        if not label:
            found.decide(
                row.spot("label"),
                Sentence("'%(value)s' has no label; the menu shows its name.", value=value),
            )
        known.append(Choice(row, value, label))
    return {name: _each_once(name, choices, found) for name, choices in lists.items()}


def with_yes_and_no(
    lists: Lists, rows: Iterable[Row], words: Mapping[str, Mapping[str, str]], found: Findings
) -> Lists:
    """Returns the lists with that of yes and no where a form asks for it and has it not.

    It is of every form, so that many leave it to the form that theirs is a part of.
    """
    more: dict[str, list[Choice]] = {}
    for row in rows:
        asked = _YES_NO.search(row["type"])
        if asked and asked[1] not in lists:
            sentence = Sentence(
                "There is no list '%(name)s': Yes (yes) and No (no) are offered.", name=asked[1]
            )
            found.decide(row.spot("type"), sentence)
            more[asked[1]] = [Choice(row, value, label) for value, label in words.items()]
    return {**lists, **more}


def _each_once(name: str, choices: Sequence[Choice], found: Findings) -> list[Choice]:
    """Returns the lines without those that say once more what one has said."""
    seen: dict[tuple[str, ...], Choice] = {}
    for choice in choices:
        first = seen.setdefault((choice.value, *choice.row.others.values()), choice)
        if first is choice:
            continue
        spot = choice.row.spot("name")
        if _says_the_same(first, choice):
            sentence = Sentence(
                "'%(value)s' stands in row %(number)s of the list '%(name)s' already, and says the "
                "same.",
                value=choice.value,
                number=first.row.number,
                name=name,
            )
            found.left_out(spot, sentence)
        else:
            sentence = Sentence(
                "'%(value)s' stands in row %(number)s of the list '%(name)s' already.",
                value=choice.value,
                number=first.row.number,
                name=name,
            )
            found.fault(spot, sentence)
    return list(seen.values())


def _says_the_same(one: Choice, other: Choice) -> bool:
    both = one.label.keys() & other.label.keys()
    return bool(both) and all(one.label[c].casefold() == other.label[c].casefold() for c in both)
