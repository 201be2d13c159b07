"""From the questions of a form to the screens that ask them, each without what follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.handler_contract.calculated import TODAY
from gateway.domain.menu.conditions import parse
from gateway.domain.xlsforms.form.questions import Asked, Question, is_yes
from gateway.domain.xlsforms.plan import LONGEST_TEXT, Step, Tree
from gateway.domain.xlsforms.screens.asking import LONGEST_ANSWER, Asking
from gateway.domain.xlsforms.screens.chosen import OTHER, one_body, several_body
from gateway.domain.xlsforms.screens.conditions import CannotSay, all_of, bracketed, proven
from gateway.domain.xlsforms.screens.known_answers import NotThere
from gateway.domain.xlsforms.screens.names import Names
from gateway.domain.xlsforms.screens.texts import parted
from gateway.domain.xlsforms.screens.typed import moment_body, number_body, text_body

#: What is worked out is kept as a figure, or as words.
_FIGURE: Mapping[str, Tree] = {"kind": "amount", "places": 4, "minimum": -999_999_999, "room": 18}
_WORDS: Mapping[str, Tree] = {"room": LONGEST_ANSWER}


class Screens:
    """Makes the screens of questions, one after another."""

    def __init__(self, asking: Asking, names: Names) -> None:
        self.asking = asking
        self.names = names
        self.plan = asking.plan
        self.known = asking.known
        self.found = asking.found
        self._postponed: list[tuple[Question, str, str]] = []

    def steps(self, question: Question, when: str, ending: str = "") -> list[Step]:
        """Returns the screens of a question: one, none, or two where "other" is asked about."""
        if question.asks is Asked.CALCULATE:
            self._work_out(question, when, ending)
            return []
        if not question.row.texts.get("label") and not question.row.texts.get("hint"):
            if question.asks is Asked.NOTE:  # a picture, more often than not
                sentence = Sentence(
                    "'%(question)s' is left out: it says nothing in letters.",
                    question=question.name,
                )
                self.found.left_out(question.row.spot("type"), sentence)
            else:
                self.found.fault(
                    question.row.spot("label"),
                    Sentence("'%(question)s' has no label.", question=question.name),
                )
            return []
        label = self.asking.texts(question, "label")
        if not label and not question.row.texts.get("hint"):
            if question.asks is Asked.NOTE:
                sentence = Sentence(
                    "'%(question)s' is left out: it shows what no screen asks, alone.",
                    question=question.name,
                )
                self.found.left_out(question.row.spot("type"), sentence)
                return []
            label = dict.fromkeys(self.plan.spoken, question.name)
        screen = self.names.new(question.name, ending)
        step = Step(screen=screen, body={}, when=when, spot=question.row.spot("name"))
        *said_before, step.label = parted(label, LONGEST_TEXT) or [{}]
        text = self._question(question, step)
        step.required = is_yes(question.row["required"])
        body = self._body(question, step)
        if body is None:
            return []
        step.body = {"text": text, **body}
        if step.column is not None and step.may_be_empty:
            step.column["empty"] = "allowed"
        self.known.screens[question.name] = screen
        before = [self._said(part, question, step, ending) for part in said_before]
        return [*before, step, *self._other(question, step, ending)]

    def _said(self, part: Mapping[str, str], question: Question, step: Step, ending: str) -> Step:
        """Returns a screen that says the beginning of a label which is longer than one takes."""
        return Step(
            screen=self.names.new(f"{question.name}_said", ending),
            body={"text": dict(part), "choice": {"1": {"label": self.plan.says("go_on")}}},
            when=step.when,
            spot=step.spot,
        )

    def work_out_rest(self) -> None:
        """Works out what speaks of questions that are asked behind it, once all are laid out."""
        postponed, self._postponed = self._postponed, []
        for question, when, ending in postponed:
            self._work_out(question, when, ending, may_wait=False)

    def _work_out(
        self, question: Question, when: str, ending: str, *, may_wait: bool = True
    ) -> None:
        """Notes how a column of what is kept is worked out of the answers before it."""
        name, spot = question.name, question.row.spot("calculation")
        try:
            expression = self.known.of_answers(name)
            names = set(parse(expression).names) - {TODAY}
            if other := names.difference(self.known.screens.values()):
                raise CannotSay(Sentence("'%(name)s' is not asked before", name=min(other)))
            # What is asked of somebody else alone is empty, and so is what is worked out of it.
            if when and names.issuperset(parse(when).names):
                expression = proven(f"{bracketed(expression)} if {bracketed(when)} else ''")
        except NotThere as not_there:
            self.found.fault(
                spot, Sentence("In '%(name)s', %(why)s", name=name, why=said_by(not_there))
            )
        except CannotSay as cannot:
            if may_wait:
                self._postponed.append((question, when, ending))
                return
            sentence = Sentence(
                "'%(name)s' is not stored: %(why)s. Work it out from the stored answers.",
                name=name,
                why=said_by(cannot),
            )
            self.found.left_out(spot, sentence)
        else:
            kind = _FIGURE if self.known.is_worked_out_as_number(question) else _WORDS
            column = self.names.new(name, ending)
            self.asking.calculated[column] = {**kind, "calculated": expression}

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
                return one_body(self.asking, question, step, self.names)
            case Asked.SEVERAL:
                return several_body(self.asking, question, step, self.names)
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
