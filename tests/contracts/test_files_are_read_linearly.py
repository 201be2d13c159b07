"""Files and replies of others are read in a time that grows as their length does.

Counted are the lines of Python that run, as for what citizens send: no clock decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.xlsx_reader import XlsxRows
from gateway.adapters.handler_calls.http_exchange import Reply
from gateway.adapters.handler_calls.reply_mapping import outcome_of
from gateway.adapters.menu_files.compiling.calls import declared
from gateway.adapters.menu_files.schemas.calls import CallShape
from gateway.adapters.yaml import documents
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.menu.conditions import parse
from tests.domain.test_reading_is_linear import lines_run

PLACES = Dataset(
    name="places",
    columns=(Column(name="id", max=8), Column(name="name", max=12)),
    key=("id",),
)
CALL = declared(
    "places",
    CallShape.model_validate(
        {
            "url": "https://places.example.org",
            "lists": {
                "places": {
                    "path": "sort_by(places[?free > `0` && contains(name, 'a')], &name)",
                    "rows": 9,
                    "fields": {"name": {"path": "name", "max": 12}},
                }
            },
            "outcomes": {"found": {"status": "200", "when": "places[?free > `0`]"}},
        }
    ),
)
CONDITION = parse("answer == 'x' or answer in ('y', 'z') or answer < 18 or not answer")


def _rows(size: int, unit: str) -> list[tuple[str, str]]:
    return [(str(number), f"{unit}a"[:12]) for number in range(size)]


def _csv(path: Path, size: int, unit: str) -> None:
    text = "".join(f'{each},"{name}"\n' for each, name in _rows(size, unit.replace('"', "")))
    path.write_text(f"id,name\n{text}", "utf-8")
    list(CsvRows(PLACES, path).rows())


def _xlsx(path: Path, size: int, unit: str) -> None:
    book = Workbook()
    for row in (("id", "name"), *_rows(size, unit)):
        book.active.append(list(row))
    book.save(path)


def _reply(path: Path, size: int, unit: str) -> object:
    places = [{"name": name, "free": int(each) % 3} for each, name in _rows(size, unit)]
    return outcome_of(CALL, Reply(200, json.dumps({"places": places}).encode()))


def _menu(path: Path, size: int, unit: str) -> object:
    lines = (f"s{each}: {{text: {json.dumps(name)}}}\n" for each, name in _rows(size, unit))
    return documents.parse("".join(lines).encode(), "places.yaml", "M")


#: Each is read twice, once of a size and once of twice that. A workbook is written first.
READERS: Mapping[str, Callable[[Path, int, str], object]] = {
    "a CSV file": _csv,
    "a reply by JMESPath": _reply,
    "a menu file": _menu,
    "a condition": lambda path, size, unit: CONDITION.holds({"answer": unit * size}),
}


@pytest.mark.parametrize("unit", ["a", "é", "0", " ", "-", ".", "አ"])
@pytest.mark.parametrize("name", READERS)
def test_twice_the_length_costs_twice_the_lines_at_most(
    name: str, unit: str, tmp_path: Path
) -> None:
    def read(size: int) -> int:
        return lines_run(lambda text: READERS[name](tmp_path / "file.csv", size, text), unit)

    _, some, twice = (read(size) for size in (200, 200, 400))

    assert twice <= 2.2 * some + 60


def test_a_workbook_of_twice_the_rows_costs_twice_the_lines_at_most(tmp_path: Path) -> None:
    lines = []
    for size in (200, 200, 400):
        path = tmp_path / f"{size}.xlsx"
        _xlsx(path, size, "a")
        lines.append(lines_run(lambda text, path=path: list(XlsxRows(PLACES, path).rows()), ""))

    assert lines[2] <= 2.2 * lines[1] + 60
