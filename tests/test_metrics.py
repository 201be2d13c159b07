"""Every metric stands in one table: who counts, who shows it and who explains it keep to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from gateway.composition.gateway import Gateway
from gateway.use_cases.ports.metrics import COUNTERS, GAUGES, HISTOGRAMS, Metric

HOME = Path(__file__).parent.parent


def places_that_count() -> Iterator[tuple[str, ast.Call]]:
    """Yields each call of `counters.add` and `observe` in the gateway, with its place."""
    for path in sorted(HOME.glob("gateway/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(
                        attr="add" | "observe", value=ast.Name(id=whose) | ast.Attribute(attr=whose)
                    )
                ) if whose.strip("_") == "counters":
                    yield f"{path.relative_to(HOME)}:{node.lineno}", node


def test_what_is_counted_stands_in_the_table_with_just_these_labels() -> None:
    table = {
        "add": {each.name: set(each.labels) for each in COUNTERS},
        "observe": {each.name: set(each.labels) for each in HISTOGRAMS},
    }
    counted, wrong = set(), []
    for place, call in places_that_count():
        name = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        counted.add(name)
        assert isinstance(call.func, ast.Attribute)
        if table[call.func.attr].get(name) != {each.arg for each in call.keywords}:
            wrong.append(f"{place}: {ast.unparse(call)}")

    assert [] == wrong
    assert table["add"].keys() | table["observe"].keys() == counted


def test_no_metric_stands_in_the_tables_twice() -> None:
    names = [each.name for each in (*COUNTERS, *HISTOGRAMS, *GAUGES)]

    assert sorted(set(names)) == sorted(names)


def test_the_page_for_operators_explains_each_metric_with_its_labels() -> None:
    page = (HOME / "docs" / "operations.md").read_text("utf-8")
    told = re.findall(r"^\| `(gateway_[^`]+)` \| \S", page, re.MULTILINE)

    def shown(metric: Metric, ending: str) -> str:
        labels = "{" + ",".join(metric.labels) + "}" if metric.labels else ""
        return f"gateway_{metric.name}{ending}{labels}"

    expected = [shown(each, "_total") for each in COUNTERS]
    expected += [shown(each, "") for each in (*HISTOGRAMS, *GAUGES)]
    assert sorted(expected) == sorted(told)


def test_metrics_shows_every_row_of_the_tables_with_its_help(client: FlaskClient) -> None:
    page = client.get("/metrics").get_data(as_text=True)

    shown = {each.name: each.documentation for each in text_string_to_metric_families(page)}
    assert {
        f"gateway_{each.name}": each.help for each in (*COUNTERS, *HISTOGRAMS, *GAUGES)
    } == shown


def test_a_count_that_another_version_has_left_is_not_shown(
    gateway: Gateway, client: FlaskClient
) -> None:
    gateway.counters.add("ussd_replayed", channel="at-ke")
    gateway.counters.add("ussd_replayed", channel="at-ke", lane="x")
    gateway.counters.add("told_once")
    gateway.counters.observe("answer_seconds", 1, channel="at-ke", lane="x")

    page = client.get("/metrics").get_data(as_text=True)

    assert 'gateway_ussd_replayed_total{channel="at-ke"} 1.0' in page
    assert "lane" not in page
    assert "told_once" not in page
