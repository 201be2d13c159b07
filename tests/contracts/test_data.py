"""Reference data: files are checked as a whole and served from both databases."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, text

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.sql.datasets.replacement import Replacement
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_toolkit.reference_data import SqlData
from gateway.adapters.sql.tables import datasets as loaded_datasets
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Amount, Day
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.codes import CODES
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
RESULTS = Dataset(
    name="results",
    columns=(
        Column(name="candidate", max=8),
        Column(name="year", max=4),
        Column(name="born", max=10, kind=Day(), secret=True),
        Column(name="grade", max=2),
        Column(name="remark", max=12, required=False),
    ),
    key=("candidate", "year"),
)
PAYMENTS = Dataset(
    name="payments",
    columns=(
        Column(name="id", max=8),
        Column(name="day", max=10, kind=Day()),
        Column(name="amount", max=8, kind=Amount(), required=False),
    ),
    key=("id",),
)
HEADER = "candidate,year,born,grade,remark\n"
ROW = "10231456,2025,2007-06-03,B+,\n"
GOOD = HEADER + ROW + "10231457,2025,2006-01-15,A,ውጤት\n10231456,2024,2007-06-03,C,again\n"


@pytest.fixture
def data(database: Engine) -> SqlData:
    return SqlData(database, {"results": RESULTS}, KEYRING)


class Loader:
    """Writes a file and loads it."""

    def __init__(self, database: Engine, clock: FixedClock, folder: Path) -> None:
        self.database, self.clock = database, clock
        self.path = folder / "results.csv"

    def __call__(self, content: str | bytes, dataset: Dataset = RESULTS, **options) -> int:
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return dataset_files.load(
            self.database, KEYRING, dataset, self.path, now=self.clock.now(), **options
        ).rows

    def faults(self, content: str | bytes, **options) -> list[tuple[int, int, str]]:
        with pytest.raises(DataInvalid) as caught:
            self(content, **options)
        assert all(fault.file == str(self.path) for fault in caught.value.faults)
        return [(fault.line, fault.column, fault.code) for fault in caught.value.faults]


@pytest.fixture
def load(database: Engine, clock: FixedClock, tmp_path: Path) -> Loader:
    return Loader(database, clock, tmp_path)


# ---------------------------------------------------------------- reading


def test_rows_come_in_the_order_of_the_file_without_secrets(load: Loader, data: SqlData) -> None:
    count = load(GOOD)

    rows = data.find("results")

    assert 3 == count
    assert ["10231456", "10231457", "10231456"] == [row["candidate"] for row in rows]
    assert {"candidate": "10231457", "year": "2025", "grade": "A", "remark": "ውጤት"} == rows[1]


@pytest.mark.parametrize(
    ("equal", "grades"),
    [
        ({"candidate": "10231456"}, ["B+", "C"]),
        ({"candidate": "10231456", "year": "2025"}, ["B+"]),
        ({"candidate": "10231456", "year": "2025", "born": "2007-06-03"}, ["B+"]),
        ({"candidate": "10231456", "year": "2025", "born": "2007-06-04"}, []),
        ({"born": "2007-06-03"}, ["B+", "C"]),
        ({"remark": ""}, ["B+"]),
        ({"candidate": "1023145"}, []),
        ({"candidate": "' OR 1=1 --"}, []),
        ({"grade": "b+"}, []),
    ],
)
def test_rows_are_found_by_equality(
    load: Loader, data: SqlData, equal: dict[str, str], grades: list[str]
) -> None:
    load(GOOD)

    one = data.one("results", **equal)

    assert grades == [row["grade"] for row in data.find("results", **equal)]
    assert (grades[0] if grades else None) == (one["grade"] if one else None)


def test_different_values_come_in_the_order_of_the_file(load: Loader, data: SqlData) -> None:
    load(GOOD)

    assert ["2025", "2024"] == list(data.distinct("results", "year"))
    assert ["B+", "C"] == list(data.distinct("results", "grade", candidate="10231456"))
    assert [] == list(data.distinct("results", "grade", candidate="0"))


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        (lambda data: data.find("result"), "Did you mean 'results'"),
        (lambda data: data.find("results", grad="A"), "Did you mean 'grade'"),
        (lambda data: data.find("results", _row="1"), "no column"),
        (lambda data: data.distinct("results", "yaer"), "Did you mean 'year'"),
        (lambda data: data.distinct("results", "born"), "shows no column"),
    ],
)
def test_what_is_not_declared_cannot_be_asked_for(
    load: Loader, data: SqlData, question, hint: str
) -> None:
    load(GOOD)

    with pytest.raises(LookupError, match=hint):
        question(data)


def test_a_dataset_that_was_never_loaded_says_what_to_run(data: SqlData) -> None:
    with pytest.raises(Refused, match="gateway data import"):
        data.find("results")


def test_a_secret_is_nowhere_in_the_table(load: Loader, database: Engine) -> None:
    load(GOOD)

    with statements(database) as connection:
        rows = connection.exec_driver_sql('SELECT * FROM "data_results"').all()

    assert "10231456" in repr(rows)
    assert "2007-06-03" not in repr(rows)


# ---------------------------------------------------------------- loading


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_file_without_rows_empties_nothing_unless_that_is_meant(
    load: Loader, data: SqlData, dry_run: bool
) -> None:
    load(GOOD)

    with pytest.raises(Refused, match="has no rows, so the dataset would be emptied"):
        load(HEADER, dry_run=dry_run)
    kept = len(data.find("results"))
    load(HEADER, may_be_empty=True)

    assert (3, 0) == (kept, len(data.find("results")))


def test_a_file_replaces_what_was_loaded_before(
    load: Loader, data: SqlData, database: Engine, clock: FixedClock
) -> None:
    load(GOOD)
    clock.advance(5)
    load(HEADER + ROW)

    with statements(database) as connection:
        note = connection.execute(loaded_datasets.select()).one()
    assert 1 == len(data.find("results"))
    assert ("results", 1, clock.now(), "") == tuple(note)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_faulty_file_changes_nothing(
    load: Loader, data: SqlData, database: Engine, dry_run: bool
) -> None:
    load(GOOD)
    many = "".join(f"{number},2025,2007-06-03,A,\n" for number in range(4500))

    faults = load.faults(HEADER + many + ",2025,2007-06-03,A,\n", dry_run=dry_run)

    assert [(4502, 1, "D021")] == faults
    assert 3 == len(data.find("results"))
    assert ["data_results"] == [
        name for name in inspect(database).get_table_names() if name.startswith("data_")
    ]


def test_a_dry_run_checks_and_loads_nothing(load: Loader, database: Engine) -> None:
    assert 3 == load(GOOD, dry_run=True)
    assert "data_results" not in inspect(database).get_table_names()


def tables_of(database: Engine) -> list[str]:
    """Returns the names of the tables that hold datasets, finished or not."""
    names = inspect(database).get_table_names()
    return sorted(name for name in names if name.startswith("data_"))


def test_what_a_killed_import_left_behind_is_removed_when_it_is_surely_dead(
    load: Loader, database: Engine, clock: FixedClock
) -> None:
    left = Replacement.begin(database, RESULTS, clock.now()).table.name
    load(GOOD)
    while_it_may_live = tables_of(database)

    clock.advance(days=1)
    load(GOOD)

    assert ["data_results", left] == while_it_may_live
    assert ["data_results"] == tables_of(database)


def test_what_imports_left_before_names_told_their_time_is_removed(
    load: Loader, database: Engine
) -> None:
    with transaction(database) as connection:
        connection.execute(text("CREATE TABLE data_results__new_0a1b2c (line INTEGER)"))

    load(GOOD)

    assert ["data_results"] == tables_of(database)


def test_two_imports_of_one_dataset_leave_each_other_alone(
    load: Loader, data: SqlData, database: Engine, tmp_path: Path
) -> None:
    other = Loader(database, load.clock, tmp_path / "other")
    other.path.parent.mkdir()
    many = "".join(f"{number},2025,2007-06-03,A,\n" for number in range(4500))
    meanwhile: list[int] = []

    def second(_: int) -> None:
        if not meanwhile:
            meanwhile.append(other(GOOD))

    assert 4500 == load(HEADER + many, progress=second)
    assert [3] == meanwhile
    assert 4500 == len(data.find("results"))
    assert ["data_results"] == tables_of(database)


def test_a_faulty_import_leaves_the_other_alone(load: Loader, database: Engine) -> None:
    running = Replacement.begin(database, RESULTS, load.clock.now())

    load.faults(HEADER + ",2025,2007-06-03,A,\n")
    running.take_over(0, load.clock.now(), "")

    assert ["data_results"] == tables_of(database)


def test_progress_adds_up_to_the_size_of_the_file(load: Loader) -> None:
    told: list[int] = []
    many = "".join(f"{number},2025,2007-06-03,A,\n" for number in range(4500))

    load(HEADER + many, progress=told.append)

    assert load.path.stat().st_size == sum(told)
    assert len(told) > 2


def test_old_rows_are_served_while_new_ones_are_loaded(load: Loader, data: SqlData) -> None:
    load(GOOD)
    many = "".join(f"{number},2025,2007-06-03,A,\n" for number in range(4500))
    served: list[int] = []

    load(HEADER + many, progress=lambda _: served.append(len(data.find("results"))))

    assert {3} == set(served)
    assert 4500 == len(data.find("results"))


def test_readers_never_see_a_dataset_half_loaded(load: Loader, data: SqlData) -> None:
    load(GOOD)
    many = "".join(f"{number},2025,2007-06-03,A,\n" for number in range(300))
    seen: set[int] = set()
    faults: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                seen.add(len(data.find("results")))
        except Exception as fault:
            faults.append(fault)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for content in [HEADER + many, GOOD] * 3:
            load(content)
    finally:
        done.set()
        reader.join()

    assert [] == faults
    assert seen <= {3, 300}


def test_columns_may_come_in_any_order_and_a_changed_declaration_is_taken(
    load: Loader, database: Engine
) -> None:
    load(GOOD)
    changed = Dataset(
        name="results", columns=(Column(name="year"), Column(name="place")), key=("year",)
    )

    load("place,year\nMbale,2025\n", changed)

    assert [{"year": "2025", "place": "Mbale"}] == list(
        SqlData(database, {"results": changed}, KEYRING).find("results")
    )


# ---------------------------------------------------------------- the form of files


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(GOOD.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(GOOD.replace(",", ";"), id="semicolons"),
        pytest.param(GOOD.replace(",", "\t"), id="tabs"),
        pytest.param(GOOD.rstrip("\n"), id="no line end at the end"),
        pytest.param(GOOD.replace("\n", "\n\n"), id="empty lines"),
        pytest.param(GOOD.replace("again", '"a, ""b"""'), id="quotes"),
        pytest.param(GOOD.replace(",", " , "), id="spaces around values"),
        pytest.param(GOOD.replace("again", "x" * 12), id="longest value"),
        pytest.param('"' + GOOD.replace(",", '","').replace("\n", '"\n"')[:-1], id="all quoted"),
    ],
)
def test_files_as_spreadsheets_write_them_are_taken(
    load: Loader, data: SqlData, content: str | bytes
) -> None:
    assert 3 == load(content)
    assert {"candidate": "10231456", "year": "2025", "grade": "B+", "remark": ""} == data.one(
        "results", candidate="10231456", year="2025", born="2007-06-03"
    )


#: A file by what is wrong with it, and its faults: line, column, code.
FAULTY_FILES: dict[str, tuple[str | bytes, list[tuple[int, int, str]]]] = {
    "empty file": ("", [(1, 1, "D026")]),
    "slip in a column's name": (
        "candidate,yaer,born,grade,remark\n" + ROW,
        [(1, 2, "D001"), (1, 5, "D002")],
    ),
    "column twice": ("candidate,year,born,grade,grade\n" + ROW, [(1, 5, "D002"), (1, 5, "D005")]),
    "no header": (ROW, [(1, 1, "D028")]),
    "values missing": (HEADER + "1,2\n", [(2, 3, "D020")]),
    "values too many": (HEADER + ROW.replace("\n", "x,y\n"), [(2, 6, "D020")]),
    "empty": (HEADER + ROW.replace("B+", " "), [(2, 4, "D021")]),
    "too long": (HEADER + ROW.replace("B+", "B++"), [(2, 4, "D022")]),
    "only a line break": (HEADER + ROW.replace("B+", '"\n"'), [(2, 4, "D021")]),
    "line break": (HEADER + ROW.replace("2025", '"2\n5"'), [(2, 2, "D023")]),
    "null": (HEADER + ROW.replace("B+", "\0"), [(2, 4, "D023")]),
    "row twice": (HEADER + ROW + "\n" + ROW, [(4, 1, "D024")]),
    "open quote": (HEADER + ROW + '1,"2,3\n', [(3, 1, "D025")]),
    "no day": (HEADER + ROW.replace("2007-06-03", "03/06/2007"), [(2, 3, "D029")]),
    "a spreadsheet's error": (HEADER + ROW.replace(",\n", ",#N/A\n"), [(2, 5, "D030")]),
    "a number in powers of ten": (HEADER + ROW.replace(",\n", ",7.1E+08\n"), [(2, 5, "D031")]),
    "lines of an old Macintosh": (GOOD.replace("\n", "\r"), [(1, 1, "D007")]),
    "not UTF-8": ((HEADER + ROW).encode() + "1,2,3,é,5\n".encode("latin-1"), [(3, 7, "D007")]),
    "all faults at once": (
        HEADER + ",2025,2007-06-03,AAA,\n" + ROW + "9,,2007-06-03,A," + "x" * 13 + "\n",
        [(2, 1, "D021"), (2, 4, "D022"), (4, 2, "D021"), (4, 5, "D022")],
    ),
}


@pytest.mark.parametrize(("content", "faults"), FAULTY_FILES.values(), ids=FAULTY_FILES)
def test_every_fault_is_found_at_its_place(
    load: Loader, content: str | bytes, faults: list[tuple[int, int, str]]
) -> None:
    assert faults == load.faults(content, dry_run=True)


def test_every_code_of_data_has_a_case() -> None:
    """D027 is told of a file that is full of faults, below."""
    tried = {code for _, faults in FAULTY_FILES.values() for _, _, code in faults}

    assert {code for code in CODES if code.startswith("D")} == tried | {"D027"}


def test_a_line_is_counted_where_its_row_begins(load: Loader) -> None:
    content = HEADER + '1,2025,2007-06-03,A,"a\nb"\n' + "2,2025,2007-06-03,AAA,\n"

    assert [(2, 5, "D023"), (4, 4, "D022")] == load.faults(content, dry_run=True)


def test_a_slip_in_a_name_gets_a_proposal_and_no_value_is_quoted(load: Loader) -> None:
    with pytest.raises(DataInvalid) as header:
        load("candidate,yaer,born,grade,remark\n", dry_run=True)
    with pytest.raises(DataInvalid) as no_header:
        load(ROW, dry_run=True)
    with pytest.raises(DataInvalid) as row:
        load(HEADER + "10231456,2025,1999-12-31x,SECRET,\n", dry_run=True)

    assert "Unknown column 'yaer'. Did you mean 'year'?" in str(header.value)
    for private in ("10231456", "1999", "SECRET"):
        assert private not in str(row.value) + str(no_header.value)


@pytest.mark.parametrize("amount", ["2200", "40.50", "0", ""])
def test_values_of_their_kind_are_taken_and_so_are_empty_ones_that_may_be(
    load: Loader, amount: str
) -> None:
    assert 1 == load(f"id,day,amount\n1,2026-12-04,{amount}\n", PAYMENTS)


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ("1,04/12/2026,2200", [(3, 2, "D029")]),
        ("1,2026-12-34,2200", [(3, 2, "D029")]),
        ("1,2026-12-04,NaN", [(3, 3, "D029")]),
        ("1,2026-12-04,1e3", [(3, 3, "D029")]),
        ("1,2026-12-04,=SUM(A1)", [(3, 3, "D029")]),
        ("1,2026-12-04,-5", [(3, 3, "D029")]),
        ('1,2026-12-04,"2,200"', [(3, 3, "D029")]),
        ("1,2026-12-04,#N/A", [(3, 3, "D030")]),
        ("1,,-5", [(3, 2, "D021"), (3, 3, "D029")]),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_is_loaded_when_one_value_is_not_of_its_kind(
    load: Loader,
    database: Engine,
    dry_run: bool,
    row: str,
    faults: list[tuple[int, int, str]],
) -> None:
    load("id,day,amount\n0,2026-11-30,1500\n", PAYMENTS)
    content = f"id,day,amount\n0,2026-12-04,2200\n{row}\n"

    assert faults == load.faults(content, dataset=PAYMENTS, dry_run=dry_run)

    found = SqlData(database, {"payments": PAYMENTS}, KEYRING).find("payments")
    assert ["2026-11-30"] == [each["day"] for each in found]


def test_the_fault_of_a_value_names_its_column_and_what_would_be_taken(load: Loader) -> None:
    with pytest.raises(DataInvalid) as caught:
        load("id,day,amount\n1,04/12/2026,2200\n", PAYMENTS)

    assert "'day' is not a date. Write the year first, such as 2026-12-04." in str(caught.value)
    assert "04/12" not in str(caught.value)


def test_what_an_export_left_out_is_said_to_be_secret(load: Loader) -> None:
    with pytest.raises(DataInvalid) as caught:
        load("candidate,year,grade,remark\n10231456,2025,A,\n")

    said = str(caught.value)
    assert "Column 'born' is missing. It is secret: only a hash of it is stored" in said
    assert "no export has it" in said


def test_a_column_that_is_not_secret_may_have_another_name_in_the_file(load: Loader) -> None:
    with pytest.raises(DataInvalid) as caught:
        load("candidate,year,born,grade\n10231456,2025,2007-06-03,A\n")

    assert str(caught.value).endswith(
        "Column 'remark' is missing. Where the file has it under another name: --map, or `aliases`."
    )


def test_a_file_full_of_faults_is_given_up(load: Loader) -> None:
    faults = load.faults(HEADER + "1,2\n" * 5000, dry_run=True)

    assert 1001 == len(faults)
    assert (1001, 1, "D027") in faults


def test_a_file_that_is_not_there_is_a_fault(load: Loader, tmp_path: Path) -> None:
    load.path = tmp_path
    with pytest.raises(DataInvalid, match="D007"):
        dataset_files.load(
            load.database, KEYRING, RESULTS, tmp_path / "none.csv", now=load.clock.now()
        )


_value = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
    lambda value: value == value.strip()
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(_value, _value), min_size=1, max_size=5, unique_by=lambda r: r[0]))
def test_whatever_the_csv_module_writes_is_read_back(
    load: Loader, database: Engine, rows: list[tuple[str, str]]
) -> None:
    pair = Dataset(name="pair", columns=(Column(name="name"), Column(name="place")), key=("name",))
    written = io.StringIO()
    csv.writer(written).writerows([("name", "place"), *rows])

    load(written.getvalue(), pair)

    found = SqlData(database, {"pair": pair}, KEYRING).find("pair")
    assert rows == [(row["name"], row["place"]) for row in found]
