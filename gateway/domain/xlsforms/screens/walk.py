"""The way through a form: its groups and repeats, laid out as one line of screens."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.xlsforms.form.findings import Findings
from gateway.domain.xlsforms.form.questions import Group, Member, Question, questions_of
from gateway.domain.xlsforms.plan import MOST_SCREENS, Plan, Step, Tree
from gateway.domain.xlsforms.screens.conditions import CannotSay, all_of, part_said, proven, tree
from gateway.domain.xlsforms.screens.known_answers import KnownAnswers, NotThere
from gateway.domain.xlsforms.screens.names import Names
from gateway.domain.xlsforms.screens.question_screens import Screens

#: More are never asked one after another, whatever is asked for.
_MOST_ROUNDS = 20


class Walk:
    """Goes through groups and repeats, and lays their questions out in one line."""

    def __init__(
        self, plan: Plan, screens: Screens, known: KnownAnswers, names: Names, found: Findings
    ) -> None:
        self.plan = plan
        self.screens = screens
        self.known = known
        self.names = names
        self.found = found
        self.steps: list[Step] = []

    def through(self, members: Sequence[Member], when: str, ending: str) -> None:
        """Lays out members that are asked under a condition, with an ending for their names."""
        for member in members:
            if len(self.steps) > 4 * MOST_SCREENS:
                return  # told by whoever counts them
            both = self._both(when, self.screens.asking.condition(member.row), member)
            if isinstance(member, Question):
                self.steps += self.screens.steps(member, both, ending)
            elif member.repeats:
                self._rounds(member, both, ending)
            else:
                self.through(member.members, both, ending)

    def _both(self, outer: str, own: str, member: Member) -> str:
        try:
            condition = all_of(outer, own)
            return proven(condition) if condition else ""
        except CannotSay as cannot:
            sentence = Sentence(
                "With the conditions of its groups, %(why)s. Its own is left out.",
                why=said_by(cannot),
            )
            self.found.decide(member.row.spot("relevant"), sentence)
            return outer

    def _rounds(self, group: Group, when: str, ending: str) -> None:
        most = min(self.plan.rounds, _MOST_ROUNDS)
        counted = self._count(group)
        if isinstance(counted, int):
            if counted > most:
                sentence = Sentence(
                    "'%(group)s' is asked %(counted)s times: %(most)s at most here.",
                    by_command="(--rounds)",
                    group=group.name,
                    counted=counted,
                    most=most,
                )
                self.found.decide(group.row.spot("repeat_count"), sentence)
            most = min(most, counted)
        elif counted:
            sentence = Sentence(
                "'%(group)s' is asked %(most)s times at most, whatever %(counted)s is.",
                by_command="(--rounds)",
                group=group.name,
                most=most,
                counted=counted,
            )
            self.found.decide(group.row.spot("repeat_count"), sentence)
        else:
            sentence = Sentence(
                "'%(group)s' is asked %(most)s times at most.",
                by_command="(--rounds)",
                group=group.name,
                most=most,
            )
            self.found.decide(group.row.spot("type"), sentence)
        before = dict(self.known.screens)
        for number in range(1, most + 1):
            tail = ending if number == 1 else f"{ending}_{number}"
            if isinstance(counted, str) and counted:
                when_asked = self._both(when, f"{counted} >= {number}", group)
            elif number == 1 or isinstance(counted, int):
                when_asked = when
            else:
                when = when_asked = self._another(group, when, tail)
            self.through(group.members, when_asked, tail)
        inside = {question.name for question in questions_of(group.members)}
        for name in inside - before.keys():
            self.known.screens.pop(name, None)  # which of the rounds would be meant?

    def _another(self, group: Group, when: str, ending: str) -> str:
        """Asks whether there is one more, and returns the condition that there is."""
        screen = self.names.new(f"{group.name or 'group'}_more", ending)
        label = group.row.texts.get("label", {})
        asked = self.plan.says("another")
        text = {
            code: f"{label[code]}: {word}" if code in label and len(label[code]) < 60 else word
            for code, word in asked.items()
        }
        lines: dict[str, Tree] = {
            key: {"label": self.plan.says(word), "value": word}
            for key, word in (("1", "yes"), ("2", "no"))
        }
        spot = group.row.spot("type")
        body: dict[str, Tree] = {"text": text, "choice": lines}
        self.steps.append(Step(screen=screen, body=body, when=when, spot=spot))
        return self._both(when, f"{screen} == 'yes'", group)

    def _count(self, group: Group) -> int | str:
        """Returns how often a repeat is asked: a number, a condition's value, or '' if untold."""
        source = group.row["repeat_count"]
        if not source:
            return ""
        if source.isdecimal() and len(source) < 6:
            return int(source)
        try:
            return proven(part_said(tree(source), self.known.speech()).within(5))
        except NotThere as not_there:
            self.found.fault(
                group.row.spot("repeat_count"),
                Sentence("Of the number, %(why)s", why=said_by(not_there)),
            )
        except CannotSay as cannot:
            sentence = Sentence(
                "`%(source)s` cannot be said as a number: %(why)s. One asks each time.",
                source=source[:80],
                why=said_by(cannot),
            )
            self.found.decide(group.row.spot("repeat_count"), sentence)
        return ""
