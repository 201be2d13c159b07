"""The few questions that health, metrics and the doctor ask of a gateway."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Engine

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.sql import gauges as sql_gauges
from gateway.adapters.sql import schema
from gateway.adapters.sql.gauges import Gauges
from gateway.adapters.threads.in_time import InTime
from gateway.composition.stores import FastStores
from gateway.composition.upkeep.keys import MasterKeys
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import GatewayError, StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.use_cases.institutions.spend import Spend
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.calls import BreakerState
from gateway.use_cases.ports.metrics import Counted


@dataclass(frozen=True, slots=True)
class Signs:
    """What could be read within two seconds; None where a store did not answer."""

    gauges: Gauges | None
    redis: bool
    release: str
    breakers: Mapping[str, BreakerState] | None
    #: By institution and the name of a limit or budget: how much of it is used, of 1.
    spent: Mapping[tuple[str, str], float] | None = None
    #: How many lines to operators are up, by channel; of channels that have any.
    binds: Mapping[str, int] | None = None

    @property
    def up(self) -> Mapping[str, bool]:
        """Returns whether each store answers."""
        return {"database": self.gauges is not None, "redis": self.redis}


class Fault(NamedTuple):
    """What is wrong, in a sentence; an empty one where nothing is.

    A store that is `away` is so for every node alike, and citizens are answered without it. What
    does not fit, a missing migration or another master key, is this node's own.
    """

    sentence: str = ""
    away: bool = False


class VitalSigns:
    """What can be read of the deployment; `release` gives the menu that is served.

    Whoever asks for health or metrics does not wait for a store that hangs, and costs it at most
    one question a second.
    """

    def __init__(
        self,
        *,
        deployment: Deployment,
        handlers: Collection[str],
        engine: Engine,
        stores: FastStores,
        keys: MasterKeys,
        release: Callable[[], Release],
        spend: Callable[[], Spend],
        clock: Clock,
    ) -> None:
        self._deployment, self._engine, self._stores = deployment, engine, stores
        self._handlers = handlers
        self._release, self._clock, self._spend = release, clock, spend
        ticks = clock.monotonic
        self._database = InTime(self._read_gauges, ticks, name="database")
        self._redis = InTime(self._redis_answers, ticks, name="redis")
        self._menu = InTime(release, ticks, name="menu")
        self._breakers = InTime(self.breakers, ticks, name="breakers")
        self._spent = InTime(self._read_spent, ticks, name="spent")
        self._binds = InTime(self._read_binds, ticks, name="lines")
        self._probes = {
            "database": InTime(lambda: _fault_of(self._probe), ticks, name="database", kept=0.0),
            "redis": InTime(lambda: _fault_of(stores.ping), ticks, name="redis", kept=0.0),
            "keys": InTime(lambda: _fault_of(keys.settle), ticks, name="keys", kept=0.0),
        }

    def counted(self) -> Counted:
        """Returns what the processes on this data folder have counted, without any store."""
        return self._stores.counters.counted()

    def signs(self) -> Signs:
        """Returns what can be read now; never waits for long, and never raises."""
        readings = (self._database, self._redis, self._menu, self._spent, self._binds)
        for each in readings:
            each.begin()
        menu = self._menu()
        return Signs(
            gauges=self._database(),
            redis=bool(self._redis()),
            release=menu.id if menu is not None else "",
            # Their names are in the menu: without it, the question would wait for it once more.
            breakers=self._breakers() if menu is not None else None,
            spent=self._spent(),
            binds=self._binds(),
        )

    def breakers(self) -> Mapping[str, BreakerState] | None:
        """Returns whether each back end is asked; None when Redis does not answer."""
        names = [*self._handlers, *self._release().declared_contracts]
        try:
            return self._stores.breakers.states(names)
        except StoreUnavailable:
            return None

    def gauges(self) -> Gauges:
        """Returns how much is where in the database; raises StoreUnavailable."""
        return sql_gauges.read(self._engine, self._clock.now())

    def unavailable(self) -> Mapping[str, Fault]:
        """Returns the stores that do not answer, lack a table, or were sealed with other keys."""
        for probe in self._probes.values():
            probe.begin()
        told = {name: probe() for name, probe in self._probes.items()}
        if told["database"] != Fault():
            told["keys"] = Fault()  # there is nothing to compare them with
        late = {name: Fault(f"The {name} does not answer in time.", away=True) for name in told}
        return {name: fault or late[name] for name, fault in told.items() if fault != Fault()}

    def _read_gauges(self) -> Gauges | None:
        try:
            self._probe()
            return self.gauges()
        except GatewayError:
            return None

    def _read_spent(self) -> Mapping[tuple[str, str], float] | None:
        try:
            found = self._spend().bounds(self._clock.now())
        except GatewayError:
            return None
        return {
            (name, bound.name): bound.percent / 100
            for name, each in found.items()
            for bound in each
        }

    def _read_binds(self) -> Mapping[str, int]:
        found = {}
        for name, settings in self._deployment.channels.items():
            lines_up = PROVIDERS[settings.provider].lines_up
            if lines_up is not None and self._deployment.has_lines(name):
                found[name] = lines_up(name, settings)
        return found

    def _redis_answers(self) -> bool:
        return _fault_of(self._stores.ping) == Fault()

    def _probe(self) -> None:
        schema.probe(self._engine)


def _fault_of(ping: Callable[[], object]) -> Fault:
    try:
        ping()
    except GatewayError as error:
        return Fault(str(error), away=isinstance(error, StoreUnavailable))
    return Fault()
