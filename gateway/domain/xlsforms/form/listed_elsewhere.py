"""Lists that stand beside a form: in a CSV file that a question names (`select_one_from_file`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gateway.domain.xlsforms.form.choices import Choice, Lists, lists_of
from gateway.domain.xlsforms.form.findings import Findings
from gateway.domain.xlsforms.form.languages import Tongues
from gateway.domain.xlsforms.form.sheets import RawSheet, Row, canonical, rows_of

_FROM_FILE = re.compile(r"select[ _](?:one|multiple)[ _]from[ _]file\s+(\S+)", re.IGNORECASE)
_PARAMETER = re.compile(r"(\w+)\s*=\s*([^\s,;]+)")


def file_named(kind: str) -> str:
    """Returns the file that a type of question takes its list from; nothing for other types.

    >>> file_named("select_one_from_file wards.csv"), file_named("select_one ward")
    ('wards.csv', '')
    """
    named = _FROM_FILE.match(kind.strip())
    return named[1] if named else ""


def files_named(survey: RawSheet) -> list[str]:
    """Returns the files from which the questions of a sheet take their lists."""
    if not survey.rows:
        return []
    header = survey.rows[min(survey.rows)]
    types = [column for column, written in header.items() if canonical(written)[0] == "type"]
    found = (file_named(row.get(column, "")) for row in survey.rows.values() for column in types)
    return [name for name in dict.fromkeys(found) if name]


def lists_of_files(
    rows: Sequence[Row], sheets: Mapping[str, RawSheet], tongues: Tongues, found: Findings
) -> Lists:
    """Returns the list of each file that is among the sheets, by the name of the file.

    The first question that asks for a file says by `parameters` which columns are stored and read;
    they are `name` and `label` otherwise.
    """
    lists: dict[str, Sequence[Choice]] = {}
    for row in rows:
        name = file_named(row["type"])
        if not name or name in lists or name not in sheets:
            continue
        said = dict(_PARAMETER.findall(row["parameters"]))
        sheet = _with_columns(sheets[name], said.get("value", ""), said.get("label", ""))
        lines = rows_of(sheet, ("name", "label"), ("name", "label"), tongues, found)
        lists[name] = lists_of(lines, found, name).get(name, [])
    return lists


def _with_columns(sheet: RawSheet, value: str, label: str) -> RawSheet:
    """Returns a sheet whose columns of what is stored and read are called as in the sheet choices.

    What was called so, and is neither, gives its name up.
    """
    if not sheet.rows or not (value or label):
        return sheet
    first = min(sheet.rows)
    meant = {at: "name" for at, said in sheet.rows[first].items() if said.strip() == value}
    meant |= {at: "label" for at, said in sheet.rows[first].items() if said.strip() == label}
    header = {
        at: meant.get(at, f"{said}_" if canonical(said)[0] in meant.values() else said)
        for at, said in sheet.rows[first].items()
    }
    return RawSheet(sheet.title, {**sheet.rows, first: header})
