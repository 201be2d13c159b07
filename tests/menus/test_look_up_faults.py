"""Look-ups in menus: what the checker takes, and what it refuses with its place and a proposal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import compiled, load, sources
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.handler_contract.service_call import ListField, TextField
from gateway.domain.menu.release import Release
from tests.menus.sample import CHANNELS, FILES, HANDLERS, place, write

DATASETS = Path(__file__).parent / "datasets"
LOOKING = """\
service: looking
shortcut: 88
title: {en: "Offices", sw: "Ofisi"}
screens:
  town:
    input: text
    min: 2
    max: 12
    text: {en: "Town?", sw: "Mji?"}
    next: find
  find:
    lookup: offices
    where: {town: "{town}"}
    list: {as: offices, most: 7}
    gives: [id, name]
    outcomes: {found: office, many: name, none: none}
  name:
    input: text
    min: 2
    max: 20
    text: {en: "Name?", sw: "Jina?"}
    next: search
  search:
    lookup: offices
    where: {town: "{town}"}
    search: "{name}"
    list: {as: offices, most: 7}
    gives: [id, name]
    outcomes: {found: office, many: name, none: none}
  office:
    text: {en: "Which?", sw: "Ipi?"}
    choice: {each: offices, label: "{name}", value: id, next: details}
  details:
    lookup: offices
    where: {id: "{office}"}
    gives: [name, fee, opened]
    found_by: kind
    outcomes: {head: shown, branch: shown, none: none}
  shown:
    end: {en: "{office}: {name}, {fee}", sw: "{office}: {name}, {fee}"}
  none:
    end: {en: "None in {town}", sw: "Hakuna {town}"}
"""


NEAR = "near: {latitude: 1, longitude: 1}"
NEAR_FEE = "near: {latitude: 1, longitude: 1, columns: [fee, longitude]}"
CODE = """\
  code:
    input: digits
    length: 4
    text: {en: "Code of {office}?", sw: "Namba ya {office}?"}
    next: pin
  pin:
    input: digits
    length: 4
    secret: true
    text: {en: "PIN?", sw: "PIN?"}
    next: details
"""
#: The list within a town, and the list of a search.
_LIST = "list: {as: offices, most: 7}\n    gives: [id, name]\n"
OF_FIND = f'town: "{{town}}"}}\n    {_LIST}'
OF_SEARCH = f'search: "{{name}}"\n    {_LIST}'


def loaded(folder: Path, text: str) -> Release:
    """Returns a menu with this service, beside the datasets; raises MenuInvalid."""
    (folder / "menus").mkdir()
    shutil.copytree(DATASETS, folder / "datasets")
    (folder / "datasets" / "archives.yaml").unlink()
    return load(write(folder / "menus", {**FILES, "looking.yaml": text}), HANDLERS, CHANNELS)


def test_a_look_up_is_checked_as_a_handler_is(tmp_path: Path) -> None:
    release = loaded(tmp_path, LOOKING)

    contract = release.look_ups["looking.find"].contract
    assert ("town",) == contract.needs
    rows = contract.outcomes["found"]["offices"]
    assert isinstance(rows, ListField)
    assert (7, {"id": 4, "name": 20}) == (rows.rows, {n: f.max for n, f in rows.fields.items()})
    assert {"many", "none", "found"} == set(contract.outcomes)
    fee = release.look_ups["looking.details"].contract.outcomes["head"]["fee"]
    assert isinstance(fee, TextField)
    assert 6 == fee.max
    assert ["offices"] == list(release.datasets)


def test_what_a_second_fact_opens_is_personal_and_proven(tmp_path: Path) -> None:
    """Whoever waits to be told is shown the row of whom the phone has proven to be before."""
    shown = "outcomes: {head: shown, branch: shown, none: none}"
    text = LOOKING.replace("title:", "proof: fact\ntitle:", 1).replace(
        shown,
        "proves: {of: code}\n    outcomes: {head: shown, branch: shown, none: again, "
        "too_often: none}"
        '\n  again:\n    lookup: offices\n    where: {id: "{code}"}\n    gives: [name, fee]\n'
        "    proven: {of: code, by: details}\n    outcomes: {found: shown, none: none}",
    )
    text = text.replace('where: {id: "{office}"}', 'where: {id: "{code}", pin: "{pin}"}').replace(
        "value: id, next: details", "value: id, next: code"
    )
    text = text.replace("  details:\n", CODE + "  details:\n", 1)

    look_ups = loaded(tmp_path, text).look_ups

    details, again = look_ups["looking.details"].contract, look_ups["looking.again"]
    assert details.personal
    assert {"head": Rung.FACT, "branch": Rung.FACT} == details.proves
    assert again.contract.personal
    assert {"found": Rung.FACT} == again.contract.proves
    assert again.proven is not None
    assert look_ups["looking.details"].back_end == again.proven.back_end


def test_what_is_near_is_asked_with_the_place_of_a_row_that_was_found(tmp_path: Path) -> None:
    text = LOOKING.replace("gives: [name, fee, opened]", "gives: [name, fee, latitude, longitude]")
    text = text.replace("head: shown", "head: near", 1) + (
        "  near:\n    lookup: offices\n"
        '    near: {latitude: "{latitude}", longitude: "{longitude}"}\n'
        "    list: {as: near, most: 3}\n    gives: [id, name]\n"
        "    outcomes: {found: around, none: none}\n"
        '  around:\n    text: {en: "Near:", sw: "Karibu:"}\n'
        '    choice: {each: near, label: "{name} {distance|number} km", value: id, next: none}\n'
    )

    contract = loaded(tmp_path, text).look_ups["looking.near"].contract

    assert ("latitude", "longitude") == contract.needs
    assert {"found", "none"} == set(contract.outcomes)
    rows = contract.outcomes["found"]["near"]
    assert isinstance(rows, ListField)
    assert {"id": 4, "name": 20, "distance": 5} == {n: f.max for n, f in rows.fields.items()}


def test_a_dataset_belongs_to_the_release_that_reads_it(tmp_path: Path) -> None:
    """It is kept with the release, which is another one when the declaration changes."""
    release = loaded(tmp_path, LOOKING)
    kept = tmp_path / "kept"
    (kept / "datasets").mkdir(parents=True)
    for name, text in sources(tmp_path / "menus").items():
        (kept / name).write_text(text, "utf-8")
    declared = tmp_path / "datasets" / "offices.yaml"
    declared.write_text(declared.read_text("utf-8").replace("room: 6", "room: 7"), "utf-8")

    assert release == compiled(kept, HANDLERS)
    assert release.id != load(tmp_path / "menus", HANDLERS, CHANNELS).id


def test_a_dataset_that_no_screen_reads_is_no_part_of_a_release(tmp_path: Path) -> None:
    before = loaded(tmp_path, LOOKING)

    other = tmp_path / "datasets" / "other.yaml"
    other.write_text("key: a\ncolumns: {a: {room: 3}}\n", "utf-8")

    assert before.id == load(tmp_path / "menus", HANDLERS, CHANNELS).id


@pytest.mark.parametrize(
    ("before", "after", "code", "says"),
    [
        ("lookup: offices\n    where: {id", "lookup: office\n    where: {id", "M084",
         "There is no datasets/office.yaml. Did you mean 'offices'?"),
        ("where: {id:", "where: {ids:", "M084", "no column 'ids'. Did you mean 'id'?"),
        ("gives: [name, fee", "gives: [name, fees", "M084", "no column 'fees'."),
        ("gives: [name, fee", "gives: [name, pin, fee", "M084", "'pin' is secret"),
        ("found_by: kind", "found_by: name", "M084", "'name' is not of `kind: one_of`"),
        ("found_by: kind", "found_by: knid", "M084", "Did you mean 'kind'?"),
        ('where: {id: "{office}"}', 'where: {kind: {from: "{office}"}}', "M084",
         "'kind' has no order"),
        ('where: {id: "{office}"}', 'where: {fee: {starts: "{office}"}}', "M084",
         "'fee' is no text and no code"),
        ('where: {id: "{office}"}', 'where: {fee: "{office}"}', "M085",
         "Add `[fee]` to `asked_by` in datasets/offices.yaml"),
        ('where: {id: "{office}"}', 'where: {id: "{offcie}"}', "M043",
         "'details' needs the answer 'offcie'. Did you mean 'office'?"),
        ("branch: shown, none", "none", "M041", "Outcome 'branch' of 'details' leads to no screen"),
        ("branch: shown, none", "bench: shown, branch: shown, none", "M042",
         "'details' has no outcome 'bench'"),
        ("{found: office, many: name, none: none}\n  name", "{found: office, none: none}\n  name",
         "M041", "Outcome 'many' of 'find' leads to no screen"),
        ("{found: office, many: name, none: none}\n  name",
         "{found: office, many: none, none: name}\n  name", "M086",
         "'offices' shows 7 rows at most, and who has more gets no further."),
        ("each: offices", "each: ofices", "M045", "Did you mean 'offices'?"),
        ("value: id", "value: ids", "M046", "Rows of 'offices' have no field 'ids'"),
        ("{name}, {fee}\", sw", "{nmae}, {fee}\", sw", "M033", "nmae"),
        (OF_SEARCH, OF_SEARCH.replace("gives", "order: fee\n    gives"), "", ""),
        (OF_FIND, OF_FIND.replace("gives", "order: name\n    gives"), "", ""),
        (OF_FIND, OF_FIND.replace("gives", "order: fee\n    gives"), "M085",
         "Add `[town, fee]` to `asked_by`"),
        (OF_FIND, OF_FIND.replace("most: 7", "most: 100"), "M003", "Expected 99 or less."),
        (OF_FIND, OF_FIND.replace("    gives: [id, name]\n", ""), "M009",
         "A list needs `gives`"),
        ("found_by: kind", "change: fee", "M009", "`change` needs `latest`"),
        ("found_by: kind", "found_by: kind\n    count: all", "M009", "What is counted shows"),
        ("found_by: kind", "order: fee\n    latest: fee", "M009", "Rows have one order"),
        ('where: {id: "{office}"}', 'where: {id: "x{office}"}', "M003", "Write one {answer}"),
        ('where: {id: "{office}"}', "where: {name: {}}", "M002", "One of `starts`, `from` and"),
        (OF_SEARCH, OF_SEARCH.replace('search: "{name}"', NEAR), "M042", "no outcome 'many'"),
        (OF_SEARCH, OF_SEARCH.replace("list:", f"{NEAR}\n    list:"), "M009", "not searched"),
        (OF_FIND, OF_FIND.replace("gives", f"{NEAR}\n    order: name\n    gives"), "M009",
         "by their `distance` alone"),
        ("found_by: kind", NEAR, "M009", "is a `list` of rows"),
        (OF_SEARCH, OF_SEARCH.replace('search: "{name}"', NEAR.replace("1}", '"{lat}"}')), "M043",
         "needs the answer 'lat'"),
        ("most: 7}\n    gives: [id, name]\n", "most: 7}\n    gives: [id, name]\n    free: true\n",
         "M084", "has no `slots`"),
        ("most: 7}\n    gives: [id, name]\n", "most: 7}\n    gives: [id, free]\n    free: true\n",
         "M009", "`free` is given by itself"),
        (OF_SEARCH, OF_SEARCH.replace('search: "{name}"', NEAR_FEE), "M084",
         "'fee' is no degree"),
        (OF_SEARCH, OF_SEARCH.replace('search: "{name}"', NEAR_FEE.replace("fee", "feet")), "M084",
         "no column 'feet'. Did you mean 'fee'?"),
        ('where: {id: "{office}"}', 'where: {id: "{office}", pin: "1234"}', "M094",
         "'pin' is secret, and can be tried out here"),
        ("found_by: kind", "found_by: kind\n    proves: {of: office}", "M079",
         "'details' shows or erases personal things"),
        ("found_by: kind", "found_by: kind\n    proven: {of: office, by: find}", "M084",
         "'find' does not ask 'offices' with `proves`."),
        ("found_by: kind", "proven: {of: office, by: x}\n    proves: {of: office}", "M009",
         "has given none before"),
        ('search: "{name}"', 'search: "{nam}"', "M043", "needs the answer 'nam'"),
    ],
)  # fmt: skip
def test_a_fault_of_a_look_up_is_told_with_what_to_write(
    tmp_path: Path, before: str, after: str, code: str, says: str
) -> None:
    assert before in LOOKING
    if not code:
        assert loaded(tmp_path, LOOKING.replace(before, after, 1))
        return

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, LOOKING.replace(before, after, 1))

    told = [(place(fault)[::2], fault.sentence) for fault in caught.value.faults]
    assert [
        True for where, sentence in told if where == ("looking.yaml", code) and says in sentence
    ]


@pytest.mark.parametrize("told", ["office", "nobody"])
def test_what_an_unknown_dataset_would_give_is_no_further_fault(tmp_path: Path, told: str) -> None:
    named = LOOKING.replace("  name:\n", "  named:\n").replace("many: name,", "many: named,")
    text = named.replace('search: "{name}"', 'search: "{named}"')
    for folder in ("known", "unknown"):
        (tmp_path / folder).mkdir()
    assert loaded(tmp_path / "known", text)

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path / "unknown", text.replace("lookup: offices", f"lookup: {told}"))

    assert {"M084"} == {fault.code for fault in caught.value.faults}


def test_words_are_looked_for_only_where_a_dataset_says_in_what(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "offices.yaml").write_text(
        (DATASETS / "offices.yaml").read_text("utf-8").replace("search: [name]\n", ""), "utf-8"
    )
    (tmp_path / "menus").mkdir()

    with pytest.raises(MenuInvalid) as caught:
        load(write(tmp_path / "menus", {**FILES, "looking.yaml": LOOKING}), HANDLERS, CHANNELS)

    assert ["M084"] == [fault.code for fault in caught.value.faults]
    assert "'offices' has no `search` columns" in str(caught.value)
