"""List cases, read one whole, say how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.ports import Case, Clock, Releases
from gateway.use_cases.ports.casework import CaseFile, CaseWork, Looks


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOnCases:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    The menu is asked for only where a case moves: to list cases needs none.
    """

    cases: CaseWork
    looks: Looks
    clock: Clock
    releases: Callable[[], Releases]

    def list(self, statuses: Sequence[str], service: str, limit: int) -> Sequence[Case]:
        """Returns cases of these statuses, the oldest first: nothing of what was told."""
        return self.cases.listed(statuses, service, limit)

    def read(self, number: str, by: str) -> CaseFile:
        """Returns a case with all that was told; its citizen can see that `by` has read it.

        Raises Refused when there is no such case.
        """
        file = self.cases.read(digits_of(number))
        if file is None:
            raise _no_such(number)
        self.looks.note([file.subscriber] if file.subscriber else [], by, "cases", self.clock.now())
        return file

    def move(self, number: str, status: str, by: str) -> None:
        """Lets a case come to a status; its citizen can see that `by` has done it.

        They are told so by SMS, where messages.yaml has a text for it and they have not stopped
        such texts. Raises Refused without such a case, or when it is there already.
        """
        plain = digits_of(number)
        message = self._message_for(status)
        if not self.cases.move(plain, status, by, self.clock.now(), message=message):
            if self.cases.read(plain) is None:
                raise _no_such(number)
            raise Refused(f"Case {grouped(plain)} is {status} already.")

    def _message_for(self, status: str) -> str:
        """Returns the name of the text that tells of a status; empty where there is none."""
        name = f"case_{status}"
        return name if name in self.releases().current().messages else ""


def digits_of(number: str) -> str:
    """Returns the number of a case as it is stored, however people space and write it."""
    return ascii_digits("".join(number.split()))


def _no_such(number: str) -> Refused:
    return Refused(f"There is no case {grouped(digits_of(number))}. See: gateway cases list")
