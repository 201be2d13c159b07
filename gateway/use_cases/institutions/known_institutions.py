"""Which institutions there are: the menu's, those that have something or somebody, and our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.domain.menu.release import Release
from gateway.use_cases.ports.institutions import Institutions, People


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInstitutions:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    `release` gives the menu that is served; `own` is the institution of what is no service's.
    """

    institutions: Institutions
    people: People
    release: Callable[[], Release]
    own: str

    def names(self) -> list[str]:
        """Returns their names, in order.

        One that no menu names any more is there for as long as somebody works in it: what it has
        planned still goes out.
        """
        release = self.release()
        of_menu = {each.institution for each in release.services.values() if each.institution}
        stored = {each.name for each in self.institutions.all()}
        staffed = {
            where
            for person in self.people.all()
            if person.removed_at is None
            for where in person.roles
        }
        known = {self.own, *of_menu, *release.institutions, *stored, *staffed}
        return sorted(known - {EVERYWHERE})

    def services(self) -> Mapping[str, list[str]]:
        """Returns the services of each institution that has any."""
        found: dict[str, list[str]] = {}
        for service in self.release().by_shortcut():
            if service.shortcut:
                found.setdefault(service.institution or self.own, []).append(service.id)
        return found

    def check(self, institution: str) -> None:
        """Raises Refused for a name that is no institution's; `EVERYWHERE` is all of them."""
        if institution == EVERYWHERE:
            return
        known = self.names()
        if institution not in known:
            raise Refused(
                Sentence(
                    "There is no institution '%(name)s'.%(guess)s There are: %(known)s.",
                    by_command="To begin one: gateway institutions set %(name)s --title TITLE",
                    name=institution,
                    guess=did_you_mean(institution, known),
                    known=", ".join(known),
                )
            )
