"""See what is kept, and have it asked again at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.kept_questions import offers
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ports.reminders import KeptOfScreen, KeptQuestions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadQuestions:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    The menu is asked for only where a service is named.
    """

    questions: KeptQuestions
    releases: Callable[[], Releases]
    clock: Clock

    def by_screen(self) -> Sequence[KeptOfScreen]:
        """Returns how many questions are kept, by service and screen."""
        return self.questions.by_screen(self.clock.now())

    def ask_now(self, service: str = "") -> int:
        """Lets the ticker ask all of a service at once, or of all; returns how many.

        Raises Refused for a service that the menu does not offer to tell of, nor has before.
        """
        if service:
            offering = {each.id.partition(".")[0] for each in offers(self.releases().current())}
            known = offering | {each.service for each in self.by_screen()}
            if service not in known:
                proposal = did_you_mean(service, known)
                raise Refused(f"No end of '{service}' has `tell_me`.{proposal}")
        return self.questions.ask_now(service, self.clock.now())
