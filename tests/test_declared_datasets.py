"""Datasets that an operator declares in YAML: what is taken, and every fault at its place."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.dataset_files.load import Imported
from gateway.adapters.dataset_files.reading import AS_DECLARED, Reading
from gateway.adapters.declared_rows.datasets import declared_in
from gateway.adapters.sql.handler_toolkit.reference_data import SqlData
from gateway.adapters.system.keyring import Keyring
from gateway.deployment.folder import load_datasets
from gateway.domain.datasets.column_kinds import (
    Amount,
    Day,
    Form,
    OneOf,
    PhoneNumber,
    Prose,
    Text,
    WholeNumber,
)
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.errors import DataInvalid, SettingsInvalid
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
CLINICS = """\
key: code
search: [name, county]
asked_by: [county, [county, ward]]
skip: {operational status: [Closed, NOT IN USE]}
others: ignored
columns:
  code: {kind: form, form: "#####", written: without zeros, aliases: [Facility code]}
  name: {room: 30, aliases: [Facility name, "Nom de l'établissement"]}
  county: {room: 20}
  ward: {room: 20, empty: allowed}
  opened: {kind: day, written: d/m/y, empty: allowed}
  fee: {kind: amount, places: 2, room: 10, written: "1,234.56", empty: allowed}
  level: {kind: one_of, codes: ["2", "3"]}
  beds: {kind: whole_number, maximum: 999, empty: allowed}
  phone: {kind: phone_number, empty: allowed}
  about: {kind: prose, room: 60, empty: allowed}
  pin: {kind: form, form: "####", secret: true}
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    """Returns a folder `datasets` with these files."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def faults_of(tmp_path: Path, text: str) -> list[str]:
    """Returns the faults of one file as `line:column [code] sentence`."""
    declared = declared_in(folder_with(tmp_path, clinics=text))
    assert declared.faults or "clinics" in declared.datasets
    return [f"{each.line}:{each.column} [{each.code}] {each.sentence}" for each in declared.faults]


def test_a_file_declares_all_that_python_does(tmp_path: Path) -> None:
    declared = declared_in(folder_with(tmp_path, clinics=CLINICS))

    assert [] == declared.faults
    assert {
        "clinics": Dataset(
            name="clinics",
            columns=(
                Column(
                    name="code", max=5, kind=Form("#####"), written="without zeros",
                    aliases=("Facility code",),
                ),
                Column(
                    name="name", max=30, kind=Text(),
                    aliases=("Facility name", "Nom de l'établissement"),
                ),
                Column(name="county", max=20),
                Column(name="ward", max=20, required=False),
                Column(name="opened", max=10, kind=Day(), written="d/m/y", required=False),
                Column(name="fee", max=10, kind=Amount(), written="1,234.56", required=False),
                Column(name="level", max=1, kind=OneOf("2", "3")),
                Column(name="beds", max=3, kind=WholeNumber(0, 999), required=False),
                Column(name="phone", max=16, kind=PhoneNumber(), required=False),
                Column(name="about", max=60, kind=Prose(), required=False),
                Column(name="pin", max=4, kind=Form("####"), secret=True),
            ),
            key=("code",),
            search=("name", "county"),
            asked_by=(("county",), ("county", "ward")),
            skip={"operational status": ("Closed", "NOT IN USE")},
            ignore_others=True,
        )
    } == declared.datasets  # fmt: skip


SMALL = """\
key: code
columns:
  code: {kind: form, form: "####"}
  name: {room: 20}
"""


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("key: code", "kee: code", "Did you mean 'key'?"),
        ("key: code\n", "", "1:1 [M002] Key 'key' is missing here."),
        ("key: code", "key: cde", "1:6 [M083] There is no column 'cde'. Did you mean 'code'?"),
        ("key: code", "key: [code, code]", "[M083] Column 'code' stands here twice."),
        ("key: code", "key: Code", "[M010] 'Code' is not a name"),
        ("columns:", "search: [nam]\ncolumns:", "[M083] There is no column 'nam'."),
        ("columns:", "search: [code]\ncolumns:", "[M083] 'code' holds no words"),
        ("columns:", "asked_by: [[name, town]]\ncolumns:", "[M083] There is no column 'town'."),
        ("columns:", "skip: {status: []}\ncolumns:", "[M003] Expected at least 1 entry."),
        ("columns:", "others: taken\ncolumns:", "[M003] Expected 'ignored'."),
        ("{room: 20}", "{rom: 20}", "[M001] Unknown key 'rom'. Did you mean 'room'?"),
        ("{room: 20}", "{}", "[M083] `kind: text` needs `room`"),
        ("{room: 20}", "{room: 0}", "[M003] Expected 1 or more."),
        ("{room: 20}", "{room: 500}", "[M003] Expected 160 or less."),
        ("{room: 20}", "{kind: amount}", "[M083] `kind: amount` needs `room`"),
        ("{room: 20}", "{kind: number, room: 9}", "[M003] Expected one of 'text', "),
        ("{room: 20}", "{kind: one_of}", "[M083] `kind: one_of` needs `codes`."),
        ("{room: 20}", "{kind: day, room: 8}", "[M083] It holds up to 10 characters"),
        ("{room: 20}", "{room: 20, codes: [a]}", "[M083] `codes` belongs to `kind: one_of`."),
        ("{room: 20}", "{room: 20, written: d/m/y}", "[M083] 'd/m/y' is no form of such a column."),
        ("{room: 20}", "{room: 20, aliases: [CODE]}", "[M083] 'CODE' names column 'code' already."),
        ("{room: 20}", "{room: 20, empty: yes}", "[M003] Expected 'allowed'."),
        ("{room: 20}", "{room: 20, personal: true}", "[M083] Everybody reads a dataset"),
        ("{room: 20}", "{room: 20, personal: true, secret: true}", "[M083] A secret column is a"),
        (
            "{room: 20}",
            "{room: 20, secret: true, empty: allowed}",
            "[M083] A secret that may be empty proves nothing.",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place_with_what_to_write(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    assert before in SMALL

    faults = faults_of(tmp_path, SMALL.replace(before, after, 1))

    assert [says in fault for fault in faults].count(True) == 1, faults


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        one=SMALL.replace("key: code", "key: [cod]").replace("room: 20", "rom: 20"),
        two="key: x\ncolumns: {x: {room: 5, kind: day}}\nsearch: [y]\n",
        Three=SMALL,
        four="key: [a\n",
    )
    (folder / "five.yml").write_text(SMALL, "utf-8")

    declared = declared_in(folder)

    assert {"one", "two", "Three", "four"} == declared.broken
    assert {"one.yaml", "two.yaml", "Three.yaml", "four.yaml", "five.yml"} == {
        Path(fault.file).name for fault in declared.faults
    }


def test_what_an_editor_leaves_beside_is_no_dataset(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, clinics=SMALL)
    for name in (".#clinics.yaml", "~clinics.yaml", "#clinics.yaml"):
        (folder / name).write_text("x: [", "utf-8")

    assert (["clinics"], []) == (list(declared_in(folder).datasets), declared_in(folder).faults)


def test_a_deployment_without_the_folder_declares_none(tmp_path: Path) -> None:
    assert {} == load_datasets(tmp_path)


def test_the_datasets_of_a_deployment_stand_beside_its_menus(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder_with(elsewhere, clinics=SMALL)

    assert ["clinics"] == list(load_datasets(tmp_path, elsewhere / "menus"))


def test_a_dataset_is_declared_in_one_place(tmp_path: Path) -> None:
    handlers = tmp_path / "handlers"
    handlers.mkdir()
    (handlers / "__init__.py").write_text(
        "from gateway.handler_api import Column, Dataset\n"
        "HANDLERS = {}\n"
        "ONE = Dataset(name='clinics', columns=(Column(name='c'),), key=('c',))\n"
        "DATASETS = {'clinics': ONE}\n",
        "utf-8",
    )
    folder_with(tmp_path, clinics=SMALL, schools=SMALL)

    with pytest.raises(SettingsInvalid) as caught:
        load_datasets(tmp_path)

    assert "clinics.yaml:1:1: [M083] handlers/__init__.py has a dataset 'clinics'" in str(
        caught.value
    )


#: How workbooks begin that are older than 2007, and those behind a password.
OLD = bytes.fromhex("d0cf11e0a1b11ae1")
SOURCE = [
    ["Ministry of Health, master list"],
    ["Facility Code", "FACILITY NAME", "County", "Ward", "Opened", "Fee", "Level", "Beds",
     "Phone", "About", "PIN", "Operational Status", "Owner"],
    ["101", "St Mary", "Amboro", "", "3/9/2007", "1,250.50", "2", "", "", "", "1234",
     "Operational", "Mission"],
    ["102", "Neema", "Amboro", "", "3/9/2007", "", "2", "", "", "", "1235", "closed", "State"],
    ["103", "Jamii", "not a county of 20", "", "3/9/07", "", "9", "", "", "", "1", "not-in-use",
     ""],
]  # fmt: skip


def imported(
    database: Engine,
    tmp_path: Path,
    rows: Sequence[Sequence[str]],
    reading: Reading = AS_DECLARED,
) -> Imported:
    """Loads rows as the dataset of the file above."""
    dataset = declared_in(folder_with(tmp_path, clinics=CLINICS)).datasets["clinics"]
    path = tmp_path / "clinics.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    now = FixedClock().now()
    return dataset_files.load(database, KEYRING, dataset, path, now=now, reading=reading)


def test_a_source_is_read_as_it_comes_without_the_rows_to_skip(
    database: Engine, tmp_path: Path
) -> None:
    loaded = imported(database, tmp_path, SOURCE)

    assert (1, 2) == (loaded.rows, loaded.skipped)

    dataset = declared_in(tmp_path / "datasets").datasets["clinics"]
    (row,) = SqlData(database, {"clinics": dataset}, KEYRING).find("clinics", pin="1234")
    assert ("00101", "St Mary", "2007-09-03", "1250.50") == tuple(
        row[name] for name in ("code", "name", "opened", "fee")
    )
    assert "pin" not in row


def test_a_source_without_the_column_that_says_what_to_skip_is_refused(
    database: Engine, tmp_path: Path
) -> None:
    renamed = [SOURCE[0], [*SOURCE[1][:-2], "Status", "Owner"], *SOURCE[2:]]

    with pytest.raises(DataInvalid) as caught:
        imported(database, tmp_path, renamed)

    assert "[D002] Column 'operational status' is missing, which says what rows" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (4, "31/31/2007", "'opened' is not a date. Write it as in 31/12/2026, or change"),
        (4, "3/9/07", "'opened' is not a date. Write it as in 31/12/2026, or change"),
        (5, "1.250,50", "'fee' is not an amount from 0 on. Write it as in 1,234.56, or change"),
        (0, "A1", "'code' is not of the form 12345."),
        (7, "1000", "'beds' is not a whole number from 0 to 999."),
    ],
)
def test_a_wrong_value_is_told_how_its_source_writes_it(
    column: int, value: str, told: str, database: Engine, tmp_path: Path
) -> None:
    row = [value if place == column else each for place, each in enumerate(SOURCE[2])]

    with pytest.raises(DataInvalid) as caught:
        imported(database, tmp_path, [*SOURCE[:2], row])

    (fault,) = caught.value.faults
    assert fault.sentence.startswith(told)


def test_a_column_under_a_name_that_nobody_said_is_proposed(
    database: Engine, tmp_path: Path
) -> None:
    renamed = [["Kode", *SOURCE[1][1:]], *SOURCE[2:]]

    with pytest.raises(DataInvalid) as caught:
        imported(database, tmp_path, renamed)

    (fault,) = caught.value.faults
    assert (
        "Column 'code' is missing. Did you mean 'Kode'? Where the file has it under another name: "
        "--map, or `aliases`."
    ) == fault.sentence


def test_a_column_has_the_name_that_an_operator_said(database: Engine, tmp_path: Path) -> None:
    renamed = [["Kode", *SOURCE[1][1:]], *SOURCE[2:]]
    reading = Reading(names={"kode": "code"})

    assert 1 == imported(database, tmp_path, renamed, reading=reading).rows


def test_a_name_that_an_operator_said_and_the_file_lacks_is_refused(
    database: Engine, tmp_path: Path
) -> None:
    with pytest.raises(DataInvalid) as caught:
        imported(database, tmp_path, SOURCE, reading=Reading(names={"Ownr": "about"}))

    assert (
        "[D002] The file has no column 'Ownr'. Did you mean 'Owner'? It is one that --map names."
        in str(caught.value)
    )


@pytest.mark.parametrize(
    ("name", "start", "told"),
    [
        (
            "clinics.xls",
            b"PK\x03\x04",
            "This is a workbook, and not named .xlsx. Save it as 'Excel",
        ),
        (
            "clinics.ods",
            b"PK\x03\x04",
            "This is a workbook, and not named .xlsx. Save it as 'Excel",
        ),
        ("clinics.xls", OLD, "This is an old workbook (.xls). Save it as 'Excel"),
        ("clinics.xlsx", OLD, "This is a workbook behind a password. Save it without one."),
    ],
)
def test_a_workbook_that_cannot_be_read_is_named_as_what_it_is(
    name: str, start: bytes, told: str, database: Engine, tmp_path: Path
) -> None:
    dataset = declared_in(folder_with(tmp_path, clinics=CLINICS)).datasets["clinics"]
    (tmp_path / name).write_bytes(start + b"rest")

    with pytest.raises(DataInvalid) as caught:
        dataset_files.load(database, KEYRING, dataset, tmp_path / name, now=FixedClock().now())

    (fault,) = caught.value.faults
    assert fault.sentence.startswith(told)


def test_what_could_not_be_used_without_columns_to_ignore_is_still_checked(
    database: Engine, tmp_path: Path
) -> None:
    rows = [*SOURCE, [*SOURCE[4][:-2], "Operational", ""]]

    with pytest.raises(DataInvalid) as caught:
        imported(database, tmp_path, rows)

    assert {6} == {fault.line for fault in caught.value.faults}
