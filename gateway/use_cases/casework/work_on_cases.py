"""List cases, read one whole, say how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.institutions.roles import Act
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Case, Clock, Releases
from gateway.use_cases.ports.casework import CaseFile, CaseWork
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail

#: What citizens read was touched.
_SEEN = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOnCases:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    The menu is asked for only where a case moves: to list cases needs none.
    """

    cases: CaseWork
    authorise: Authorise
    trail: AuditTrail
    clock: Clock
    releases: Callable[[], Releases]

    def list(self, statuses: Sequence[str], service: str, limit: int, by: str) -> Sequence[Case]:
        """Returns cases of the institutions that `by` may read, the oldest first.

        Nothing of what was told is in them.
        """
        reach = self.authorise.reach(by, Act.READ)
        return self.cases.listed(statuses, service, limit, reach.institutions)

    def read(self, number: str, by: str) -> CaseFile:
        """Returns a case with all that was told; its citizen can see that `by` has read it.

        Raises Refused when there is no such case, or it is another institution's.
        """
        file, actor = self._found(number, by, Act.READ)
        self.trail.record(self._entry(file, actor, Act.READ, f"case {file.case.number}"))
        return file

    def move(self, number: str, status: str, by: str) -> None:
        """Lets a case come to a status; its citizen can see that `by` has done it.

        They are told so by SMS, where messages.yaml has a text for it and they have not stopped
        such texts. Raises Refused without such a case, or when it is there already.
        """
        file, actor = self._found(number, by, Act.ANSWER)
        plain, message = file.case.number, self._message_for(status)
        entry = self._entry(file, actor, Act.ANSWER, f"case {plain} is {status}")
        if not self.cases.move(plain, status, entry, message=message):
            raise Refused(f"Case {grouped(plain)} is {status} already.")

    def _found(self, number: str, by: str, act: Act) -> tuple[CaseFile, Actor]:
        self.authorise.reach(by, Act.READ)  # before it tells what there is
        file = self.cases.read(digits_of(number))
        if file is None:
            raise _no_such(number)
        return file, self.authorise.over(by, file.case.institution, act, _no_such(number))

    def _entry(self, file: CaseFile, actor: Actor, act: Act, what: str) -> AuditEntry:
        return AuditEntry(
            at=self.clock.now(),
            by=actor.name,
            known_as=actor.known_as,
            institution=file.case.institution,
            act=act,
            what=what,
            subscribers=[file.subscriber] if file.subscriber else [],
            seen=_SEEN,
        )

    def _message_for(self, status: str) -> str:
        """Returns the name of the text that tells of a status; empty where there is none."""
        name = f"case_{status}"
        return name if name in self.releases().current().messages else ""


def digits_of(number: str) -> str:
    """Returns the number of a case as it is stored, however people space and write it."""
    return ascii_digits("".join(number.split()))


def _no_such(number: str) -> Refused:
    return Refused(f"There is no case {grouped(digits_of(number))}. See: gateway cases list")
