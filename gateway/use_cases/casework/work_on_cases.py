"""List cases, read one whole, say how far it has come, who works on it, and what is to be known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.faults_and_errors.errors import NotThere, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.institutions.kept_reason import kept_reason
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.casework.compose_answer import ComposeAnswer, Composed
from gateway.use_cases.casework.told_together import Together
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.institutions.note_search import NoteSearch
from gateway.use_cases.ports import Case, Clock, Releases
from gateway.use_cases.ports.casework import (
    ANSWERED,
    CASES_TOPIC,
    REMARK,
    SOLVED,
    CaseEvent,
    CaseFile,
    CasesWanted,
    CaseWork,
    ToldTogether,
)
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail, People

#: What citizens read was touched.
_SEEN = "cases"
#: More than a page is long; a whole backlog is closed page by page.
MOST_AT_ONCE = 200
LONGEST_REMARK = 1000
#: A button that is pressed twice within it was meant once.
ONE_CLICK = timedelta(minutes=1)
#: The text of messages.yaml that tells a citizen of several cases at once.
SEVERAL_SOLVED = "cases_solved"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOnCases:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    The menu is asked for only where a case moves: to list cases needs none. `wake` tells a worker
    that an answer waits on a channel and lane.
    """

    cases: CaseWork
    authorise: Authorise
    people: People
    trail: AuditTrail
    compose: ComposeAnswer
    wake: Callable[[str, Lane], object]
    clock: Clock
    releases: Callable[[], Releases]

    def list(self, wanted: CasesWanted, by: str) -> Sequence[Case]:
        """Returns cases of the institutions that `by` may read: nothing of what was told.

        Where those of a number are wanted, whose it is can see that they were looked for.
        """
        reach = self.authorise.within(by, wanted.institutions or (), Act.READ)
        found = self.cases.find(replace(wanted, institutions=reach.institutions))
        if wanted.subscriber is not None:
            whose = [case.institution for case in found]
            note = NoteSearch(trail=self.trail, clock=self.clock)
            note(reach, wanted.subscriber, whose, "cases", _SEEN)
        return found

    def read(self, number: str, by: str, reveal: str | None = None) -> CaseFile:
        """Returns a case with all that was told; its citizen can see that `by` has read it.

        With `reveal`, a reason, its number is to be shown whole: that is recorded with it. Raises
        NotThere when there is no such case, or it is another institution's.
        """
        act = Act.READ if reveal is None else Act.REVEAL
        file, actor = self._found(number, by, act)
        why = "" if reveal is None else kept_reason(reveal)
        self.trail.record(self._entry(file, actor, act, f"case {file.case.number}", why))
        return file

    def move(self, number: str, status: str, by: str) -> None:
        """Lets a case come to a status; its citizen can see that `by` has done it.

        They are told so by SMS, where messages.yaml has a text for it and they have not stopped
        such texts. Raises NotThere without such a case, Refused when it is there already.
        """
        file, actor = self._found(number, by, Act.ANSWER)
        if not self._moved(file, actor, status):
            raise Refused(
                Sentence(
                    "Case %(number)s is %(status)s already.",
                    number=grouped(file.case.number),
                    status=status,
                )
            )

    def tells(self, status: str) -> bool:
        """Returns whether a citizen whose case comes to a status is told: the menu has a text."""
        return bool(self._message_for(f"case_{status}"))

    def close(self, numbers: Sequence[str], why: str, by: str) -> Sequence[str]:
        """Solves many cases at once for one reason; returns the numbers of those that it solved.

        Each citizen is told once of all of theirs, and of none that was solved before: by the text
        `cases_solved` where there are several, else, and without that text, by one SMS for each. A
        case that is not there, or not theirs to solve, stops all: nothing is done then.
        """
        said = kept_reason(why)
        if len(numbers) > MOST_AT_ONCE:
            raise Refused(Sentence("At most %(number)s are closed at once.", number=MOST_AT_ONCE))
        files = [self._found(number, by, Act.ANSWER) for number in dict.fromkeys(numbers)]
        together = Together(file for file, _ in files)
        return [
            file.case.number
            for file, actor in files
            if together.note(file, self._moved(file, actor, SOLVED, said, together.of(file)))
        ]

    def assign(self, number: str, to: str, by: str) -> None:
        """Says who works on a case, or with an empty name that nobody does.

        Raises Refused for somebody who may not answer in the case's institution.
        """
        file, actor = self._found(number, by, Act.ANSWER)
        case = file.case
        name = self._worker(to, case.institution) if to else ""
        entry = self._entry(file, actor, Act.ANSWER, f"case {case.number} to {name or '-'}")
        if not self.cases.assign(case.number, name, replace(entry, subscribers=[])):
            raise Refused(Sentence("It is so already."))

    def remark(self, number: str, text: str, by: str) -> None:
        """Notes something for the office alone: no citizen sees it."""
        file, actor = self._found(number, by, Act.ANSWER)
        plain = text.strip()
        if not plain:
            raise Refused(Sentence("A note needs a text."))
        if len(plain) > LONGEST_REMARK:
            raise Refused(
                Sentence("A note has at most %(number)s characters.", number=LONGEST_REMARK)
            )
        remarks = [event for event in file.events if event.kind == REMARK]
        if _is_done(remarks, plain, self.clock.now()):
            return
        entry = self._entry(file, actor, Act.ANSWER, f"case {file.case.number} remarked on")
        self.cases.note(file.case.number, REMARK, plain, replace(entry, subscribers=[]))

    def compose_answer(self, number: str, text: str, by: str) -> Composed:
        """Returns an answer to whoever opened a case, as it would go out: nothing is sent yet."""
        file, _ = self._found(number, by, Act.ANSWER)
        return self._composed(file, text)

    def answer(self, number: str, text: str, by: str) -> Composed:
        """Sends an answer to whoever opened a case, who can see that `by` has answered.

        It is a reply: who has told something asks for an answer. The same text to the same case
        within a minute is one click too many, and goes out once. Raises Refused when its citizen
        has had the number erased, for a text that does not fit, and where somebody else has
        answered in this moment.
        """
        file, actor = self._found(number, by, Act.ANSWER)
        composed, case = self._composed(file, text), file.case
        answered = [event for event in file.events if event.kind == ANSWERED]
        if _is_done(answered, composed.text, self.clock.now()):
            return composed
        entry = self._entry(file, actor, Act.ANSWER, f"case {case.number} answered")
        answer = NewSms(
            channel=composed.channel.name,
            subscriber=composed.subscriber,
            text=composed.text,
            lane=Lane.REPLY,
            purpose=Purpose.REPLY,
            key=f"case-{case.number}-{len(answered)}",  # of two at one moment one is the next
            topic=CASES_TOPIC,
            institution=case.institution,
            service=case.service,
        )
        if not self.cases.answer(case.number, answer, entry):
            return self._answered_meanwhile(number, by, composed)
        self.wake(answer.channel, answer.lane)
        return composed

    def _answered_meanwhile(self, number: str, by: str, composed: Composed) -> Composed:
        file, _ = self._found(number, by, Act.ANSWER)
        answered = [event for event in file.events if event.kind == ANSWERED]
        if _is_done(answered, composed.text, self.clock.now()):
            return composed
        raise Refused(
            Sentence("Somebody has answered this case just now. Read it, then send yours.")
        )

    def workers(self, institution: str) -> Sequence[str]:
        """Returns who may work on what is an institution's, by short name."""
        own = institution or self.authorise.own
        return sorted(person.name for person in self.people.all() if person.may(own, Act.ANSWER))

    def _worker(self, name: str, institution: str) -> str:
        if name not in self.workers(institution):
            raise Refused(
                Sentence("%(name)s does not answer citizens of this institution.", name=name)
            )
        return name

    def _composed(self, file: CaseFile, text: str) -> Composed:
        if file.subscriber is None:
            raise Refused(
                Sentence("Whoever opened the case has had the number erased: nobody can be told.")
            )
        return self.compose(text, "", file.subscriber, file.case.institution)

    def _moved(
        self,
        file: CaseFile,
        actor: Actor,
        status: str,
        why: str = "",
        together: ToldTogether | None = None,
    ) -> bool:
        plain = file.case.number
        entry = self._entry(file, actor, Act.ANSWER, f"case {plain} is {status}", why)
        message, of_several = self._message_for(f"case_{status}"), self._message_for(SEVERAL_SOLVED)
        if together is None or not of_several:
            return self.cases.move(plain, status, entry, message=message)
        message = of_several if together.count > 1 else message
        return self.cases.move(plain, status, entry, message=message, together=together)

    def _found(self, number: str, by: str, act: Act) -> tuple[CaseFile, Actor]:
        self.authorise.reach(by, Act.READ)  # before it tells what there is
        file = self.cases.read(digits_of(number))
        if file is None:
            raise _no_such(number)
        return file, self.authorise.over(by, file.case.institution, act, _no_such(number))

    def _entry(
        self, file: CaseFile, actor: Actor, act: Act, what: str, why: str = ""
    ) -> AuditEntry:
        return AuditEntry(
            at=self.clock.now(),
            by=actor.name,
            known_as=actor.known_as,
            institution=file.case.institution,
            act=act,
            what=what,
            reason=why,
            subscribers=[file.subscriber] if file.subscriber else [],
            seen=_SEEN,
        )

    def _message_for(self, name: str) -> str:
        """Returns the name of a text; empty where messages.yaml has none such."""
        return name if name in self.releases().current().messages else ""


def _is_done(events: Sequence[CaseEvent], text: str, now: datetime) -> bool:
    """Returns whether the last of some events says this, a moment ago."""
    return bool(events) and events[-1].text == text and now - events[-1].at < ONE_CLICK


def digits_of(number: str) -> str:
    """Returns the number of a case as it is stored, however people space and write it."""
    return ascii_digits("".join(number.split()))


def _no_such(number: str) -> NotThere:
    return NotThere(
        Sentence(
            "There is no case %(number)s.",
            by_command="See: gateway cases list",
            on_page=Sentence("Those of your institutions stand under Cases."),
            number=grouped(digits_of(number)),
        )
    )
