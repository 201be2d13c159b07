"""Alert rules and dashboard: they know our metrics, and hold to what their own tool says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from gateway.use_cases.ports.metrics import COUNTERS, GAUGES, HISTOGRAMS
from tests.deploy.tools import said_by, tool
from tests.gateways import HOME

FOLDER = HOME / "deploy" / "prometheus"
RULES = [
    rule
    for path in sorted(FOLDER.glob("*.rules.yml"))
    for group in yaml.safe_load(path.read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD: Any = json.loads((HOME / "deploy" / "grafana" / "gateway.json").read_text("utf-8"))
TABLE = {
    **{f"gateway_{each.name}_total": set(each.labels) for each in COUNTERS},
    **{f"gateway_{each.name}": set(each.labels) for each in GAUGES},
    **{f"gateway_{each.name}_bucket": set(each.labels) for each in HISTOGRAMS},
}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_every_metric_that_is_asked_for_stands_in_the_table() -> None:
    asked = {name for each in expressions() for name in re.findall(r"\bgateway_\w+", each)}

    assert len(asked) > 15
    assert set() == asked - set(TABLE)


def test_every_metric_is_shown_on_the_dashboard() -> None:
    shown = {
        name
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\bgateway_\w+", target["expr"])
    }

    assert set() == set(TABLE) - shown


def test_every_label_that_is_asked_for_is_one_of_the_metrics() -> None:
    for each in expressions():
        names = re.findall(r"\bgateway_\w+", each)
        labels = set().union(*(TABLE[name] for name in names))
        grouped = re.findall(r"by \(([^)]*)\)", each)
        asked = {label.strip() for group in grouped for label in group.split(",")}
        asked |= set(re.findall(r"[{,]\s*(\w+)(?:=|!=|=~|!~)\"", each))
        assert asked <= labels | {"le"}, each


def test_every_legend_and_annotation_names_labels_that_are_there() -> None:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            (by,) = re.findall(r"by \(([^)]*)\)", target["expr"]) or [""]
            assert named == {label.strip() for label in by.split(",")} - {"", "le"}, target
    for rule in RULES:
        named = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        by = ",".join(re.findall(r"by \(([^)]*)\)", rule["expr"]))
        assert named <= {label.strip() for label in by.split(",")}, rule["alert"]


def test_every_alert_says_what_is_and_what_to_do() -> None:
    for rule in RULES:
        assert {"summary", "action"} == set(rule["annotations"]), rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert all(text.endswith(".") for text in rule["annotations"].values()), rule["alert"]
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))


def test_no_panel_of_the_dashboard_lies_on_another() -> None:
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_promtool_takes_the_rules_and_their_tests() -> None:
    promtool = tool("promtool")

    for path in sorted(FOLDER.glob("*.rules.yml")):
        assert "SUCCESS" in said_by(FOLDER, promtool, "check", "rules", path.name)
    for path in sorted(FOLDER.glob("*.test.yml")):
        said_by(FOLDER, promtool, "test", "rules", path.name)
    for path in sorted(FOLDER.glob("scrape*.yml")):
        said_by(FOLDER, promtool, "check", "config", path.name)


def test_promtool_takes_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": each} for number, each in enumerate(expressions())
    ]
    path = tmp_path / "dashboard.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}), "utf-8")

    said_by(tmp_path, tool("promtool"), "check", "rules", path)
