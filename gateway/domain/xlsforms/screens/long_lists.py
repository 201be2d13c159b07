"""Lists that are longer than a phone can show: rows of a dataset, found by words of their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from gateway.domain.menu.screens import one_word
from gateway.domain.xlsforms.form.choices import Choice
from gateway.domain.xlsforms.form.expressions import Answer, Call, Column, Node, Operation
from gateway.domain.xlsforms.form.questions import Asked, Question
from gateway.domain.xlsforms.form.sheets import FORMULA
from gateway.domain.xlsforms.plan import FOLLOWING, SKIP, Step, Tree
from gateway.domain.xlsforms.screens.asking import LONGEST_ANSWER, Asking, LongList
from gateway.domain.xlsforms.screens.conditions import CannotSay, tree
from gateway.domain.xlsforms.screens.names import Names, slug
from gateway.domain.xlsforms.screens.texts import menu_text

#: So many rows are shown at once; who has more writes another word.
MOST_SHOWN = 20
#: The longest value of a column, and the longest words that are looked for.
_MOST_ROOM, _LONGEST_WORDS = 160, 30
#: So many rows are chosen at once at most, and the words of all of them are as long.
_MOST_CHOSEN, _LONGEST_PARTS = 10, 90
#: The column of what is stored, and that of what is read where all languages have it.
_CODE, _LABEL = "code", "label"


@dataclass(slots=True)
class _Filter:
    """Columns of a list and the screens whose answers they equal."""

    where: dict[str, str] = field(default_factory=dict)

    def read(self, node: Node, asking: Asking) -> None:
        """Takes a filter; raises CannotSay for one that is more than equality."""
        match node:
            case Operation(sign="and"):
                self.read(node.left, asking)
                self.read(node.right, asking)
            case Operation(sign="=", left=Column(name=name), right=Answer(name=asked)):
                self._equals(name, asked, asking)
            case Operation(sign="=", left=Answer(name=asked), right=Column(name=name)):
                self._equals(name, asked, asking)
            case Call(name="selected", values=(Answer(name=asked), Column(name=name))):
                self._equals(name, asked, asking)
            case _:
                raise CannotSay("a long list is filtered by columns that equal answers alone")

    def _equals(self, column: str, asked: str, asking: Asking) -> None:
        said = asking.known.answer(asked).text
        if asking.known.is_several(asked) or said not in asking.known.screens.values():
            raise CannotSay(f"'{asked}' is no answer of one line")
        self.where[column] = said


def searched_body(
    asking: Asking, question: Question, step: Step, names: Names
) -> dict[str, Tree] | None:
    """Returns the choice among the rows that were found; the screens before it stand in the step.

    None, which is told, where the list cannot be looked up.
    """
    wanted = _Filter()
    try:
        if source := question.row["choice_filter"]:
            wanted.read(tree(source), asking)
        table = _table(asking, question, tuple(wanted.where))
    except CannotSay as cannot:
        sentence = (
            f"'{question.name}' is left out: its list is too long to be shown, and {cannot}. "
            "Make a dataset of it, and ask with a `lookup` screen."
        )
        asking.found.left_out(question.row.spot("type"), sentence)
        return None
    code = table.longest(_CODE)
    several = question.asks is Asked.SEVERAL
    most = min(_MOST_CHOSEN, (LONGEST_ANSWER + 1) // (code + 1)) if several else 1
    if several and most < 2:
        sentence = (
            f"'{question.name}' is left out: two names of its list are longer than an answer."
        )
        asking.found.left_out(question.row.spot("type"), sentence)
        return None
    step.column = {"room": most * (code + 1) - 1}
    sure = _has_rows_for_each(asking, table, wanted, step)
    direct = bool(wanted.where) and step.required
    if direct and not sure:
        step.required = False
        sentence = (
            f"'{question.name}' is required, and is passed over where its filter leaves no line. "
            "Rows without this answer are stored."
        )
        asking.found.decide(question.row.spot("choice_filter"), sentence)
    if several:
        _tell_of_several(asking, question, table, most)
    elif step.required:
        codes = tuple(dict.fromkeys(row[0] for row in table.rows))
        asking.surely_chosen[step.screen] = (codes, step.when)
    if question.or_other:
        sentence = f"'Other' of '{question.name}' is not offered: its list is looked through."
        asking.found.left_out(question.row.spot("type"), sentence)
    where = {table.columns[name]: f"{{{screen}}}" for name, screen in wanted.where.items()}
    table.asked_by |= {tuple(where)} if where and direct else set()
    sure = sure or not where
    _lay_out(asking, table, where, step, names, direct=direct, sure=sure, several=several)
    label = table.label_texts(asking.plan.spoken)
    each: dict[str, Tree] = {"each": f"{step.screen}_lines", "label": label, "value": _CODE}
    some: dict[str, Tree] = {"several": most} if several else {}
    return {"choice": {**each, **some, "next": FOLLOWING}}


def _tell_of_several(asking: Asking, question: Question, table: LongList, most: int) -> None:
    """Tells how many are chosen at once, and how a name with spaces is kept among others."""
    spot = question.row.spot("type")
    asking.found.decide(
        spot, f"Of '{question.name}' {most} lines at most are taken: its list is looked through."
    )
    if spaced := next((row[0] for row in table.rows if " " in row[0]), ""):
        sentence = (
            f"Of '{question.name}' several lines are kept with spaces between them, so a name such "
            f"as '{one_word(spaced)}' is stored with _ in it."
        )
        asking.found.decide(spot, sentence)


def _lay_out(
    asking: Asking,
    table: LongList,
    where: Mapping[str, str],
    step: Step,
    names: Names,
    *,
    direct: bool,
    sure: bool,
    several: bool,
) -> None:
    """Puts the screens before a choice: the rows there are, or those that have the words."""
    says = asking.plan.says
    rows, words, search, many, none, without = (
        names.new(step.screen, ending)
        for ending in ("_rows", "_words", "_search", "_many", "_none", "_without")
    )
    look_up: dict[str, Tree] = {"lookup": table.dataset}
    if where:
        look_up["where"] = dict(where)
    lines: dict[str, Tree] = {"as": f"{step.screen}_lines", "most": MOST_SHOWN}
    shown: dict[str, Tree] = {"list": lines, "gives": [_CODE, *table.labels]}
    found = {"found": step.screen, "many": many, "none": none}
    if direct:
        nowhere = none if sure else without
        outcomes = {"found": step.screen, "many": words, "none": nowhere}
        step.before[rows] = {**look_up, **shown, "outcomes": outcomes}
    part = says("parts_of_names" if several else "part_of_name")
    apart: dict[str, Tree] = {"apart": True} if several else {}
    text = {code: f"{said}\n{part[code]}" for code, said in step.label.items() if code in part}
    asked: dict[str, Tree] = {"text": text or part, "input": "text", "min": 2}
    asked["max"] = _LONGEST_PARTS if several else _LONGEST_WORDS
    if step.required or direct:
        step.before[words] = {**asked, "next": search}
    else:
        way: Tree = {"when": f"{words} != ''", "goto": search}
        step.before[words] = {**asked, "skip": SKIP, "next": [way, FOLLOWING]}
    step.before[search] = {
        **look_up,
        "search": f"{{{words}}}",
        **shown,
        "list": {**lines, **apart},
        "outcomes": found,
    }
    for screen, said in ((many, "too_many"), (none, "not_there")):
        again: Tree = {"1": {"label": says("other_words"), "next": words}}
        step.before[screen] = {"text": says(said), "choice": again}
    if direct and not sure:
        on: Tree = {"1": {"label": says("go_on")}}
        step.before[without] = {"text": says("no_line"), "next": FOLLOWING, "choice": on}


def _has_rows_for_each(asking: Asking, table: LongList, wanted: _Filter, step: Step) -> bool:
    """Returns whether there are rows for each answer to the one choice that a filter asks for."""
    if len(wanted.where) != 1:
        return False
    ((column, screen),) = wanted.where.items()
    codes, when = asking.surely_chosen.get(screen, ((), ""))
    return bool(codes) and when in ("", step.when) and set(codes) <= table.values_of(column)


def _table(asking: Asking, question: Question, filtered: Sequence[str]) -> LongList:
    """Returns the dataset of a list, made once, with the columns of this filter."""
    table = asking.long_lists.get(question.choices)
    if table is None:
        of_file = question.choices.lower().removesuffix(".csv")
        name = f"{asking.plan.service}_{slug(of_file, 'list')}"[:40].rstrip("_")
        taken = {each.dataset for each in asking.long_lists.values()}
        if name in taken:
            name = next(
                other
                for number in count(2)
                if (other := f"{name[:36].rstrip('_')}_{number}") not in taken
            )
        table = LongList(name)
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
    table.columns = {_CODE: _CODE}
    table.labels = [
        f"{_LABEL}_{code}".rstrip("_").replace("-", "_").lower() for code in by_language
    ]
    table.of_language = dict(zip(by_language, table.labels, strict=True))
    table.columns |= {name: name for name in table.labels}
    texts_of_lines = zip(*by_language.values(), strict=True)
    table.rows = [[line.value, *texts] for line, texts in zip(lines, texts_of_lines, strict=True)]
    too_long = max(len(value) for row in table.rows for value in row)
    if too_long > _MOST_ROOM:
        raise CannotSay(f"one of its lines has {too_long} letters, over {_MOST_ROOM}")
    twice = [code for code, times in Counter(row[0] for row in table.rows).items() if times > 1]
    table.key = [_CODE]
    if twice:
        _tell_apart(table, lines, twice[0])


def _tell_apart(table: LongList, lines: Sequence[Choice], example: str) -> None:
    """Makes a key of the code and of the columns in which the lines of one code differ."""
    for column in lines[0].row.others:
        values = [line.row.others.get(column, "") for line in lines]
        pairs = {(line.value, value) for line, value in zip(lines, values, strict=True)}
        if len(pairs) == len(lines) and all(values):
            table.key = [_add_column(table, column, lines), _CODE]
            return
    raise CannotSay(f"'{example}' stands in it twice")


def _add_column(table: LongList, column: str, lines: Sequence[Choice]) -> str:
    """Adds a column of the list by which it is filtered; returns its name in the dataset."""
    if column in table.columns:
        return table.columns[column]
    values = [line.row.others.get(column, "") for line in lines]
    if column not in lines[0].row.others:
        raise CannotSay(f"the list has no column '{column}'")
    if FORMULA in values:
        raise CannotSay(f"the column '{column}' of the list holds formulas")
    if max(map(len, values)) > _MOST_ROOM or not any(values):
        raise CannotSay(f"the column '{column}' of the list is empty, or too long")
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
