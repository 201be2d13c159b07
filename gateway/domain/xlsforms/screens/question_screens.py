"""From the questions of a form to the screens that ask them, each without what follows it."""

from __future__ import annotations

from typing import assert_never

from gateway.domain.xlsforms.form.questions import Asked, Question, is_yes
from gateway.domain.xlsforms.plan import LONGEST_TEXT, Step, Tree
from gateway.domain.xlsforms.screens.asking import Asking
from gateway.domain.xlsforms.screens.chosen import OTHER, one_body, several_body
from gateway.domain.xlsforms.screens.conditions import CannotSay, all_of
from gateway.domain.xlsforms.screens.known_answers import NotThere
from gateway.domain.xlsforms.screens.names import Names
from gateway.domain.xlsforms.screens.typed import moment_body, number_body, text_body


class Screens:
    """Makes the screens of questions, one after another."""

    def __init__(self, asking: Asking, names: Names) -> None:
        self.asking = asking
        self.names = names
        self.plan = asking.plan
        self.known = asking.known
        self.found = asking.found

    def steps(self, question: Question, when: str, ending: str = "") -> list[Step]:
        """Returns the screens of a question: one, none, or two where "other" is asked about."""
        if question.asks is Asked.CALCULATE:
            self._tell_worked_out(question)
            return []
        if not question.row.texts.get("label") and not question.row.texts.get("hint"):
            if question.asks is Asked.NOTE:  # a picture, more often than not
                sentence = f"'{question.name}' is left out: it says nothing in letters."
                self.found.left_out(question.row.spot("type"), sentence)
            else:
                self.found.fault(question.row.spot("label"), f"'{question.name}' has no label.")
            return []
        screen = self.names.new(question.name, ending)
        step = Step(screen=screen, body={}, when=when, spot=question.row.spot("name"))
        step.label = self.asking.texts(question, "label")
        text = self._question(question, step)
        step.required = is_yes(question.row["required"])
        body = self._body(question, step)
        if body is None:
            return []
        step.body = {"text": text, **body}
        if step.column is not None and step.may_be_empty:
            step.column["empty"] = "allowed"
        self.known.screens[question.name] = screen
        return [step, *self._other(question, step, ending)]

    def _tell_worked_out(self, question: Question) -> None:
        name = question.name
        try:
            self.known.answer(name)
        except NotThere as not_there:
            self.found.fault(question.row.spot("calculation"), f"In '{name}', {not_there}")
        except CannotSay:
            pass  # told where something needs it
        sentence = (
            f"'{name}' is worked out where conditions ask for it, and not stored: work it out from "
            "the stored answers."
        )
        self.found.left_out(question.row.spot("type"), sentence)

    def _question(self, question: Question, step: Step) -> Tree:
        label, hint = step.label, self.asking.texts(question, "hint")
        if not label:
            return hint
        if not hint or step.screen in self.plan.bare:
            return dict(label)
        step.hinted = True
        both = {code: f"{text}\n{hint[code]}" for code, text in label.items() if code in hint}
        return {**label, **{code: text for code, text in both.items() if len(text) <= LONGEST_TEXT}}

    def _body(self, question: Question, step: Step) -> dict[str, Tree] | None:
        match question.asks:
            case Asked.TEXT:
                return text_body(self.asking, question, step)
            case Asked.INTEGER | Asked.DECIMAL | Asked.RANGE:
                return number_body(self.asking, question, step)
            case Asked.DATE | Asked.TIME:
                return moment_body(self.asking, question, step)
            case Asked.ONE:
                return one_body(self.asking, question, step)
            case Asked.SEVERAL:
                return several_body(self.asking, question, step)
            case Asked.NOTE:
                return {"choice": {"1": {"label": self.plan.says("go_on")}}}
            case Asked.AGREED:
                step.column = {"kind": "one_of", "codes": ["OK"]}
                return {"choice": {"1": {"label": "OK", "value": "OK"}}}
            case Asked.CALCULATE:
                return None
            case _:
                assert_never(question.asks)

    def _other(self, question: Question, step: Step, ending: str) -> list[Step]:
        if not question.or_other:
            return []
        chosen = f"{step.screen} == '{OTHER}'"
        if question.asks is Asked.SEVERAL:
            chosen = f"has({step.screen}, '{OTHER}')"
        which = Step(
            screen=self.names.new(f"{question.name}_other", ending),
            body={"text": self.plan.says("which"), "input": "text", "max": 60},
            when=all_of(step.when, chosen),
            spot=step.spot,
            column={"kind": "prose", "room": 60, "personal": True, "empty": "allowed"},
            required=True,
        )
        return [which]
