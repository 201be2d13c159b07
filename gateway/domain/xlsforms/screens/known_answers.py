"""What a condition or a text of a form may speak of: answers, and what is worked out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.xlsforms.form.questions import Asked, Question
from gateway.domain.xlsforms.screens.conditions import CannotSay, Said, Speech, part_said, tree

#: Of what is worked out of what is worked out, and so on.
_DEEPEST = 8


class NotThere(CannotSay):
    """Speaks of a question that the form does not have."""


@dataclass(slots=True)
class KnownAnswers:
    """The questions of a form by name, and the screens that ask them.

    `screens` maps names of questions to the screens of the round that is laid out. `all_names` are
    those of every row, asked or not.
    """

    questions: Mapping[str, Question]
    all_names: frozenset[str]
    screens: dict[str, str] = field(default_factory=dict)
    working_out: list[str] = field(default_factory=list)

    def speech(self, own: str = "", *, own_several: bool = False) -> Speech:
        """Returns what an expression may speak of; `own` is the screen it is about."""
        return Speech(answer=self.answer, several=self.is_several, own=own, own_several=own_several)

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
            raise CannotSay(f"'{name}' is not asked here")
        near = did_you_mean(name, self.questions)
        raise NotThere(f"the form has no '{name}'.{near}")

    def _worked_out(self, question: Question) -> Said:
        source = question.row["calculation"] or question.row["default"]
        if not source:
            raise CannotSay(f"'{question.name}' is worked out of nothing")
        if question.name in self.working_out or len(self.working_out) == _DEEPEST:
            raise CannotSay(f"'{question.name}' is worked out of itself, or of too much")
        self.working_out.append(question.name)
        try:
            return part_said(tree(source), self.speech())
        except NotThere:
            raise
        except CannotSay as cannot:
            raise CannotSay(f"in '{question.name}', {cannot}") from None
        finally:
            self.working_out.pop()
