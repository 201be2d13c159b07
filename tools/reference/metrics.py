"""docs/reference/metrics.md: every number of /metrics."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.use_cases.ports.metrics import COUNTERS, GAUGES, Metric
from tools.reference import markdown

_HEADS = ("metric", "what it says", "labels")


def page() -> str:
    """Returns the page."""
    head = (
        "What `/metrics` shows, in the format of Prometheus. "
        "[Operations](../operations.md) tells which to watch, and what to do."
    )
    parts = (
        head,
        "## Counters",
        "What has happened since counting began.",
        markdown.table(_HEADS, _rows(COUNTERS, "_total")),
        "## Gauges",
        "What is now, read from the stores when somebody asks.",
        markdown.table(_HEADS, _rows(GAUGES, "")),
    )
    return markdown.page("Metrics", "the tables of what is counted and measured", parts)


def _rows(metrics: Iterable[Metric], ending: str) -> Iterable[tuple[str, str, str]]:
    for each in metrics:
        labels = ", ".join(markdown.code(label) for label in each.labels)
        yield markdown.code(f"gateway_{each.name}{ending}"), markdown.plain(each.help), labels
