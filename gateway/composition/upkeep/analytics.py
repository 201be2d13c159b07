"""The overview: sums from the database, and how the gateway stands at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql.analytics.breaker_minutes import SqlBreakerMinutes
from gateway.adapters.sql.analytics.sums import SqlSums
from gateway.composition.office.institutions import Institutions
from gateway.composition.upkeep.vital_signs import VitalSigns
from gateway.deployment.load import Deployment
from gateway.domain.institutions.spending import Bound
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.analytics.read_overview import ReadOverview
from gateway.use_cases.institutions.spend import Spend
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.analytics.present import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsAndSpending:
    """Fits the `Present` port."""

    vital_signs: Callable[[], VitalSigns]
    spend: Spend
    clock: Clock

    def moment(self) -> Moment:
        """Returns how the gateway stands; never waits for long."""
        signs = self.vital_signs().signs()
        gauges = signs.gauges
        if gauges is None:
            return Moment(up=signs.up, breakers=signs.breakers)
        return Moment(
            up=signs.up,
            queues=gauges.queues,
            outbound=gauges.outbound,
            standings=gauges.standings,
            breakers=signs.breakers,
            ticker_idle=gauges.ticker_idle,
            help_desk_open=gauges.help_desk_open,
            given_up_rows=gauges.unposted["given_up"],
        )

    def budgets(self) -> Mapping[str, Sequence[Bound]]:
        """Returns what bounds each institution, and what is used; raises StoreUnavailable."""
        return self.spend.bounds(self.clock.now())


def overview(
    deployment: Deployment,
    engine: Engine,
    *,
    vital_signs: Callable[[], VitalSigns],
    institutions: Institutions,
    channels: Mapping[str, Channel],
    clock: Clock,
) -> ReadOverview:
    """Returns the use case wired."""
    settings = deployment.settings
    routes = settings.routing.to_routes(settings.institution)
    return ReadOverview(
        sums=SqlSums(engine),
        present=SignsAndSpending(vital_signs=vital_signs, spend=institutions.spend, clock=clock),
        breaker_minutes=SqlBreakerMinutes(engine),
        channels=channels,
        authorise=institutions.authorise,
        network_of=routes.name_of,
        fewest=settings.fewest_shown,
        zone=settings.zone,
        clock=clock,
    )
