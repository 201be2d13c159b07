"""The few questions that health, metrics and the doctor ask of a gateway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql import gauges, schema
from gateway.composition.stores import FastStores
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Clock, Count
from gateway.use_cases.ports.calls import BreakerState


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSigns:
    """What can be read of the whole deployment; `release` gives the menu that is served."""

    deployment: Deployment
    engine: Engine
    stores: FastStores
    release: Callable[[], Release]
    clock: Clock

    def counts(self) -> Mapping[Count, int]:
        """Returns every count; nothing when Redis does not answer."""
        try:
            return self.stores.counts()
        except StoreUnavailable:
            return {}

    def breakers(self) -> Mapping[str, BreakerState]:
        """Returns whether each back end is asked; nothing when Redis does not answer."""
        names = [*self.deployment.handlers]
        names += [call.back_end for call in self.release().calls.values()]
        try:
            return self.stores.breakers.states(names)
        except StoreUnavailable:
            return {}

    def gauges(self) -> gauges.Gauges:
        """Returns how much is where in the database; raises StoreUnavailable."""
        return gauges.read(self.engine, self.clock.now())

    def unavailable(self) -> Mapping[str, str]:
        """Returns the stores that do not answer or lack a table, each with a sentence."""
        faults = {}
        pings = {"database": lambda: schema.probe(self.engine), "redis": self.stores.ping}
        for name, ping in pings.items():
            try:
                ping()
            except (StoreUnavailable, Refused) as error:
                faults[name] = str(error)
        return faults
