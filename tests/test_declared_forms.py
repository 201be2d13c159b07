"""Forms that an operator declares in YAML: what is taken, and every fault at its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.adapters.declared_rows.forms import declared_in
from gateway.deployment.folder import load_forms, load_handlers, load_tables
from gateway.domain.datasets.column_kinds import Day, OneOf, Prose
from gateway.domain.datasets.dataset import Column, Dataset, Slots, Table
from gateway.domain.faults_and_errors.errors import SettingsInvalid
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.service_call import Writes

REPORTS = """\
writes: report
reference: true
category: kind
columns:
  kind: {kind: one_of, codes: [water, road]}
  seen: {kind: day}
  what: {kind: prose, room: 160}
  name: {room: 60, personal: true, empty: allowed}
"""
VOTES = """\
writes: preference
one_per: subscriber
opens: 2026-03-01
closes: 2026-03-31
counted: true
days: 400
columns:
  answer: {kind: one_of, codes: ["yes", "no"]}
"""


CLINICS = Dataset(
    name="clinics",
    columns=(Column(name="id", max=4), Column(name="at", max=10, kind=Day())),
    key=("id",),
    slots=Slots(form="visits", per=(("id", "clinic"),), most=5, at="at"),
)
VISITS = """\
writes: record
one_per: subscriber
places: {of: clinics}
reminds: {message: near, before: 18h, wish: remind}
columns:
  clinic: {room: 4}
  remind: {kind: one_of, codes: ["yes", "no"]}
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    """Returns a folder `forms` with these files."""
    folder = tmp_path / "forms"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def test_a_file_declares_a_form(tmp_path: Path) -> None:
    declared = declared_in(folder_with(tmp_path, reports=REPORTS, votes=VOTES), {})

    assert [] == declared.faults
    assert {
        "reports": Form(
            name="reports",
            writes=Writes.REPORT,
            reference=True,
            category="kind",
            columns=(
                Column(name="kind", max=5, kind=OneOf("water", "road")),
                Column(name="seen", max=10, kind=Day()),
                Column(name="what", max=160, kind=Prose()),
                Column(name="name", max=60, personal=True, required=False),
            ),
        ),
        "votes": Form(
            name="votes",
            writes=Writes.PREFERENCE,
            one_per=("subscriber",),
            opens=date(2026, 3, 1),
            closes=date(2026, 3, 31),
            counted=True,
            days=400,
            columns=(Column(name="answer", max=3, kind=OneOf("yes", "no")),),
        ),
    } == declared.forms


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("writes: report", "writes: diary", "1:9 [M003]"),
        ("writes: report\n", "", "1:1 [M002]"),
        ("category: kind", "category: kidn", "3:11 [M087] It is a column"),
        ("category: kind", "category: name", "3:11 [M087] It is a column"),
        ("category: kind", "categroy: kind", "3:1 [M001]"),
        ("category: kind", "one_per: me", "3:10 [M087] A row is of a subscriber"),
        ("category: kind", "one_per: [subscriber, what]", "3:1 [M087] A report can be corrected"),
        ("category: kind", "days: 10", "3:7 [M087] With a reference"),
        ("category: kind", "opens: soon", "3:8 [M087] This is not a date"),
        ("reference: true", "reference: perhaps", "2:12 [M003]"),
        ("reference: true\n", "", "2:11 [M087] A case has a category"),
        ("{kind: day}", "{kind: date}", "6:16 [M003]"),
        ("room: 160", "rooom: 160", "7:23 [M001]"),
        ("{kind: day}", "{kind: day, secret: true}", "4:1 [M087] A form keeps no secret"),
    ],
)
def test_a_fault_is_told_at_its_place(tmp_path: Path, before: str, after: str, fault: str) -> None:
    assert before in REPORTS
    text = REPORTS.replace(before, after, 1)
    found = declared_in(folder_with(tmp_path, reports=text), {}).faults

    told = [f"{each.line}:{each.column} [{each.code}] {each.sentence}" for each in found]
    assert [line for line in told if line.startswith(fault)], told


SALES = """\
writes: record
columns:
  kilos: {kind: whole_number, maximum: 900}
  price: {kind: amount, room: 9}
  seller: {room: 30, personal: true}
  total: {kind: amount, room: 12, calculated: kilos * price}
"""


@pytest.mark.parametrize(
    ("calculated", "fault"),
    [
        ("kilos * price", ""),
        ("'large' if kilos > 90 else today", ""),
        ("kilos * prize", "2:1 [M087] 'total' is worked out of 'prize', which nobody"),
        ("total + 1", "2:1 [M087] 'total' is worked out of 'total', which nobody is asked for."),
        ("seller", "2:1 [M087] 'total' is worked out of 'seller', which is `personal`: so is it."),
        ("kilos ** 2", "6:47 [M087] This cannot be worked out: 'kilos ** 2' is not part of"),
        ("kilos *", "6:47 [M087] This cannot be worked out: it cannot be read"),
    ],
)  # fmt: skip
def test_a_column_is_worked_out_of_those_that_are_asked_for(
    tmp_path: Path, calculated: str, fault: str
) -> None:
    text = SALES.replace("kilos * price", f'"{calculated}"')
    declared = declared_in(folder_with(tmp_path, sales=text), {})

    told = [f"{e.line}:{e.column} [{e.code}] {e.sentence}" for e in declared.faults]
    assert [line for line in told if line.startswith(fault)] or not (fault or told), told
    if not fault:
        form = declared.forms["sales"]
        assert (form.needed, form.optional) == (("kilos", "price", "seller"), ())


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ({"kilos": "3", "price": "2.5"}, "7.5"),
        ({"kilos": "3", "price": "0.333"}, "1"),
        ({"kilos": "3", "price": ""}, ""),
        ({"kilos": "900", "price": "99999999999"}, ""),
    ],
)
def test_what_is_worked_out_is_a_value_of_its_column_or_none(
    tmp_path: Path, row: dict[str, str], total: str
) -> None:
    form = declared_in(folder_with(tmp_path, sales=SALES), {}).forms["sales"]

    assert {"total": total} == form.worked_out(row, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("", "", ""),
        ("wish: remind", "topic: clinics", ""),
        ("before: 18h", "before: 2d", ""),
        ("of: clinics", "of: clinic", "3:1 [M087] There is no dataset 'clinic'. Did you mean"),
        ("of: clinics", "most: 5, of: clinics", "3:23 [M087] Write how many places"),
        ("{of: clinics}", "{per: [clinic]}", "3:1 [M087] Write how many places"),
        ("{of: clinics}", "{most: 5}", "4:1 [M087] Say with `at` which column"),
        ("  clinic: {room", "  place: {room", "3:1 [M087] There is no column 'clinic'"),
        ("wish: remind", "wish: clinic", "4:1 [M087] Column 'clinic' is no `one_of`"),
        ("wish: remind", "at: clinic", "4:1 [M087] Column 'clinic' is no `day`"),
        ("writes: record", "writes: report", "3:1 [M087] A report can be corrected"),
        ("before: 18h", "before: soon", "4:34 [M003]"),
        ("message: near, ", "", "4:1 [M002]"),
    ],
)
def test_the_slots_of_a_form_are_those_of_a_list(
    tmp_path: Path, before: str, after: str, fault: str
) -> None:
    text = VISITS.replace(before, after, 1)
    found = declared_in(folder_with(tmp_path, visits=text), {}, {"clinics": CLINICS}).faults

    told = [f"{each.line}:{each.column} [{each.code}] {each.sentence}" for each in found]
    assert [line for line in told if line.startswith(fault)] or not (fault or told), told


def test_slots_are_taken_by_the_form_that_they_name(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, walks=VISITS)

    (fault,) = declared_in(folder, {}, {"clinics": CLINICS}).faults

    assert "no slots of this form" in fault.sentence


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("Reports.yaml", "M010", "'Reports' is not a name"),
        ("reports.yml", "M007", "name it reports.yaml"),
        ("reports.YAML", "M007", "name it reports.yaml"),
        ("reports.Yml", "M007", "name it reports.yaml"),
        ("clinics.yaml", "M087", "A dataset is called 'clinics', too"),
        ("children.yaml", "M087", "has a table 'children', too"),
    ],
)
def test_a_file_whose_name_is_none_of_a_form_is_a_fault(
    tmp_path: Path, name: str, code: str, says: str
) -> None:
    folder = folder_with(tmp_path)
    (folder / name).write_text(REPORTS, "utf-8")

    (fault,) = declared_in(folder, {"children": object()}, {"clinics": CLINICS}).faults

    assert (code, True) == (fault.code, says in fault.sentence)


def test_a_deployment_has_what_keeps_its_forms_and_the_tables_of_those_without_a_reference(
    tmp_path: Path,
) -> None:
    folder_with(tmp_path, reports=REPORTS, votes=VOTES)

    assert {"reports", "votes"} == set(load_forms(tmp_path))
    handlers = {"store:reports", "store:reports.name", "store:votes", "store:votes.="}
    assert handlers == set(load_handlers(tmp_path))
    votes = Column(name="answer", max=3, kind=OneOf("yes", "no"))
    assert {"votes": Table(name="votes", columns=(votes,), key=(), days=400)} == load_tables(
        tmp_path
    )


def test_forms_stand_beside_the_menus_wherever_these_are(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder_with(tmp_path / "elsewhere", votes=VOTES)

    assert {} == load_forms(tmp_path)
    assert {"votes"} == set(load_forms(tmp_path, tmp_path / "elsewhere" / "menus"))


def test_all_faults_of_all_forms_are_told_at_once(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        reports=REPORTS.replace("report\n", "diary\n"),
        votes=VOTES.replace("days: 400", "days: many"),
    )

    with pytest.raises(SettingsInvalid) as caught:
        load_handlers(tmp_path)

    files = {fault.file.rpartition("/")[2] for fault in caught.value.faults}
    assert {"reports.yaml", "votes.yaml"} == files


def test_a_form_that_is_called_as_a_dataset_of_the_deployment_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, votes=VOTES)
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "votes.yaml").write_text(
        "key: id\ncolumns:\n  id: {room: 6}\n", "utf-8"
    )

    with pytest.raises(SettingsInvalid, match="M087"):
        load_forms(tmp_path)
