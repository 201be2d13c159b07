"""The schema that editors check with, and the loader: what one takes or refuses, the other does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from gateway.adapters.declared_rows.datasets import declared_in
from gateway.adapters.editor_schema import schemas
from gateway.adapters.golden_dialogues.files import read as read_dialogue
from gateway.adapters.menu_files.load import load
from gateway.cli.main import main
from gateway.cli.menus.schema import written
from gateway.domain.dialogue.golden_dialogue import FILE_ENDING
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.text.phrases import PHRASES
from tests import water_deployment
from tests.gateways import HOME
from tests.menus.as_editors_read import as_editors_read
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write
from tests.test_declared_datasets import CLINICS, folder_with

MENUS, DATASETS = HOME / "menus", HOME / "datasets"
SCHEMAS = schemas()
SPECIAL = ("main", "phrases", "messages", "calls")

CALLS = """\
weather:
  url: https://weather.example.org/v1/{candidate}
  outcomes:
    found: {status: 200}
    unknown: {status: [404, 5xx]}
  values:
    grade: {path: "sky.today", max: 2}
  lists:
    days: {path: days, rows: 5, fields: {name: {path: day, max: 10}}}
  breaker: {failures: 3}
"""
WAYS = "next: [{when: candidate == '1', goto: year}, {goto: year}]"
ALL: Mapping[str, str] = {
    **FILES,
    "calls.yaml": CALLS,
    "results.yaml": FILES["results.yaml"].replace("next: year", WAYS),
    "one.dialogue.yaml": (MENUS / "dialogues" / "case_status_en.dialogue.yaml").read_text("utf-8")
    + "handlers: {list_clinics: {outcome: none}}\n",
}


def kind_of(name: str) -> str:
    """Returns which schema is for a file."""
    if name.endswith(FILE_ENDING):
        return "dialogue"
    stem = name.removesuffix(".yaml")
    return stem if stem in SPECIAL else "service"


def schema_for(path: Path) -> str:
    """Returns which schema is for a file of the deployment."""
    if path.parent.name == "glossary":
        return "glossary"
    return "dataset" if path.parent == DATASETS else kind_of(path.name)


def complaints(name: str, text: str, kind: str = "") -> list[str]:
    """Returns what an editor would underline."""
    validator = Draft7Validator(SCHEMAS[kind or kind_of(name)])
    return [error.message for error in validator.iter_errors(as_editors_read(text))]


def test_every_schema_is_one_of_draft_7() -> None:
    for schema in SCHEMAS.values():
        Draft7Validator.check_schema(schema)
        assert "http://json-schema.org/draft-07/schema#" == schema["$schema"]


def test_the_schemas_beside_the_menus_are_those_of_the_code() -> None:
    for name, schema in SCHEMAS.items():
        assert written(schema) == (MENUS / "schemas" / f"{name}.json").read_text("utf-8"), (
            "Run: gateway menus schema"
        )


FILES_OF_THE_DEPLOYMENT = [*sorted(MENUS.rglob("*.yaml")), *sorted(DATASETS.glob("*.yaml"))]


@pytest.mark.parametrize("path", FILES_OF_THE_DEPLOYMENT, ids=lambda path: path.name)
def test_a_file_of_the_deployment_is_valid_and_names_its_schema(path: Path) -> None:
    text = path.read_text("utf-8")

    (named,) = re.findall(r"\A# yaml-language-server: \$schema=(\S+)\n", text)
    target = (path.parent / named).resolve()

    assert MENUS / "schemas" / f"{schema_for(path)}.json" == target
    assert [] == complaints(path.name, text, schema_for(path))


@pytest.mark.parametrize("name", ALL)
def test_a_valid_sample_is_valid_for_both(name: str, tmp_path: Path) -> None:
    assert [] == complaints(name, ALL[name])
    assert loads(tmp_path, ALL)


#: One fault for each shape, and more for the values they are made of: file, before, after.
FAULTS = {
    "main.yaml": ("main.yaml", "words:", "wrods: {}\nwords:"),
    "home": ("main.yaml", "home:\n", "home:\n  titel: x\n"),
    "option of home": ("main.yaml", "{open: clinics}", "{open: clinics, next: x}"),
    "words": ("main.yaml", "help:", "helpp:"),
    "a word that is no list": ("main.yaml", "[HELP]", "HELP"),
    "a language code": ("main.yaml", "sw: Kiswahili", "Swahili: Kiswahili"),
    "charsets": ("main.yaml", "home:\n", "charsets: {sw: ascii}\nhome:\n"),
    "a key of two digits more": ("main.yaml", "12: {open", "123: {open"),
    "service": ("clinics.yaml", "institution:", "institutoin:"),
    "an id": ("clinics.yaml", "service: clinics", "service: Clinics"),
    "a shortcut": ("clinics.yaml", "shortcut: 21", "shortcut: A1"),
    "a goal": ("clinics.yaml", "shortcut: 21", "goals: [18]\nshortcut: 21"),
    "no title": ("clinics.yaml", "title: {en: Find a clinic, sw: Tafuta kituo}\n", ""),
    "no screens": ("messages.yaml", "messages:", "mesages:"),
    "choice": ("results.yaml", '    text: {en: "Year?"', '    txt: x\n    text: {en: "Year?"'),
    "option": ("results.yaml", 'value: "2024"', 'vlaue: "2024"'),
    "option that leads nowhere": ("results.yaml", 'value: "2024", next: birth', 'value: "2024"'),
    "option that leads twice": (
        "results.yaml",
        'value: "2024", next: birth',
        "next: birth, open: clinics",
    ),
    "listing": ("clinics.yaml", "value: id, next: details", "value: id, nxet: details"),
    "input": ("results.yaml", "length: 8", "lenght: 8"),
    "kind of input": ("results.yaml", "input: digits", "input: digit"),
    "a length that is no number": ("results.yaml", "length: 8", "length: eight"),
    "handler": ("clinics.yaml", "with: {clinic: pick}", "wtih: {clinic: pick}"),
    "handler without outcomes": ("clinics.yaml", "    outcomes: {found: shown}\n", ""),
    "end": ("clinics.yaml", "sms: true", "smss: true"),
    "a flag that is none": ("clinics.yaml", "sms: true", "sms: perhaps"),
    "open": ("results.yaml", "    open: clinics", "    open: clinics\n    text: x"),
    "a screen without a kind": ("results.yaml", "    open: clinics", "    opne: clinics"),
    "a screen of two kinds": ("results.yaml", "    open: clinics", "    open: clinics\n    end: x"),
    "way": ("results.yaml", "goto: year}]", "gotoo: year}]"),
    "a text in a list": ("results.yaml", '{en: "Year?", sw: "Mwaka?"}', "[Year]"),
    "an empty text": ("results.yaml", '{en: "Year?", sw: "Mwaka?"}', '""'),
    "phrases": ("phrases.yaml", "back_home:", "back_hoem:"),
    "messages": ("messages.yaml", "values:", "value:"),
    "a message that is a number": ("messages.yaml", "{name: 20}", "{name: many}"),
    "call": ("calls.yaml", "  breaker:", "  braeker:"),
    "value of a call": ("calls.yaml", 'today", max: 2', 'today", mxa: 2'),
    "list of a call": ("calls.yaml", "rows: 5", "rows: 5, order: x"),
    "outcome of a call": ("calls.yaml", "{status: 200}", "{statsu: 200}"),
    "status of a call": ("calls.yaml", "[404, 5xx]", "[404, 5x]"),
    "breaker": ("calls.yaml", "{failures: 3}", "{failures: 0}"),
    "dialogue": ("one.dialogue.yaml", "title:", "titel:"),
    "surface": ("one.dialogue.yaml", "surface: ussd", "surface: fax"),
    "turn": ("one.dialogue.yaml", "    types:", "    type:"),
    "pin": ("one.dialogue.yaml", "outcome: none", "outcom: none"),
    "case": ("one.dialogue.yaml", "category:", "catgory:"),
}


@pytest.mark.parametrize("label", FAULTS)
def test_one_fault_of_a_shape_is_refused_by_both(label: str, tmp_path: Path) -> None:
    name, before, after = FAULTS[label]
    assert before in ALL[name]
    faulty = ALL[name].replace(before, after, 1)

    assert complaints(name, faulty)
    with pytest.raises(FilesInvalid):
        loads(tmp_path, {**ALL, name: faulty})


#: One fault for each key of a dataset: what stands there, and the slip.
FAULTS_OF_A_DATASET = {
    "dataset": ("key: code", "kee: code"),
    "key": ("key: code", "key: [[code]]"),
    "name of a column": ("  name: {", "  Name: {"),
    "column": ("room: 30", "rom: 30"),
    "room": ("room: 30", "room: 0"),
    "kind": ("kind: day", "kind: date"),
    "empty": ("empty: allowed", "empty: perhaps"),
    "secret": ("secret: true", "secret: often"),
    "aliases": ("aliases: [Facility code]", "aliases: Facility code"),
    "search": ("search: [name", "search: [Name"),
    "asked_by": ("asked_by: [county", "asked_by: [{a: county}"),
    "skip": ("skip: {operational status: [Closed", "skip: {operational status: [{a: Closed}"),
    "others": ("others: ignored", "others: taken"),
}


@pytest.mark.parametrize("label", FAULTS_OF_A_DATASET)
def test_one_fault_of_a_dataset_is_refused_by_both(label: str, tmp_path: Path) -> None:
    before, after = FAULTS_OF_A_DATASET[label]
    assert before in CLINICS
    faulty = CLINICS.replace(before, after, 1)

    assert [] == complaints("clinics.yaml", CLINICS, "dataset")
    assert complaints("clinics.yaml", faulty, "dataset")
    assert declared_in(folder_with(tmp_path, clinics=faulty)).faults


def test_every_shape_is_spoilt_by_one_of_the_cases() -> None:
    """Each definition of each schema, and each schema itself, refuses a key that nobody knows."""
    for schema in SCHEMAS.values():
        for node in closed(schema):
            assert not Draft7Validator({**schema, **node}).is_valid({"no_such_key": "x"})


def closed(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields the maps of a schema that know all their keys."""
    yield schema
    yield from schema.get("definitions", {}).values()


def test_what_a_key_means_is_told_at_every_key() -> None:
    for name, schema in SCHEMAS.items():
        for node in closed(schema):
            for key, each in node.get("properties", {}).items():
                referred = each.get("$ref", "").rpartition("/")[2]
                meant = schema["definitions"][referred] if referred else each
                assert meant.get("description"), (name, key)


def test_every_phrase_is_listed_with_its_placeholders() -> None:
    properties = SCHEMAS["phrases"]["properties"]

    assert list(PHRASES) == list(properties)
    assert "Placeholders: {back}, {home}." == properties["back_home"]["description"]


def loads(folder: Path, files: Mapping[str, str]) -> bool:
    """Returns True when the loader takes all files; raises FilesInvalid when it does not."""
    for name, text in files.items():
        if name.endswith(FILE_ENDING):
            (folder / name).write_text(text, "utf-8")
            read_dialogue(folder / name)
    load(write(folder, files), HANDLERS, CHANNELS)
    return True


def test_one_schema_can_be_printed() -> None:
    printed = CliRunner().invoke(main, ["menus", "schema", "--print", "main"])

    assert SCHEMAS["main"] == json.loads(printed.output)
    assert 2 == CliRunner().invoke(main, ["menus", "schema", "--print", "mian"]).exit_code


def test_schemas_are_written_into_the_folder_of_the_menu(tmp_path: Path) -> None:
    environ = water_deployment.write(tmp_path / "home")

    result = CliRunner().invoke(main, ["menus", "schema"], env=environ)

    assert 0 == result.exit_code, result.output
    folder = tmp_path / "home" / "menus" / "schemas"
    assert {f"{name}.json" for name in SCHEMAS} == {path.name for path in folder.iterdir()}
