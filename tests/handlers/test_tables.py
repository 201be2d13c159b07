"""The tables of the deployment: what they declare is what handlers read and files hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from gateway.handler_api import Dataset
from handlers import HANDLERS
from handlers.datasets import BENEFITS, text_field
from tests.handlers.desk import DATASETS, SAMPLE_DATA, DeskInMemory, call_of, rows_of_file, run

ANSWERS = {
    "region": "Amboro",
    "district": "Mbale",
    "facility": "0101",
    "candidate": "10231456",
    "year": "2025",
    "birth_date": "2007-09-03",
    "category": "water",
    "description": "the pump is broken",
    "number": "100 020 266",
    "name": "Asha Tesha",
    "case_number": "100020266",
    "mended": "yes",
    "child_name": "Neema",
    "child": "of nobody",
    "born": "2026-10-03",
    "school": "0101",
    "kind": "birth",
    "event_date": "2026-11-20",
    "person": "Neema Tesha",
    "informant": "Asha Tesha",
    "application": "20260101",
    "id_number": "30110042",
    "new_pin": "2580",
    "pin": "2580",
    "commodity": "maize",
    "market": "Mbale",
    "entry": "water_survey 1a2b",
    "answer": "bridges",
    "service": "health",
    "score": "4",
    "correction": "My name is written wrongly.",
    "look": "2026-11-20 Water office",
    "objection": "I know nobody there.",
    "topic": "warnings",
    "state": "off",
    "institution": "health",
    "message": "Where do I get a card?",
}
datasets = pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)


class Noted(Mapping[str, str]):
    """Answers that note which of them were read."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_reads_the_answers_it_declares(name: str) -> None:
    answers = Noted(ANSWERS)

    run(call_of(name, answers), DeskInMemory())

    assert set(HANDLERS[name].contract.needs) == answers.read


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_gives_the_same_answer_to_the_same_call(name: str) -> None:
    desk = DeskInMemory()

    assert run(call_of(name, ANSWERS), desk) == run(call_of(name, ANSWERS), desk)


def test_every_sample_file_belongs_to_a_dataset() -> None:
    assert set(DATASETS) == {path.stem for path in SAMPLE_DATA.glob("*.csv")}


@datasets
def test_sample_values_keep_to_the_declared_columns(dataset: Dataset) -> None:
    rows = rows_of_file(dataset)

    too_long = [
        (row[dataset.key[0]], column.name)
        for row in rows
        for column in dataset.columns
        if not 1 <= len(row[column.name]) <= column.max
    ]
    assert too_long == []


@datasets
def test_every_sample_value_is_of_its_kind(dataset: Dataset) -> None:
    wrong = [
        (row[dataset.key[0]], column.name, said)
        for row in rows_of_file(dataset)
        for column in dataset.columns
        if (said := column.kind.wrong(row[column.name]))
    ]
    assert [] == wrong


#: What a file may say for a column, and a citizen would read as a fact or never find.
WRONG = [
    ("benefits", "pay_date", "04/12/2026"),
    ("benefits", "pay_date", "2026-12-34"),
    ("benefits", "amount", "NaN"),
    ("benefits", "amount", "1e3"),
    ("benefits", "amount", "-5"),
    ("benefits", "amount", "2,200"),
    ("benefits", "birth_date", "17/08/1952"),
    ("benefits", "id_number", "abcdefgh"),
    ("advisories", "until", "5/12/2026"),
    ("advisories", "kind", "Weather"),
    ("advisories", "advice", "heavy rain"),
    ("id_cards", "birth_date", "21/04/1998"),
    ("id_cards", "status", "Ready"),
    ("id_cards", "application", "2026101"),
    ("schools", "places", "n/a"),
    ("schools", "until", "29.1.2027"),
    ("schools", "phone", "n/a"),
    ("market_prices", "week", "16/11/2026"),
    ("market_prices", "price", "40,50"),
    ("market_prices", "commodity", "Maize"),
    ("market_prices", "unit", "KG"),
    ("exam_results", "candidate", "1023145"),
    ("exam_results", "year", "25"),
    ("exam_results", "birth_date", "3 Sept 2007"),
    ("exam_results", "grade", "Z"),
    ("immunisation_schedule", "age_days", "6 weeks"),
    ("immunisation_schedule", "visit", "-1"),
    ("facilities", "kind", "Hospital"),
    ("facilities", "hours", "8-18"),
    ("facilities", "phone", "9.99E+10"),
    ("consultations", "closes", "31 March"),
    ("clinic_sessions", "starts", "Monday 9:00"),
    ("clinic_sessions", "day", "7 Dec"),
    ("clinic_sessions", "places", "0"),
]


@pytest.mark.parametrize(("dataset", "column", "value"), WRONG)
def test_a_value_that_would_mislead_is_refused(dataset: str, column: str, value: str) -> None:
    kinds = {each.name: each.kind for each in DATASETS[dataset].columns}

    assert kinds[column].wrong(value)


def test_every_dataset_has_a_value_that_is_refused() -> None:
    assert set(DATASETS) == {dataset for dataset, *_ in WRONG}


@datasets
def test_no_two_sample_rows_share_a_key(dataset: Dataset) -> None:
    keys = [tuple(row[name] for name in dataset.key) for row in rows_of_file(dataset)]

    assert len(keys) == len(set(keys))


def test_a_district_lies_in_one_region_and_names_its_facilities_apart() -> None:
    rows = rows_of_file(DATASETS["facilities"])

    districts = {(row["region"], row["district"]) for row in rows}
    assert (
        len({region for region, _ in districts}),
        len({district for _, district in districts}),
        len({(row["district"], row["name"]) for row in rows}),
    ) == (4, 14, 60)
    assert len(districts) == 14


def test_sample_numbers_reach_nobody() -> None:
    assert all(row["phone"].startswith("+999") for row in rows_of_file(DATASETS["facilities"]))


def test_a_field_of_a_column_that_is_not_declared_is_an_error() -> None:
    with pytest.raises(KeyError):
        text_field(BENEFITS, "fax")
