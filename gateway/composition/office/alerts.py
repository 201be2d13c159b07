"""Public warnings, from their sources to the broadcasts that they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from gateway.adapters.sql.alerts.alerts import SqlAlerts
from gateway.composition.office.broadcast import BroadcastRoom
from gateway.composition.office.institutions import Institutions
from gateway.deployment.alert_settings import AlertsSettings, load_certificates, load_districts
from gateway.domain.alerts.alert import Alert
from gateway.domain.alerts.districts import District
from gateway.domain.alerts.taken import AlertSource
from gateway.domain.alerts.wording import LongestText
from gateway.use_cases.alerts.decide_alert import DecideAlert
from gateway.use_cases.alerts.drafts import Drafts
from gateway.use_cases.alerts.end_earlier import EndEarlier
from gateway.use_cases.alerts.take_alert import TakeAlert
from gateway.use_cases.ports import Clock, Counters, Releases


class CapDocuments:
    """Fits the `AlertDocuments` port. XML is not imported before an alert comes in."""

    def __init__(self, settings: AlertsSettings) -> None:
        self._settings = settings

    def read(self, source: str, octets: bytes, file: str, now: datetime) -> Alert:
        """Returns the alert; raises AlertInvalid, and OriginUnproven where a source signs."""
        from gateway.adapters.cap.document import alert_of, tree_of
        from gateway.adapters.cap.signature import what_is_signed

        root = tree_of(octets, file)
        certificates = load_certificates(self._settings.sources[source].certificates)
        if certificates:
            root = what_is_signed(root, certificates, now)
        return replace(alert_of(root, file), signed=bool(certificates))


class DistrictsFile:
    """The districts of the deployment's file, read once."""

    def __init__(self, settings: AlertsSettings) -> None:
        self._settings = settings

    @cached_property
    def _districts(self) -> Sequence[District]:
        return load_districts(self._settings.districts)

    def __call__(self) -> Sequence[District]:
        """Returns them; raises FilesInvalid with every fault of the file."""
        return self._districts


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAlerts:
    """The use cases of public warnings."""

    take: TakeAlert
    decide: DecideAlert


def public_alerts(
    settings: AlertsSettings,
    engine: Engine,
    *,
    broadcast: BroadcastRoom,
    institutions: Institutions,
    releases: Callable[[], Releases],
    counters: Counters,
    clock: Clock,
) -> PublicAlerts:
    """Returns them wired."""
    alerts = SqlAlerts(engine, broadcast.deployment.keyring)
    drafts = Drafts(topic=settings.topic, releases=releases)
    sources = {
        name: AlertSource(name, source.institution, frozenset(source.senders))
        for name, source in settings.sources.items()
    }
    take = TakeAlert(
        alerts=alerts,
        documents=CapDocuments(settings),
        sources=sources,
        districts=DistrictsFile(settings),
        longest=LongestText(settings.segments),
        drafts=drafts,
        draft_broadcast=broadcast.draft,
        end_earlier=EndEarlier(alerts=alerts, direct_broadcast=broadcast.direct, clock=clock),
        counters=counters,
        clock=clock,
    )
    return PublicAlerts(
        take=take,
        decide=DecideAlert(
            take=take,
            alerts=alerts,
            authorise=institutions.authorise,
            drafts=drafts,
            draft_broadcast=broadcast.draft,
            clock=clock,
        ),
    )
