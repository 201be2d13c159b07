"""What subscribers have said about our writing to them, as people look at it and take it in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.dataset_files.consent_list import consent_list
from gateway.adapters.sql.consents.records import SqlConsentRecords
from gateway.composition.office.institutions import Institutions
from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release
from gateway.domain.telecom.consent import EVERYTHING, all_of, is_of_all
from gateway.use_cases.consents.read_consents import ReadConsents
from gateway.use_cases.consents.take_consents import TakeConsents
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.consents import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOffice:
    """The use cases of consents."""

    deployment: Deployment
    read: ReadConsents
    change: TakeConsents
    topics: Callable[[], Collection[str]]
    listed: Callable[[], Collection[str]]
    clock: Clock

    def take_list(self, file: Path, by: str) -> Taken:
        """Takes a list in; with any fault nothing is stored, and DataInvalid has all of them."""
        settings = self.deployment.settings
        today = self.clock.now().astimezone(settings.zone).date()
        listed = consent_list(file, self.listed(), settings.national_region, today)
        return self.change.take(listed, file.name, by)


def consent_office(
    deployment: Deployment,
    engine: Engine,
    *,
    institutions: Institutions,
    release: Callable[[], Release],
    clock: Clock,
) -> ConsentOffice:
    """Returns them wired."""
    records = SqlConsentRecords(engine, deployment.keyring)
    settings = deployment.settings

    def topics() -> Collection[str]:
        current = release()
        theirs = {topic for each in institutions.known.institutions.all() for topic in each.topics}
        return {*current.topics, *current.services, *theirs}

    def listed() -> Collection[str]:
        return {*topics(), *map(all_of, institutions.known.names())}

    def institution_of(topic: str) -> str:
        if is_of_all(topic):
            return topic.removeprefix(EVERYTHING)
        if known := release().institution_of(topic):
            return known
        owners = (
            each.name for each in institutions.known.institutions.all() if topic in each.topics
        )
        return next(owners, settings.institution)

    return ConsentOffice(
        deployment=deployment,
        read=ReadConsents(
            records=records,
            authorise=institutions.authorise,
            trail=institutions.trail,
            clock=clock,
        ),
        change=TakeConsents(
            records=records,
            authorise=institutions.authorise,
            institution_of=institution_of,
            zone=settings.zone,
            clock=clock,
        ),
        topics=topics,
        listed=listed,
        clock=clock,
    )
