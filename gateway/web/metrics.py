"""Numbers for Prometheus, read from the stores when asked.

Nothing is counted in this process: counts of forked workers would have to be kept in files, one for
each process that ever lived.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.calls import BreakerState


class GatewayCollector(Collector):
    """Reads the counts of the whole deployment."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        """Yields what can be read; a store that is down shows as `gateway_up` 0."""
        up = GaugeMetricFamily("gateway_up", "Whether a store answers.", labels=["store"])
        faults = self._gateway.vital_signs.unavailable()
        for store in ("database", "redis"):
            up.add_metric([store], 0 if store in faults else 1)
        yield up
        yield from self._counters()
        breakers = GaugeMetricFamily(
            "gateway_breaker_open", "Whether a back end is left alone.", labels=["back_end"]
        )
        for name, state in self._gateway.vital_signs.breakers().items():
            breakers.add_metric([name], 0 if state is BreakerState.CLOSED else 1)
        yield breakers
        try:
            numbers = self._gateway.vital_signs.gauges()
        except StoreUnavailable:
            return
        messages = GaugeMetricFamily(
            "gateway_outbound_sms",
            "MTs on their way, by channel and status.",
            labels=["channel", "status"],
        )
        for (channel, status), count in numbers.outbound.items():
            messages.add_metric([channel, status], count)
        yield messages
        yield GaugeMetricFamily(
            "gateway_oldest_due_seconds", "Age of the oldest MT that is due.", numbers.oldest_due
        )
        yield GaugeMetricFamily(
            "gateway_ticker_idle_seconds",
            "How long ago a ticker swept; infinite when none ever did.",
            numbers.ticker_idle,
        )
        yield GaugeMetricFamily(
            "gateway_inbound_waiting", "MOs that wait to be routed.", numbers.inbound_waiting
        )
        yield GaugeMetricFamily(
            "gateway_help_desk_open",
            "Messages that wait for a person.",
            numbers.help_desk_open,
        )

    def _counters(self) -> Iterator[Metric]:
        families: dict[str, CounterMetricFamily] = {}
        for what, number in self._gateway.vital_signs.counts().items():
            family = families.get(what.name)
            if family is None:
                help_text = what.name.replace("_", " ").capitalize()
                labels = [name for name, _ in what.labels]
                family = CounterMetricFamily(f"gateway_{what.name}", help_text, labels=labels)
                families[what.name] = family
            family.add_metric([value for _, value in what.labels], number)
        yield from families.values()


def add_metrics(app: Flask, gateway: Gateway) -> None:
    """Adds `/metrics`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(GatewayCollector(gateway))

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
