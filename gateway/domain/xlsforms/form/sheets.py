"""The sheets of a form: rows whose cells are known by what their column is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.xlsforms.form.findings import Findings, Spot, letters_of
from gateway.domain.xlsforms.form.languages import Tongues

#: What each sheet is read for, by the name that the standard gives its columns.
SURVEY = (
    "type", "name", "label", "hint", "relevant", "constraint", "constraint_message", "required",
    "appearance", "calculation", "choice_filter", "repeat_count", "parameters", "default",
    "disabled",
)  # fmt: skip
CHOICES = ("list_name", "name", "label")
#: The sheet of which each cell can be said on the command line, too.
SETTINGS_SHEET = "settings"
SETTINGS = ("form_title", "form_id", "default_language", "version")
#: Texts, which there may be one of for each language.
TEXTS = ("label", "hint", "constraint_message")
#: Other names of columns: older forms, SurveyCTO, and the words of XForms.
_ALSO = {
    "caption": "label",
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind::constraint": "constraint",
    "bind::jr:constraintmsg": "constraint_message",
    "constraint_msg": "constraint_message",
    "bind::required": "required",
    "bind::calculate": "calculation",
    "calculate": "calculation",
    "control::appearance": "appearance",
    "jr:count": "repeat_count",
    "control::jr:count": "repeat_count",
    "command": "type",
    "list": "list_name",
    "value": "name",
    "title": "form_title",
    "set_form_title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
}
#: Stands for what a cell would compute: nobody can read it, or say what it will be.
FORMULA = "\ufffc"
#: A column of a list that a choice filter compares has a name of this kind.
_COLUMN = re.compile(r"[A-Za-z_][\w.\-]*")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as it stands: rows by number, each with the texts of its cells by column."""

    title: str
    rows: Mapping[int, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the texts of its cells, by what their column is for.

    `texts` are by column and language (empty: the one that the form does not name). `others` are
    cells of further columns, by their own names.
    """

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    others: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        """Returns what stands in a column; nothing where nothing does."""
        return self.cells.get(column, "")

    def spot(self, column: str = "") -> Spot:
        """Returns the place of a cell, or of the row."""
        return Spot(self.sheet, self.number, self.columns.get(column, 0))


def rows_of(
    sheet: RawSheet, known: Sequence[str], needed: Sequence[str], tongues: Tongues, found: Findings
) -> list[Row]:
    """Returns the rows of a sheet below its first, which names the columns."""
    if not sheet.rows:
        return []
    first = min(sheet.rows)
    if "name" in needed and _is_of_odk_x(sheet.rows[first].values()):
        sentence = Sentence(
            "This is a form of ODK-X, which is written otherwise than an XLSForm. Write 'label' "
            "above its texts, the name of each list behind 'select_one', and conditions into "
            "'relevant'."
        )
        found.fault(Spot(sheet.title, first), sentence)
        return []
    header = _Header(sheet, first, known, tongues, found)
    if (
        "label" in needed
        and header.unspoken
        and not any(name == "label" for name, _ in header.texts.values())
    ):
        languages = ", ".join(f"'{each}'" for each in header.unspoken)
        sentence = Sentence(
            "Its texts are in %(languages)s alone, which the deployment does not speak. Add the "
            "language to main.yaml, or write a code behind its name, as in label::Kiswahili (sw).",
            languages=languages,
        )
        found.fault(Spot(sheet.title, first), sentence)
        return []
    for column in needed:
        if column not in header.names.values() and column not in {
            name for name, _ in header.texts.values()
        }:
            near = did_you_mean(column, [name.lower() for name in sheet.rows[first].values()])
            sentence = Sentence(
                "The sheet has no column '%(column)s' in its first row.%(proposal)s",
                column=column,
                proposal=near,
            )
            found.fault(Spot(sheet.title, first), sentence)
    return [header.row(number) for number in sorted(sheet.rows) if number > first]


def _is_of_odk_x(header: Iterable[str]) -> bool:
    """Returns whether columns have the names of ODK-X, whose workbooks have a sheet "survey", too.

    Source: the reference of its form definitions (`values_list`, `display.prompt.text`).
    """
    written = {each.strip().lower() for each in header}
    labels = {name for name, _ in map(canonical, written)}
    return "label" not in labels and any(
        each in ("values_list", "choice_list_name") or each.startswith("display.")
        for each in written
    )


class _Header:
    """What the columns of a sheet are for."""

    def __init__(
        self,
        sheet: RawSheet,
        first: int,
        known: Sequence[str],
        tongues: Tongues,
        found: Findings,
    ) -> None:
        self.sheet = sheet
        self.found = found
        self.names: dict[int, str] = {}
        self.texts: dict[int, tuple[str, str]] = {}
        self.others: dict[int, str] = {}
        #: Languages of labels that the deployment does not speak.
        self.unspoken: list[str] = []
        taken: dict[object, int] = {}
        for column, written in sorted(sheet.rows[first].items()):
            name, language = canonical(written)
            key: object = name
            if name in TEXTS and name in known:
                code = tongues.code_of(language, Spot(sheet.title, first, column))
                if code is None:
                    self.unspoken += [language] if name == "label" else []
                    continue
                self.texts[column] = (name, code)
                key = (name, code)
            elif name in known:
                self.names[column] = name
            else:
                key = written.strip()
                if _COLUMN.fullmatch(key):
                    self.others[column] = key
            if key in taken and _is_named_twice(sheet, first, column, taken[key]):
                sentence = Sentence(
                    "'%(value)s' stands in column %(column)s already: keep one.",
                    value=written.strip(),
                    column=letters_of(taken[key]),
                )
                found.fault(Spot(sheet.title, first, column), sentence)
            taken.setdefault(key, column)
        self.columns = {
            **{name: column for column, (name, _) in reversed([*self.texts.items()])},
            **{name: column for column, name in reversed([*self.names.items()])},
        }

    def row(self, number: int) -> Row:
        cells = self.sheet.rows[number]
        texts: dict[str, dict[str, str]] = {}
        for column, (name, code) in self.texts.items():
            if text := cells.get(column, "").strip():
                texts.setdefault(name, {}).setdefault(code, text)
        for column in (*self.names, *self.texts):
            if cells.get(column) != FORMULA:
                continue
            spot = Spot(self.sheet.title, number, column)
            if self.sheet.title == SETTINGS_SHEET:
                sentence = Sentence(
                    "The cell holds a formula, so that it says nothing.", by_command="See: --help"
                )
                self.found.decide(spot, sentence)
                cells = {**cells, column: ""}
            else:
                sentence = Sentence(
                    "The cell holds a formula. Write what it comes to: paste it as a value."
                )
                self.found.fault(spot, sentence)
        return Row(
            sheet=self.sheet.title,
            number=number,
            cells=_first_written(
                (name, cells.get(column, "").strip()) for column, name in self.names.items()
            ),
            columns=self.columns,
            texts=texts,
            others={name: cells.get(column, "").strip() for column, name in self.others.items()},
        )


def _first_written(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns what stands in columns by what they are for: in the first of several that says it."""
    found: dict[str, str] = {}
    for name, text in cells:
        if not found.get(name):
            found[name] = text
    return found


def _is_named_twice(sheet: RawSheet, first: int, one: int, other: int) -> bool:
    """Returns whether two columns that are the same for us have one name.

    The standard has two of `label` and `label::English`, older forms say their id twice, and what
    programs write has `jr:count` beside `repeat_count`: the first that says something counts, as
    long as no row says two things.
    """
    header = sheet.rows[first]
    (name, language), (_, other_language) = canonical(header[one]), canonical(header[other])
    if name in TEXTS:
        return bool(language) == bool(other_language)
    if header[one].strip().lower() == header[other].strip().lower():
        return True
    if sheet.title == SETTINGS_SHEET:
        return False
    says = (
        (row.get(one, "").strip(), row.get(other, "").strip())
        for number, row in sheet.rows.items()
        if number > first
    )
    return any(here and there and here != there for here, there in says)


def canonical(written: str) -> tuple[str, str]:
    """Returns what a column is for, and the language of its texts as it is written.

    >>> canonical("Label::English (en)"), canonical("constraint message:French")
    (('label', 'English (en)'), ('constraint_message', 'French'))
    >>> canonical("Relevance"), canonical("list name")
    (('relevant', ''), ('list_name', ''))
    """
    written = written.strip()
    plain = re.sub(r"[\s\-]+", "_", written.lower())
    if plain in _ALSO:
        return _ALSO[plain], ""
    head, sign, language = written.partition("::" if "::" in written else ":")
    name = re.sub(r"[\s\-]+", "_", head.strip().lower())
    name = _ALSO.get(name, name)
    if sign and name in TEXTS:
        return name, language.strip()
    return (plain, "") if sign else (name, "")
