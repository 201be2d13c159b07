"""The survey of the reference catalogue: its menu asks what its workbook asks."""

from __future__ import annotations

from pathlib import Path

from gateway.adapters.yaml.documents import read as read_yaml
from gateway.domain.xlsforms.form.findings import Kind
from tests.gateways import HOME
from tests.xlsforms.workbooks import read_file, screens_of, told

WORKBOOK = HOME / "config" / "sample-data" / "water_survey.xlsx"
SPOKEN = {"en": "English", "sw": "Kiswahili", "fr": "Français", "am": "አማርኛ"}
#: Edited since the import, as the menu says.
EDITED = "read_back"


def _tree(path: Path) -> dict[str, object]:
    tree = read_yaml(path, "M").tree
    assert isinstance(tree, dict)
    return dict(tree)


def test_the_survey_asks_what_its_workbook_asks_in_four_languages() -> None:
    made = read_file(WORKBOOK, spoken=SPOKEN, service="water_survey")
    kept = _tree(HOME / "menus" / "water_survey.yaml")["screens"]
    assert isinstance(kept, dict)
    asked = {name: body for name, body in screens_of(made).items() if name != EDITED}

    assert [] == told(made.findings, Kind.FAULT) == told(made.findings, Kind.LEFT_OUT)
    assert [*asked, EDITED]
    assert set(kept) == {*asked, EDITED}
    for name, body in asked.items():
        there = kept[name]
        assert isinstance(there, dict)
        assert {key: str(body[key]) for key in ("text", "end") if key in body} == {
            key: str(there[key]) for key in ("text", "end") if key in there
        }
    for text in (body["text"] for body in asked.values() if "text" in body):
        assert isinstance(text, dict)
        assert list(SPOKEN) == list(text)


def test_the_survey_keeps_what_its_workbook_asks() -> None:
    made = read_file(WORKBOOK, spoken=SPOKEN, service="water_survey")
    kept = _tree(HOME / "forms" / "water_survey.yaml")

    columns = made.form["columns"]
    assert isinstance(columns, dict)
    assert isinstance(kept["columns"], dict)
    assert list(columns) == list(kept["columns"])
    assert ("record", "subscriber") == (kept["writes"], kept["one_per"])
