"""The rows of a long list of a form, as those of a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.xlsforms.form.choices import Choice
from gateway.domain.xlsforms.form.questions import Question
from gateway.domain.xlsforms.form.sheets import FORMULA
from gateway.domain.xlsforms.screens.asking import Asking, LongList
from gateway.domain.xlsforms.screens.conditions import CannotSay
from gateway.domain.xlsforms.screens.names import slug
from gateway.domain.xlsforms.screens.texts import menu_text

#: The longest value of a column.
_MOST_ROOM = 160
#: The column of what is stored, and that of what is read where all languages have it.
CODE, _LABEL = "code", "label"


def table_of(asking: Asking, question: Question, filtered: Sequence[str]) -> LongList:
    """Returns the dataset of a list, made once, with a filter's columns; raises CannotSay."""
    table = asking.long_lists.get(question.choices)
    if table is None:
        of_file = question.choices.lower().removesuffix(".csv")
        name = f"{asking.plan.service}_{slug(of_file, 'list')}"[:40].rstrip("_")
        given = {other: each for each, other in asking.plan.lists.items()}
        taken = {given.get(each.dataset, each.dataset) for each in asking.long_lists.values()}
        if name in taken:
            name = next(
                other
                for number in count(2)
                if (other := f"{name[:36].rstrip('_')}_{number}") not in taken
            )
        table = LongList(asking.plan.lists.get(name, name))
        _fill(asking, question, table)
    for column in filtered:
        if column not in table.columns:
            _add_column(table, column, list(asking.lists[question.choices]))
    asking.long_lists[question.choices] = table
    return table


def _fill(asking: Asking, question: Question, table: LongList) -> None:
    """Takes what is stored and what is read of each line; a line that says nothing is left out."""
    lines = list(asking.lists[question.choices])
    said = [
        {code: _plain(menu_text(text, lambda name: "")) for code, text in choice.label.items()}
        for choice in lines
    ]
    own = [code for code in asking.plan.spoken if any(code in texts for texts in said)]
    otherwise = [
        next(iter(texts.values()), line.value) for line, texts in zip(lines, said, strict=True)
    ]
    by_language = {
        code: [texts.get(code) or other for texts, other in zip(said, otherwise, strict=True)]
        for code in own
    }
    if len({tuple(texts) for texts in by_language.values()}) < 2:
        by_language = {"": next(iter(by_language.values()), otherwise)}
    table.columns = {CODE: CODE}
    table.labels = [
        f"{_LABEL}_{code}".rstrip("_").replace("-", "_").lower() for code in by_language
    ]
    table.of_language = dict(zip(by_language, table.labels, strict=True))
    table.columns |= {name: name for name in table.labels}
    texts_of_lines = zip(*by_language.values(), strict=True)
    table.rows = [[line.value, *texts] for line, texts in zip(lines, texts_of_lines, strict=True)]
    too_long = max(len(value) for row in table.rows for value in row)
    if too_long > _MOST_ROOM:
        raise CannotSay(
            Sentence(
                "one of its lines has %(too_long)s letters, over %(most)s",
                too_long=too_long,
                most=_MOST_ROOM,
            )
        )
    twice = [code for code, times in Counter(row[0] for row in table.rows).items() if times > 1]
    table.key = [CODE]
    if twice:
        _tell_apart(table, lines, twice[0])


def _tell_apart(table: LongList, lines: Sequence[Choice], example: str) -> None:
    """Makes a key of the code and of the columns in which the lines of one code differ."""
    for column in lines[0].row.others:
        values = [line.row.others.get(column, "") for line in lines]
        pairs = {(line.value, value) for line, value in zip(lines, values, strict=True)}
        if len(pairs) == len(lines) and all(values):
            table.key = [_add_column(table, column, lines), CODE]
            return
    raise CannotSay(Sentence("'%(example)s' stands in it twice", example=example))


def _add_column(table: LongList, column: str, lines: Sequence[Choice]) -> str:
    """Adds a column of the list by which it is filtered; returns its name in the dataset."""
    if column in table.columns:
        return table.columns[column]
    values = [line.row.others.get(column, "") for line in lines]
    if column not in lines[0].row.others:
        raise CannotSay(Sentence("the list has no column '%(column)s'", column=column))
    if FORMULA in values:
        raise CannotSay(
            Sentence("the column '%(column)s' of the list holds formulas", column=column)
        )
    if max(map(len, values)) > _MOST_ROOM or not any(values):
        raise CannotSay(
            Sentence("the column '%(column)s' of the list is empty, or too long", column=column)
        )
    name = slug(column, "column")
    while name in table.columns.values():
        name = f"{name}_2"
    table.columns[column] = name
    for row, value in zip(table.rows, values, strict=True):
        row.append(value)
    return name


def _plain(text: str) -> str:
    """Returns a text as it stands in a list: on one line, its braces as they are."""
    return " ".join(text.replace("{{", "{").replace("}}", "}").split())
