"""The tables and examples of docs/menus.md and docs/settings.md are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.adapters.menu_files.load import load
from gateway.adapters.menu_files.schemas.files import (
    HomeOptionShape,
    HomeShape,
    MainShape,
    MessagesShape,
    ReadingShape,
    ServiceShape,
    WordsShape,
)
from gateway.adapters.menu_files.schemas.hours import HolidaysShape, HoursShape
from gateway.adapters.menu_files.schemas.parts import WayShape
from gateway.adapters.menu_files.schemas.screens import (
    SCREENS,
    LineShape,
    ListingShape,
    OptionShape,
    SeveralShape,
    TellMeShape,
)
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import (
    ChannelSettings,
    KeySettings,
    PageSettings,
)
from gateway.deployment.settings import Settings
from gateway.deployment.settings import load as load_settings
from gateway.deployment.settings_sections import RetentionSettings, ServerSettings, StandinSettings
from gateway.deployment.settings_tree import OVERRIDES
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.text.phrases import PHRASES
from gateway.handler_api import Handler, HandlerContract, ListField, Outcome, TextField
from tests.menus.sample import CHANNELS, FILES, write

DOCS = Path(__file__).parents[1] / "docs"
MENUS = (DOCS / "menus.md").read_text("utf-8")
SETTINGS = (DOCS / "settings.md").read_text("utf-8")

MENU_SHAPES = [
    MainShape,
    HomeShape,
    HomeOptionShape,
    WordsShape,
    ReadingShape,
    ServiceShape,
    HoursShape,
    HolidaysShape,
    MessagesShape,
    OptionShape,
    ListingShape,
    SeveralShape,
    LineShape,
    WayShape,
    TellMeShape,
    *SCREENS.values(),
]
SETTINGS_SHAPES = [
    Settings,
    ServerSettings,
    StandinSettings,
    RetentionSettings,
    ChannelSettings,
    PageSettings,
]


def rows(shape: type[BaseModel], known: type[BaseModel] | None = None) -> str:
    """Returns the rows of a table about the keys of a shape, those of `known` left out."""
    lines = []
    for name, field in shape.model_fields.items():
        if known is None or name not in known.model_fields:
            needed = " **Needed.**" if field.is_required() else ""
            lines.append(f"| `{field.alias or name}` | {field.description}{needed} |")
    return "\n".join(["|---|---|", *lines]) + "\n\n"


def example(document: str, name: str) -> str:
    """Returns the fenced block with this name."""
    (text,) = re.findall(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", document, re.M | re.S)
    return str(text)


@pytest.mark.parametrize("shape", MENU_SHAPES, ids=lambda shape: shape.__name__)
def test_every_key_of_a_menu_is_explained_as_the_code_does(shape: type[BaseModel]) -> None:
    assert rows(shape) in MENUS


@pytest.mark.parametrize("shape", [*SETTINGS_SHAPES, KeySettings], ids=lambda one: one.__name__)
def test_every_setting_is_explained_as_the_code_does(shape: type[BaseModel]) -> None:
    assert rows(shape) in SETTINGS


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_setting_of_a_provider_is_explained(provider: str) -> None:
    shape = PROVIDERS[provider].settings

    section = SETTINGS.partition(f"\n### {provider}\n")[2].partition("\n#")[0]
    own = rows(shape, ChannelSettings).partition("\n")[2].strip()
    assert own in section
    assert own or "No further keys." in section


def test_every_sentence_about_a_key_is_a_sentence() -> None:
    for shape in [*MENU_SHAPES, *SETTINGS_SHAPES, KeySettings]:
        for name, field in shape.model_fields.items():
            assert field.description, (shape, name)
            assert field.description.endswith("."), (shape, name)


def test_every_phrase_is_listed_with_its_placeholders() -> None:
    for name, placeholders in PHRASES.items():
        names = ", ".join(f"`{{{one}}}`" for one in placeholders) or "–"
        assert f"| `{name}` | {names} |" in MENUS


def test_every_kind_of_input_is_listed() -> None:
    table = MENUS.partition("| kind | takes | bounds |")[2].partition("\n\n")[0]

    assert [*KINDS, "yes_no"] == re.findall(r"^\| `(\w+)` \|", table, re.M)


def test_every_variable_is_listed() -> None:
    for name, path in OVERRIDES.items():
        assert f"| `{name}` | `{'.'.join(path)}` |" in SETTINGS


def _handlers() -> dict[str, Handler]:
    row = {"id": TextField(4), "name": TextField(20)}
    found = {"name": TextField(8), "grade": TextField(2), "subjects": TextField(34)}
    contracts = {
        "exam_results": HandlerContract(
            outcomes={"found": found, "unknown": {}}, needs=("candidate", "year", "birth_date")
        ),
        "list_districts": HandlerContract(outcomes={"found": {"districts": ListField(14, row)}}),
        "open_case": HandlerContract(
            outcomes={"opened": {"number": TextField(11)}}, needs=("district", "description")
        ),
    }
    return {
        name: Handler(run=lambda call, desk: Outcome("found"), contract=contract)
        for name, contract in contracts.items()
    }


def _example_menu() -> dict[str, str]:
    names = ("main.yaml", "exam_results.yaml", "water.yaml")
    files = {name: example(MENUS, name) for name in names}
    return {**files, "phrases.yaml": FILES["phrases.yaml"]}


def test_the_example_of_a_menu_is_valid_as_written(tmp_path: Path) -> None:
    release = load(write(tmp_path, _example_menu()), _handlers(), CHANNELS[:1])

    assert {"31": "exam_results", "41": "water"} == release.shortcuts


def test_the_example_of_a_fault_is_what_is_printed(tmp_path: Path) -> None:
    files = _example_menu()
    files["exam_results.yaml"] = files["exam_results.yaml"].replace("next: year", "next: yaer")

    with pytest.raises(MenuInvalid) as caught:
        load(write(tmp_path, files), _handlers(), CHANNELS[:1])

    (printed,) = re.findall(r"^menus/(exam_results\.yaml:\d+:\d+: .*)$", MENUS, re.M)
    assert f"{tmp_path}/{printed}" == str(caught.value)


def test_the_example_of_settings_is_valid_as_written(tmp_path: Path) -> None:
    write(tmp_path, {"gateway.yaml": example(SETTINGS, "gateway.yaml")})

    settings = load_settings(tmp_path, {"GATEWAY_CONFIG": "gateway.yaml"}, development=True)

    assert ["phone"] == list(settings.channels)
