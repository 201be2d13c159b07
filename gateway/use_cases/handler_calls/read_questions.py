"""See what is kept, and have it asked again at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.domain.menu.kept_questions import offers
from gateway.use_cases.institutions.authorise import Actor, Authorise, Reach
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail
from gateway.use_cases.ports.reminders import KeptOfScreen, KeptQuestions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadQuestions:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    The menu is asked for only where a service is named, or not all institutions may be seen.
    """

    questions: KeptQuestions
    authorise: Authorise
    trail: AuditTrail
    releases: Callable[[], Releases]
    clock: Clock

    def by_screen(self, by: str) -> Sequence[KeptOfScreen]:
        """Returns how many questions are kept, by service and screen, as far as `by` may read."""
        reach = self.authorise.reach(by, Act.READ)
        return self._within(reach)

    def ask_now(self, service: str, by: str) -> int:
        """Lets the ticker ask all of a service at once, or of all of `by`'s; returns how many.

        Raises Refused for a service that the menu does not offer to tell of, nor has before.
        """
        reach, now = self.authorise.reach(by, Act.SETTLE), self.clock.now()
        if service:
            offering = {each.id.partition(".")[0] for each in offers(self.releases().current())}
            known = offering | {each.service for each in self.questions.by_screen(now)}
            mine = {each for each in known if reach.covers(self._whose(each))}
            if service not in mine:
                raise Refused(f"No end of '{service}' has `tell_me`.{did_you_mean(service, mine)}")
            self._record(reach.actor, self._whose(service), service)
            return self.questions.ask_now(service, now)
        if reach.institutions is None:
            self._record(reach.actor, EVERYWHERE, "all services")
            return self.questions.ask_now("", now)
        asked = 0
        for each in sorted({kept.service for kept in self._within(reach)}):
            self._record(reach.actor, self._whose(each), each)
            asked += self.questions.ask_now(each, now)
        return asked

    def _within(self, reach: Reach) -> Sequence[KeptOfScreen]:
        found = self.questions.by_screen(self.clock.now())
        if reach.institutions is None:
            return found
        return [each for each in found if reach.covers(self._whose(each.service))]

    def _whose(self, service: str) -> str:
        return self.releases().current().institution_of(service) or self.authorise.own

    def _record(self, actor: Actor, institution: str, service: str) -> None:
        self.trail.record(
            AuditEntry(
                at=self.clock.now(),
                by=actor.name,
                institution=institution,
                act=Act.SETTLE,
                what=f"questions of {service} asked again",
            )
        )
