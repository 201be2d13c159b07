"""Writes the files of an imported form: YAML as a person would write it, with what to decide."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import yaml

from gateway.domain.xlsforms.form.findings import Finding, Kind
from gateway.domain.xlsforms.plan import Imported, LookedUp, Tree

#: Texts are not folded: one is one line.
_WIDTH = 1000
#: A map that is no longer stands on one line; the room is what its indentation leaves.
_LINE = 96
#: Keys of texts that people read, and of maps that have a line for each of their keys.
_READ = ("text", "label", "complaint", "end", "title")
_SPREAD = ("", "choice", "several", "columns", "screens")


def service_file(imported: Imported, source: str) -> str:
    """Returns the file of the service; what a person must decide stands above its screen."""
    header = {key: value for key, value in imported.service.items() if key != "screens"}
    screens = imported.service["screens"]
    lines = [
        "# yaml-language-server: $schema=schemas/service.json",
        f"# Made of the form {source}; it is yours to edit, and no more bound to it.",
        *_comments(imported, None),
        "",
        _written(header).rstrip(),
        "",
        "screens:",
    ]
    for name, body in screens.items() if isinstance(screens, Mapping) else ():
        lines += [f"  {line}" for line in _comments(imported, name)]
        lines.append(f"  {name}:")
        lines += [f"    {line}".rstrip() for line in _written(body).splitlines()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def form_file(imported: Imported, source: str) -> str:
    """Returns the file of what is kept."""
    head = [
        "# yaml-language-server: $schema=../menus/schemas/form.json",
        f"# What is kept of the form {source}.",
        "# Free texts are sealed, for they may name somebody: say `personal: true` of every column",
        "# that says something of a person.",
        "",
    ]
    return "\n".join(head) + _written(imported.form)


def dataset_file(looked_up: LookedUp, source: str) -> str:
    """Returns the file that declares a list which is looked through."""
    head = [
        "# yaml-language-server: $schema=../menus/schemas/dataset.json",
        f"# A list of the form {source}, which is longer than a phone can show.",
        "",
    ]
    return "\n".join(head) + _written(looked_up.declared)


def rows_file(looked_up: LookedUp) -> str:
    """Returns the rows of such a list as `gateway data import` takes them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(looked_up.rows)
    return text.getvalue()


def _comments(imported: Imported, screen: str | None) -> list[str]:
    """Returns what is to be decided of one screen, or of none of them."""
    spots = {(spot.sheet, spot.row): name for name, spot in reversed([*imported.spots.items()])}
    return [
        f"# Decide: {' '.join(finding.sentence.split())} ({finding.spot})"
        for finding in imported.findings
        if finding.kind is Kind.DECIDE
        and spots.get((finding.spot.sheet, finding.spot.row)) == screen
    ]


class _Text(str):
    """A text that is written in quotes; other values are names, codes and conditions."""


class _OneLine(dict[object, object]):
    """A map that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes short maps on one line, and never an anchor."""

    def ignore_aliases(self, data: object) -> bool:
        """Returns that nothing is written as an alias: our files have none."""
        return True


_Dumper.add_representer(
    _OneLine,
    lambda dumper, tree: dumper.represent_mapping("tag:yaml.org,2002:map", tree, flow_style=True),
)
_Dumper.add_representer(
    _Text, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def _written(tree: Tree) -> str:
    return yaml.dump(
        _marked(tree, ""),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
        default_flow_style=None,
    )


def _marked(tree: Tree, key: str) -> object:
    """Returns a tree with the texts that people read marked; numbers as keys stay bare."""
    if isinstance(tree, Mapping):
        of_people = key if key in _READ else ""
        marked = {_key(name): _marked(value, of_people or name) for name, value in tree.items()}
        shape = _OneLine if key not in _SPREAD and _length(tree) <= _LINE else dict
        return shape(marked)
    if isinstance(tree, str):
        return _Text(tree) if key in (*_READ, "when", "holds") else tree
    if isinstance(tree, Sequence):
        return [_marked(each, key) for each in tree]
    return tree


def _key(name: str) -> object:
    return int(name) if name.isdecimal() and name == str(int(name)) else name


def _length(tree: Tree) -> int:
    """Returns about how long a tree is on one line."""
    if isinstance(tree, Mapping):
        return sum(len(key) + 4 + _length(value) for key, value in tree.items())
    if isinstance(tree, list | tuple):
        return sum(2 + _length(each) for each in tree)
    return len(str(tree)) + 2


def told(finding: Finding, file: str) -> str:
    """Returns a finding as a line: the file, the place, and what to do."""
    where = f"{file}: {finding.spot}" if str(finding.spot) else file
    return f"{where}: {finding.sentence}"
