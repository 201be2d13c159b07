"""docs/privacy.md describes each place that holds something: in the database and in Redis."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from gateway.adapters.sql.schema import metadata
from gateway.domain.retention.what_is_removed import KEPT, Kept
from tests.handlers.desk import DATASETS, TABLES

HOME = Path(__file__).parent.parent
PAGE = (HOME / "docs" / "privacy.md").read_text(encoding="utf-8")

#: Each row of the page's tables that begins with a name, by that name; the database's first.
ROWS = {
    name: line
    for line in reversed(PAGE.splitlines())
    if line.startswith("| `")
    for name in re.findall(r"`([^`]+)`", line.split("|")[1])
}

#: How a deployment's own policy is named.
_BY_POLICY = re.compile(r"`(retention\.[a-z_]+)`")


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_is_described_as_it_is(table: Table) -> None:
    row = ROWS[table.name]
    columns = set(table.columns.keys())

    assert ("number (sealed)" in row) == ("msisdn_sealed" in columns)
    assert ("number (index only)" in row) == (
        "msisdn_index" in columns and "msisdn_sealed" not in columns
    )
    assert ("; sealed:" in row) == any(
        name.endswith("_sealed") and name != "msisdn_sealed" for name in columns
    )


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.table)
def test_what_goes_by_the_policy_of_a_deployment_is_told_to_go_by_it(kept: Kept) -> None:
    row = ROWS[kept.table]

    assert set(_BY_POLICY.findall(kept.until)) == set(_BY_POLICY.findall(row))
    assert "never yet" not in row


def test_no_table_is_described_that_there_is_not() -> None:
    database = PAGE.partition("## In the database")[2].partition("### ")[0]
    told = set(re.findall(r"^\| `([a-z_]+)` \|", database, re.MULTILINE))

    assert told == {table.name for table in metadata.sorted_tables}


def test_every_table_of_the_deployment_is_described() -> None:
    told = {name.removeprefix("rec_") for name in ROWS if name.startswith("rec_")}

    assert told == set(TABLES)
    for name, table in TABLES.items():
        row = ROWS[f"rec_{name}"]
        assert ("sealed:" in row) == table.is_personal
        assert ("erasing leaves it" in row) == table.kept
        assert (f"after {table.days} days" in row) == bool(table.days)


def test_every_dataset_of_the_deployment_is_described() -> None:
    told = {name.removeprefix("data_") for name in ROWS if name.startswith("data_")}

    assert told == set(DATASETS)
    for name, dataset in DATASETS.items():
        has_secret = any(column.secret for column in dataset.columns)
        assert ("indexed:" in ROWS[f"data_{name}"]) == has_secret


def test_every_kind_of_key_in_redis_is_described() -> None:
    written = {key for path in HOME.glob("gateway/adapters/redis/**/*.py") for key in keys_in(path)}
    redis = PAGE.partition("## In Redis")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `([a-z]+:?)`", redis, re.MULTILINE))

    assert {"ussd:", "lang:", "drops", "turns"} <= written, "the keys are no longer found"
    assert told == written | {"rq:"}


def keys_in(path: Path) -> Iterator[str]:
    """Yields how the keys begin that a module makes: b"lang:" + …, f"wake:{…}", _DROPS = b"drops".

    Commands are in capitals, so a literal of bytes in small letters is a key; an address is none.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            text = node.value.decode()
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            text = str(node.values[0].value)
            if not re.match(r"[a-z]+:(?!/)", text):
                continue
        else:
            continue
        if found := re.match(r"[a-z]{2,}(:|$)", text):
            yield found[0]
