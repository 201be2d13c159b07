"""Numbers for Prometheus, read from the stores when asked.

Nothing is counted in this process: counts of forked workers would have to be kept in files, one for
each process that ever lived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Flask, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.calls import BreakerState
from gateway.use_cases.ports.metrics import COUNTERS, GAUGES


class GatewayCollector(Collector):
    """Reads the counts of the whole deployment."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        """Yields what can be read; a store that is down shows as `gateway_up` 0."""
        signs = self._gateway.vital_signs
        down, breakers = signs.unavailable(), signs.breakers()
        yield _gauge("up", [((name,), name not in down) for name in ("database", "redis")])
        yield from self._counters()
        is_open = [((name,), state is not BreakerState.CLOSED) for name, state in breakers.items()]
        yield _gauge("breaker_open", is_open)
        try:
            numbers = signs.gauges()
        except StoreUnavailable:
            return
        yield _gauge("outbound_sms", numbers.outbound.items())
        yield _gauge("oldest_due_seconds", [((), numbers.oldest_due)])
        yield _gauge("ticker_idle_seconds", [((), numbers.ticker_idle)])
        yield _gauge("inbound_waiting", [((), numbers.inbound_waiting)])
        yield _gauge("help_desk_open", [((), numbers.help_desk_open)])

    def _counters(self) -> Iterator[Metric]:
        """Yields every counter of the table; a count that is not in it is of another release."""
        counts = self._gateway.vital_signs.counts()
        for row in COUNTERS:
            family = CounterMetricFamily(f"gateway_{row.name}", row.help, labels=row.labels)
            for count, number in counts.items():
                labels = dict(count.labels)
                if count.name == row.name and set(labels) == set(row.labels):
                    family.add_metric([labels[name] for name in row.labels], number)
            yield family


def _gauge(name: str, samples: Iterable[tuple[Sequence[str], float]]) -> GaugeMetricFamily:
    """Returns a gauge of the table; a sample is its labels' values in order, and a number."""
    (row,) = (each for each in GAUGES if each.name == name)
    family = GaugeMetricFamily(f"gateway_{name}", row.help, labels=row.labels)
    for labels, number in samples:
        family.add_metric(labels, number)
    return family


def add_metrics(app: Flask, gateway: Gateway) -> None:
    """Adds `/metrics`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(GatewayCollector(gateway))

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
