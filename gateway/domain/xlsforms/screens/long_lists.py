"""Lists that are longer than a phone can show: rows of a dataset, found by words of their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.menu.screens import one_word
from gateway.domain.xlsforms.form.expressions import Answer, Call, Column, Node, Operation
from gateway.domain.xlsforms.form.questions import Asked, Question
from gateway.domain.xlsforms.plan import FOLLOWING, SKIP, Step, Tree
from gateway.domain.xlsforms.screens.asking import LONGEST_ANSWER, Asking, LongList
from gateway.domain.xlsforms.screens.conditions import CannotSay, tree
from gateway.domain.xlsforms.screens.names import Names
from gateway.domain.xlsforms.screens.rows_of_lists import CODE, table_of

#: So many rows are shown at once; who has more writes another word.
MOST_SHOWN = 20
#: The longest words that are looked for.
_LONGEST_WORDS = 30
#: So many rows are chosen at once at most, and the words of all of them are as long.
_MOST_CHOSEN, _LONGEST_PARTS = 10, 90


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
                raise CannotSay(
                    Sentence("a long list is filtered by columns that equal answers alone")
                )

    def _equals(self, column: str, asked: str, asking: Asking) -> None:
        said = asking.known.answer(asked).text
        if asking.known.is_several(asked) or said not in asking.known.screens.values():
            raise CannotSay(Sentence("'%(asked)s' is no answer of one line", asked=asked))
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
        table = table_of(asking, question, tuple(wanted.where))
    except CannotSay as cannot:
        sentence = Sentence(
            "'%(question)s' is left out: its list is too long to be shown, and "
            "%(why)s. Make a dataset of it, and ask with a `lookup` screen.",
            question=question.name,
            why=said_by(cannot),
        )
        asking.found.left_out(question.row.spot("type"), sentence)
        return None
    code = table.longest(CODE)
    several = question.asks is Asked.SEVERAL
    most = min(_MOST_CHOSEN, (LONGEST_ANSWER + 1) // (code + 1)) if several else 1
    if several and most < 2:
        sentence = Sentence(
            "'%(question)s' is left out: two names of its list are longer than an answer.",
            question=question.name,
        )
        asking.found.left_out(question.row.spot("type"), sentence)
        return None
    step.column = {"room": most * (code + 1) - 1}
    sure = _has_rows_for_each(asking, table, wanted, step)
    direct = bool(wanted.where) and step.required
    if direct and not sure:
        step.required = False
        sentence = Sentence(
            "'%(question)s' is required, and is passed over where its filter leaves no "
            "line. Rows without this answer are stored.",
            question=question.name,
        )
        asking.found.decide(question.row.spot("choice_filter"), sentence)
    if several:
        _tell_of_several(asking, question, table, most)
    elif step.required:
        codes = tuple(dict.fromkeys(row[0] for row in table.rows))
        asking.surely_chosen[step.screen] = (codes, step.when)
    if question.or_other:
        sentence = Sentence(
            "'Other' of '%(question)s' is not offered: its list is looked through.",
            question=question.name,
        )
        asking.found.left_out(question.row.spot("type"), sentence)
    where = {table.columns[name]: f"{{{screen}}}" for name, screen in wanted.where.items()}
    table.asked_by |= {tuple(where)} if where and direct else set()
    sure = sure or not where
    _lay_out(asking, table, where, step, names, direct=direct, sure=sure, several=several)
    label = table.label_texts(asking.plan.spoken)
    each: dict[str, Tree] = {"each": f"{step.screen}_lines", "label": label, "value": CODE}
    some: dict[str, Tree] = {"several": most} if several else {}
    return {"choice": {**each, **some, "next": FOLLOWING}}


def _tell_of_several(asking: Asking, question: Question, table: LongList, most: int) -> None:
    """Tells how many are chosen at once, and how a name with spaces is kept among others."""
    spot = question.row.spot("type")
    asking.found.decide(
        spot,
        Sentence(
            "Of '%(question)s' %(most)s lines at most are taken: its list is looked through.",
            question=question.name,
            most=most,
        ),
    )
    if spaced := next((row[0] for row in table.rows if " " in row[0]), ""):
        sentence = Sentence(
            "Of '%(question)s' several lines are kept with spaces between them, so a "
            "name such as '%(value)s' is stored with _ in it.",
            question=question.name,
            value=one_word(spaced),
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
    shown: dict[str, Tree] = {"list": lines, "gives": [CODE, *table.labels]}
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
