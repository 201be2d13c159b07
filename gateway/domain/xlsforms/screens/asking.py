"""What the questions of a form have in common: texts, conditions, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.xlsforms.form.choices import Lists
from gateway.domain.xlsforms.form.expressions import Node
from gateway.domain.xlsforms.form.findings import Findings
from gateway.domain.xlsforms.form.questions import Question
from gateway.domain.xlsforms.form.sheets import Row
from gateway.domain.xlsforms.plan import LONGEST_TEXT, Plan, Step, Tree
from gateway.domain.xlsforms.screens.conditions import CannotSay, said, tree
from gateway.domain.xlsforms.screens.known_answers import KnownAnswers, NotThere
from gateway.domain.xlsforms.screens.texts import menu_texts

#: One SMS.
LONGEST_ANSWER = 160
#: A label that no screen takes is said on so many, one after another.
MOST_PARTS = 4
#: A longer hint leaves no room for a question.
_LONGEST_HINT = 120


@dataclass(slots=True)
class LongList:
    """A list of a form as a dataset: its rows, and what its columns are called there.

    `columns` are by the names that the form gives them, in the order of the rows; `labels` are
    those that people read, `of_language` which of them a language has ('': all the same one).
    `key` tells rows apart; by the columns of `asked_by` rows are looked up.
    """

    dataset: str
    columns: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    of_language: dict[str, str] = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    asked_by: set[tuple[str, ...]] = field(default_factory=set)
    rows: list[list[str]] = field(default_factory=list, repr=False)

    @property
    def declared(self) -> dict[str, Tree]:
        """Returns what `datasets/NAME.yaml` says of it."""
        columns: dict[str, Tree] = {}
        for at, name in enumerate(self.columns.values()):
            empty: dict[str, Tree] = {}
            if not all(row[at] for row in self.rows):
                empty = {"empty": "allowed"}
            columns[name] = {"room": max(len(row[at]) for row in self.rows), **empty}
        asked_by: list[Tree] = [list(each) for each in sorted(self.asked_by)]
        indexed: dict[str, Tree] = {"asked_by": asked_by} if asked_by else {}
        key: Tree = self.key[0] if len(self.key) == 1 else list(self.key)
        return {"key": key, "search": list(self.labels), **indexed, "columns": columns}

    def longest(self, column: str) -> int:
        """Returns the length of the longest value of a column of the form."""
        at = list(self.columns).index(column)
        return max(len(row[at]) for row in self.rows)

    def values_of(self, column: str) -> set[str]:
        """Returns the different values of a column of the form."""
        at = list(self.columns).index(column)
        return {row[at] for row in self.rows}

    def label_texts(self, spoken: Iterable[str]) -> Tree:
        """Returns what a line of a choice shows of a row, in each language."""
        if "" in self.of_language:
            return f"{{{self.labels[0]}}}"
        first = self.labels[0]
        return {code: f"{{{self.of_language.get(code, first)}}}" for code in spoken}


@dataclass(slots=True)
class Asking:
    """What the questions of a form have in common; `filtered` counts lines held to a filter.

    `surely_chosen` are the choices that cannot be passed over, by screen: the values of their
    lines, and the condition under which they are asked. `calculated` are the columns that nobody is
    asked for, `long_lists` those that are looked through, by the names that the form gives them.
    """

    plan: Plan
    lists: Lists
    known: KnownAnswers
    found: Findings
    filtered: int = 0
    surely_chosen: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    calculated: dict[str, dict[str, Tree]] = field(default_factory=dict)
    long_lists: dict[str, LongList] = field(default_factory=dict)

    def condition(self, row: Row, column: str = "relevant") -> str:
        """Returns when a row is asked; always where that cannot be said, which is told."""
        source = row[column]
        if not source:
            return ""
        try:
            condition = said(source, self.known.speech())
        except NotThere as not_there:
            self.found.fault(row.spot(column), _of_itself(not_there))
            return ""
        except CannotSay as cannot:
            sentence = Sentence(
                "`%(source)s` cannot be said as a condition: %(why)s. '%(name)s' is "
                "asked of everybody: write `when` by hand, or take the question out.",
                source=source[:80],
                why=said_by(cannot),
                name=row["name"],
            )
            self.found.decide(row.spot(column), sentence)
            return ""
        return "" if condition == "True" else condition

    def texts(self, question: Question, column: str) -> dict[str, str]:
        """Returns the texts of a column as a menu writes them, and notes what of them is wrong."""
        row = question.row

        def shown(name: str) -> str:
            if name not in self.known.screens:
                sentence = Sentence(
                    "The text shows ${%(name)s}, which no screen before asks: reword it.", name=name
                )
                self.found.decide(row.spot(column), sentence)
            return self.known.shown(name)

        texts = menu_texts(row.texts.get(column, {}), shown)
        too_long = [code for code, text in texts.items() if len(text) > _LONGEST_HINT]
        if column == "hint" and too_long:
            sentence = Sentence(
                "The hint of '%(question)s' is left out: no screen has room for it.",
                question=question.name,
            )
            self.found.left_out(row.spot(column), sentence)
            return {}
        most = LONGEST_TEXT * (MOST_PARTS if column == "label" else 1)
        for code, text in texts.items():
            if len(text) > most:
                sentence = Sentence(
                    "The %(column)s in %(code)s has %(number)s letters, %(over)s "
                    "more than can be said. Shorten it.",
                    column=column,
                    code=code,
                    number=len(text),
                    over=len(text) - most,
                )
                self.found.fault(row.spot(column), sentence)
        return texts

    def constraint(self, question: Question) -> Node | None:
        """Returns the tree of a constraint; None without one, and for what is none."""
        source = question.row["constraint"]
        if not source:
            return None
        try:
            return tree(source)
        except CannotSay as cannot:
            self.tell_constraint(question, said_by(cannot))
            return None

    def tell_constraint(self, question: Question, why: Sentence) -> None:
        source = question.row["constraint"][:80]
        sentence = Sentence(
            "`%(source)s` cannot be said as a condition: %(why)s. Any answer of the "
            "kind is taken: write `holds` by hand, or check the stored answers.",
            source=source,
            why=why,
        )
        self.found.decide(question.row.spot("constraint"), sentence)


def _of_itself(not_there: NotThere) -> Sentence:
    """Returns what is not there as a sentence by itself."""
    values = said_by(not_there).values
    return Sentence(
        "The form has no '%(name)s'.%(proposal)s", name=values["name"], proposal=values["proposal"]
    )


def skip(step: Step, digits: str) -> dict[str, Tree]:
    """Returns the way past a question that nobody has to answer."""
    return {} if step.required else {"skip": digits}
