"""docs/calls.md says what the code takes, and its examples work as written."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.adapters.handler_calls.http_exchange import Reply
from gateway.adapters.handler_calls.reply_mapping import outcome_of
from gateway.adapters.menu_files.load import load
from gateway.adapters.menu_files.schemas.calls import (
    BreakerShape,
    CallShape,
    ListShape,
    OutcomeShape,
    ProvesShape,
)
from gateway.adapters.menu_files.schemas.values import ValueShape
from gateway.domain.faults_and_errors.errors import HandlerFailed
from gateway.domain.handler_contract.declared_call import DeclaredCall
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "calls.md").read_text("utf-8")
MENUS = (DOCS / "menus.md").read_text("utf-8")


def example(document: str, name: str) -> str:
    """Returns the fenced block with this name."""
    (text,) = re.findall(rf"^ *```yaml {re.escape(name)}\n(.*?)^ *```$", document, re.M | re.S)
    return textwrap.dedent(text)


def declared(folder: Path, document: str, name: str) -> DeclaredCall:
    """Returns a call of a page's example."""
    files = {**FILES, "calls.yaml": example(document, "calls.yaml")}
    return load(write(folder, files), HANDLERS, CHANNELS[:1]).calls[name]


@pytest.mark.parametrize(
    "shape",
    [CallShape, ValueShape, ListShape, OutcomeShape, ProvesShape, BreakerShape],
    ids=lambda one: one.__name__,
)
def test_every_key_of_a_call_is_explained_as_the_code_does(shape: type[BaseModel]) -> None:
    for name, field in shape.model_fields.items():
        needed = " **Needed.**" if field.is_required() else ""
        assert f"| `{field.alias or name}` | {field.description}{needed} |" in PAGE


@pytest.mark.parametrize(
    ("status", "data", "outcome"),
    [
        (200, {"schools": [{"name": "Kilima", "free": 3, "contact": {}}]}, "found"),
        (200, {"schools": [{"name": "Kilima", "free": 0}]}, "full"),
        (200, {"schools": []}, "full"),
        (422, {}, "no_district"),
    ],
)
def test_the_long_example_means_what_it_says(
    status: int, data: object, outcome: str, tmp_path: Path
) -> None:
    call = declared(tmp_path, PAGE, "school_places")

    understood = outcome_of(call, Reply(status, json.dumps(data).encode()))

    assert outcome == understood.name
    assert ("district", "level") == call.contract.needs
    assert call.contract.slow
    if outcome == "found":
        rows = [{"name": "Kilima", "phone": "-"}]
        assert {"free": "3", "schools": rows} == understood.values


@pytest.mark.parametrize(
    ("body", "what"), [(b"<html>Busy</html>", "that is no JSON"), (b'{"tank": null}', "in JSON")]
)
def test_a_reply_that_fits_nothing_is_told_with_its_form(
    body: bytes, what: str, tmp_path: Path
) -> None:
    call = declared(tmp_path, MENUS, "tank_level")

    with pytest.raises(HandlerFailed) as caught:
        outcome_of(call, Reply(200, body))

    sentence = f"Call 'tank_level' got a reply of status 200 {what}: no outcome fits."
    assert sentence == str(caught.value)


def test_a_newcomer_has_a_whole_service_from_the_page_on_menus(tmp_path: Path) -> None:
    main = FILES["main.yaml"].replace("12: {open", "4: {open: water_tank}\n    12: {open")
    files = {name: example(MENUS, name) for name in ("calls.yaml", "water_tank.yaml")}

    release = load(write(tmp_path, {**FILES, **files, "main.yaml": main}), HANDLERS, CHANNELS[:1])

    assert ("tank",) == release.calls["tank_level"].contract.needs
    assert release.services["water_tank"].closed is not None
    assert {"CALL_WATER_TOKEN"} == set(release.calls["tank_level"].secrets)
