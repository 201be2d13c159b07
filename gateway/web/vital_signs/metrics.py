"""Numbers for Prometheus: what the processes on this data folder have counted, and what is now.

Counts come from files, so they are told whatever is down; what is now comes from the stores, as far
as they answer.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from flask import Flask, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gateway.adapters.system.version import version
from gateway.composition.gateway import Gateway
from gateway.domain.outbound.channel_state import Standing
from gateway.use_cases.ports.calls import BreakerState
from gateway.use_cases.ports.metrics import BOUNDS, COUNTERS, GAUGES, HISTOGRAMS, Counted

_BUCKETS = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")


class GatewayCollector(Collector):
    """Reads the counts of every process, and asks the stores."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        """Yields what can be read; a store that is down or hangs shows as `gateway_up` 0."""
        counted = self._gateway.vital_signs.counted()
        yield from _counters(counted)
        yield from _histograms(counted)
        yield from self._gauges()

    def _gauges(self) -> Iterator[Metric]:
        gateway = self._gateway
        signs = gateway.vital_signs.signs()
        yield _gauge("build_info", [((version(), platform.python_version()), 1)])
        yield _gauge("release_info", [((signs.release,), 1)] if signs.release else [])
        deadlines = [((name,), each.deadline_seconds) for name, each in gateway.channels.items()]
        yield _gauge("deadline_seconds", deadlines)
        yield _gauge("clock_skew_seconds", [((), gateway.clock.skew())])
        spool = gateway.spool.state()
        age = (gateway.clock.now() - spool.since).total_seconds() if spool.since else 0.0
        yield _gauge("spool_bytes", [((), spool.waiting)])
        yield _gauge("spool_oldest_seconds", [((), max(0.0, age))])
        yield _gauge("spool_aside_bytes", [((), spool.aside)])
        yield _gauge("up", [((name,), answers) for name, answers in signs.up.items()])
        states = (signs.breakers or {}).items()
        is_open = [((name,), state is not BreakerState.CLOSED) for name, state in states]
        yield _gauge("breaker_open", is_open)
        binds = (signs.binds or {}).items()
        yield _gauge("binds_up", [((name,), number) for name, number in binds])
        numbers = signs.gauges
        if numbers is None:
            return
        queues = numbers.queues.items()
        yield _gauge("queue_waiting", [((name,), waiting) for name, (waiting, _) in queues])
        yield _gauge("queue_oldest_seconds", [((name,), age) for name, (_, age) in queues])
        yield _gauge("outbound_sms", numbers.outbound.items())
        yield _gauge("channel_standing", _standings(gateway.channels, numbers.standings))
        yield _gauge("oldest_due_seconds", [((), numbers.oldest_due)])
        yield _gauge("ticker_idle_seconds", [((), numbers.ticker_idle)])
        yield _gauge("inbound_waiting", [((), numbers.inbound_waiting)])
        yield _gauge("help_desk_open", [((), numbers.help_desk_open)])
        yield _gauge("questions_waiting", [((), numbers.questions_waiting)])
        unposted = numbers.unposted.items()
        yield _gauge("rows_unposted", [((state,), number) for state, number in unposted])
        yield _gauge("institution_spent_ratio", (signs.spent or {}).items())


def _standings(
    channels: Iterable[str], known: Mapping[str, str]
) -> Iterator[tuple[Sequence[str], float]]:
    for name in channels:
        now = known.get(name, Standing.OPEN.value)
        yield from (((name, each.value), each.value == now) for each in Standing)


def _counters(counted: Counted) -> Iterator[Metric]:
    """Yields every counter of the table; a count that is not in it is of another release."""
    for row in COUNTERS:
        family = CounterMetricFamily(f"gateway_{row.name}", row.help, labels=row.labels)
        for count, number in counted.numbers.items():
            labels = dict(count.labels)
            if count.name == row.name and set(labels) == set(row.labels):
                family.add_metric([labels[name] for name in row.labels], number)
        yield family


def _histograms(counted: Counted) -> Iterator[Metric]:
    for row in HISTOGRAMS:
        family = HistogramMetricFamily(f"gateway_{row.name}", row.help, labels=row.labels)
        for count, timed in counted.times.items():
            labels = dict(count.labels)
            if count.name == row.name and set(labels) == set(row.labels):
                upto = zip(_BUCKETS, accumulate(timed.buckets), strict=True)
                family.add_metric([labels[name] for name in row.labels], list(upto), timed.seconds)
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
