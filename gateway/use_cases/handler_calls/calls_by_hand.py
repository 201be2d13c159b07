"""Make a declared call by hand, and see and post again what another system has not taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.institutions.roles import Act
from gateway.domain.institutions.whose import of_call, of_data
from gateway.domain.menu.release import Release
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.calls import Postings, Unposted
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsByHand:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    `posted` are the forms whose rows go on to another system, with the call that takes them.
    `is_begun` says whether the database was made: before that nobody is known, and calls are tried
    while a menu is written.
    """

    postings: Postings
    posted: Mapping[str, str]
    contracts: Mapping[str, HandlerContract]
    release: Callable[[], Release]
    authorise: Authorise
    trail: AuditTrail
    is_begun: Callable[[], bool]
    clock: Clock

    def may_try(self, name: str, back_end: str, by: str) -> None:
        """Notes that somebody makes a call, which may write: before it is made.

        It takes a role in each institution whose services make it, or whose rows it takes.
        """
        if not self.is_begun():
            return
        release, own = self.release(), self.authorise.own
        whose = set(of_call(release, back_end, own))
        for form, call in self.posted.items():
            whose |= of_data(release, form, self.contracts, own) if call == name else set()
        self._note(self._allowed(by, whose, Act.LOAD), Act.LOAD, f"call {name} tried")

    def waiting(self, by: str) -> Sequence[Unposted]:
        """Returns what forms have stored and no system has taken, as far as `by` may see."""
        reach = self.authorise.reach(by, Act.READ)
        found = self.postings.unposted()
        if reach.institutions is None:
            return found
        return [each for each in found if any(map(reach.covers, self._whose(each.form)))]

    def again(self, form: str, by: str) -> int:
        """Posts what waits of a form at once, and what was given up; returns how many rows.

        Raises Refused for a form whose rows go nowhere.
        """
        if form not in self.posted:
            known = ", ".join(self.posted) or "none"
            raise Refused(
                f"No form '{form}' has post_to.{did_you_mean(form, self.posted)} "
                f"There are: {known}."
            )
        actors = self._allowed(by, self._whose(form), Act.SETTLE)
        self._note(actors, Act.SETTLE, f"rows of form {form} posted again")
        return self.postings.again(form, self.clock.now())

    def _whose(self, form: str) -> frozenset[str]:
        return of_data(self.release(), form, self.contracts, self.authorise.own)

    def _allowed(self, by: str, whose: Collection[str], act: Act) -> Mapping[str, Actor]:
        return {each: self.authorise(by, each, act) for each in sorted(whose)}

    def _note(self, actors: Mapping[str, Actor], act: Act, what: str) -> None:
        for institution, actor in actors.items():
            self.trail.record(
                AuditEntry(
                    at=self.clock.now(),
                    by=actor.name,
                    known_as=actor.known_as,
                    institution=institution,
                    act=act.value,
                    what=what,
                )
            )
