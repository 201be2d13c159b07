"""What a condition or a text of a form may speak of: answers, and what is worked out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.xlsforms.form.expressions import (
    Answer,
    Call,
    Column,
    Negative,
    Node,
    Number,
    Operation,
    Own,
    Text,
)
from gateway.domain.xlsforms.form.questions import Asked, Question
from gateway.domain.xlsforms.screens.conditions import (
    CannotSay,
    Said,
    Speech,
    part_said,
    proven,
    tree,
)

#: Signs and functions that come to a number.
_SUMS = ("+", "-", "*", "div", "mod")
_OF_NUMBERS = ("number", "int", "round", "string-length", "count-selected")
#: Of what is worked out of what is worked out, and so on.
_DEEPEST = 8


class NotThere(CannotSay):
    """Speaks of a question that the form does not have."""


@dataclass(slots=True)
class KnownAnswers:
    """The questions of a form by name, and the screens that ask them.

    `screens` maps names of questions to the screens of the round that is laid out. `all_names` are
    those of every row, asked or not. It is `of_row` while a column of what is kept is worked out.
    """

    questions: Mapping[str, Question]
    all_names: frozenset[str]
    screens: dict[str, str] = field(default_factory=dict)
    of_row: bool = False
    working_out: list[str] = field(default_factory=list)

    def speech(self, own: str = "", *, own_several: bool = False) -> Speech:
        """Returns what an expression may speak of; `own` is the screen it is about."""
        return Speech(
            answer=self.answer,
            several=self.is_several,
            own=own,
            own_several=own_several,
            of_row=self.of_row,
        )

    def of_answers(self, name: str) -> str:
        """Returns of which answers a column is worked out, and how; raises CannotSay."""
        self.of_row = True
        try:
            return proven(self.answer(name).text)
        finally:
            self.of_row = False

    def is_worked_out_as_number(self, question: Question) -> bool:
        """Returns whether what is worked out is a number, as far as its form tells."""
        if question.name in self.working_out or len(self.working_out) == _DEEPEST:
            return False
        self.working_out.append(question.name)
        try:
            return self._is_number(tree(question.row["calculation"] or question.row["default"]))
        except CannotSay:  # it is no expression: that is told where it is worked out
            return False
        finally:
            self.working_out.pop()

    def _is_number(self, node: Node) -> bool:
        match node:
            case Number() | Negative():
                return True
            case Operation(sign=sign):
                return sign in _SUMS
            case Answer(name=name):
                question = self.questions.get(name)
                if question is None:
                    return False
                if question.asks is Asked.CALCULATE:
                    return self.is_worked_out_as_number(question)
                return question.asks in (Asked.INTEGER, Asked.DECIMAL, Asked.RANGE)
            case Call(name="if", values=(_, one, other)):
                return self._is_number(one) and (self._is_number(other) or other == Text(""))
            case Call(name="coalesce" | "once", values=(first, *_)):
                return self._is_number(first)
            case Call(name=name):
                return name in _OF_NUMBERS
            case Text() | Own() | Column():
                return False
            case _:
                assert_never(node)

    def speech_of_list(self, columns: Mapping[str, str]) -> Speech:
        """Returns what a choice filter may speak of, for one line of a list."""
        return Speech(answer=self.answer, several=self.is_several, columns=columns)

    def shown(self, name: str) -> str:
        """Returns how a text shows an answer, between braces; empty where no screen asks it."""
        question = self.questions.get(name)
        is_day = question is not None and question.asks is Asked.DATE
        screen = self.screens.get(name, "")
        return f"{screen}|date" if screen and is_day else screen

    def is_several(self, name: str) -> bool:
        """Returns whether a question takes several answers."""
        question = self.questions.get(name)
        return question is not None and question.asks is Asked.SEVERAL

    def answer(self, name: str) -> Said:
        """Returns how a condition says an answer; raises CannotSay."""
        if name in self.screens:
            return Said(self.screens[name])
        question = self.questions.get(name)
        if question is not None and question.asks is Asked.CALCULATE:
            return self._worked_out(question)
        if name in self.all_names:
            raise CannotSay(Sentence("'%(name)s' is not asked here", name=name))
        near = did_you_mean(name, self.questions)
        raise NotThere(
            Sentence("the form has no '%(name)s'.%(proposal)s", name=name, proposal=near)
        )

    def _worked_out(self, question: Question) -> Said:
        source = question.row["calculation"] or question.row["default"]
        if not source:
            raise CannotSay(
                Sentence("'%(question)s' is worked out of nothing", question=question.name)
            )
        if question.name in self.working_out or len(self.working_out) == _DEEPEST:
            raise CannotSay(
                Sentence(
                    "'%(question)s' is worked out of itself, or of too much", question=question.name
                )
            )
        self.working_out.append(question.name)
        try:
            return part_said(tree(source), self.speech())
        except NotThere:
            raise
        except CannotSay as cannot:
            raise CannotSay(
                Sentence("in '%(question)s', %(why)s", question=question.name, why=said_by(cannot))
            ) from None
        finally:
            self.working_out.pop()
