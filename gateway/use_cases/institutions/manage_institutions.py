"""See institutions, and set what they may use, send and spend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import InvalidAddress, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.domain.institutions.spending import Bound, Spent, Verdict, bounds, judge
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.institutions.known_institutions import KnownInstitutions
from gateway.use_cases.institutions.spend import Spend
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, Institutions


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionFile:
    """One institution whole: what was set, its services, and how it stands with its bounds."""

    institution: Institution
    services: Sequence[str]
    spent: Spent
    bounds: Sequence[Bound]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageInstitutions:
    """The use case, with the ports it needs.

    All methods raise NotAllowed, Refused for a name that is no institution's, and StoreUnavailable.
    """

    institutions: Institutions
    authorise: Authorise
    known: KnownInstitutions
    spend: Spend
    channels: Callable[[], Mapping[str, Channel]]
    clock: Clock

    def listed(self, by: str) -> Sequence[InstitutionFile]:
        """Returns the institutions that `by` may read, by name."""
        reach = self.authorise.reach(by, Act.READ)
        stored = {each.name: each for each in self.institutions.all()}
        services, now = self.known.services(), self.clock.now()
        return [
            self._file(stored.get(name) or Institution(name=name), services.get(name, []), now)
            for name in self.known.names()
            if reach.covers(name)
        ]

    def one(self, name: str, by: str) -> InstitutionFile:
        """Returns one of them; who may not see it is told that there is none."""
        seen = {each.institution.name: each for each in self.listed(by)}
        unseen = Refused(
            Sentence(
                "There is no institution '%(name)s'.%(guess)s",
                by_command="See: gateway institutions list",
                name=name,
                guess=did_you_mean(name, seen),
            )
        )
        self.authorise.over(by, name, Act.READ, unseen)
        if name not in seen:
            raise unseen
        return seen[name]

    def set(self, name: str, values: Mapping[str, Any], by: str) -> Institution:
        """Sets some values of `Institution`, and begins one that there is not.

        What an institution may use and spend is for who administers all of them: none raises its
        own limit. Raises Refused for values that cannot be, and channels that are not configured.
        """
        actor = self.authorise(by, EVERYWHERE, Act.ADMINISTER)
        try:
            before = self.institutions.find(name) or Institution(name=name)
            institution = replace(before, **values)
        except (ValueError, InvalidAddress) as error:
            raise Refused(*error.args) from None
        channels = self.channels() if institution.channels else {}
        for channel in institution.channels:
            if channel not in channels:
                raise Refused(
                    Sentence(
                        "No channel '%(name)s' is configured.%(guess)s There are: %(known)s.",
                        name=channel,
                        guess=did_you_mean(channel, channels),
                        known=", ".join(sorted(channels)),
                    )
                )
        told = ", ".join(f"{key} {_shown(value)}" for key, value in values.items())
        entry = AuditEntry(
            at=self.clock.now(), by=actor.name, institution=name, act="set institution",
            what=f"institution {name}: {told}",
        )  # fmt: skip
        self.institutions.put(institution, entry)
        return institution

    def _file(
        self, institution: Institution, services: Sequence[str], now: datetime
    ) -> InstitutionFile:
        spent = self.spend.spent(institution, now)
        return InstitutionFile(
            institution=institution,
            services=services,
            spent=spent,
            bounds=list(bounds(institution, spent)),
            verdict=judge(institution, spent, 0),
        )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "any"
    return "none" if value is None else str(value)
