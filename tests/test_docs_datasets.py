"""The page on datasets: its examples are taken, and its keys are those of the code."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.adapters.declared_rows.column_shapes import ColumnShape
from gateway.adapters.declared_rows.dataset_shapes import DatasetShape
from gateway.adapters.declared_rows.datasets import declared_in
from tests.test_declared_datasets import folder_with
from tests.test_docs_start import gateway as gateway
from tests.test_docs_start import told
from tests.xlsforms.workbooks import saved

PAGE = (Path(__file__).parents[1] / "docs" / "datasets.md").read_text("utf-8")


def example(name: str) -> str:
    """Returns the fenced block with this name."""
    (text,) = re.findall(rf"^ *```yaml {re.escape(name)}\n(.*?)^ *```$", PAGE, re.M | re.S)
    return textwrap.dedent(text)


@pytest.mark.parametrize("shape", [DatasetShape, ColumnShape], ids=lambda one: one.__name__)
def test_every_key_is_explained_as_the_code_does(shape: type[BaseModel]) -> None:
    for name, field in shape.model_fields.items():
        needed = " **Needed.**" if field.is_required() else ""
        assert f"| `{field.alias or name}` | {field.description}{needed} |" in PAGE


def test_the_example_is_a_dataset_without_faults(tmp_path: Path) -> None:
    declared = declared_in(folder_with(tmp_path, clinics=example("clinics.yaml")))

    assert ([], ["clinics"]) == (declared.faults, list(declared.datasets))


def workbook() -> list[tuple[str, ...]]:
    """The rows of the spreadsheet that the page shows, a title above them."""
    (table,) = re.findall(r"(?:^\|.*\|\n)+", PAGE[PAGE.index("| Ministry of Health") :], re.M)
    rows = [tuple(cell.strip() for cell in line[1:-1].split("|")) for line in table.splitlines()]
    return [rows[0], *rows[2:]]


def test_the_walk_from_a_spreadsheet_to_two_languages_goes_as_written(
    tmp_path: Path, gateway: Path
) -> None:
    told("gateway init home --languages en,sw --country KE", tmp_path, gateway)
    home = tmp_path / "home"
    (home / "datasets").mkdir()
    (home / "datasets" / "clinics.yaml").write_text(example("clinics.yaml"), "utf-8")
    (home / "menus" / "clinics.yaml").write_text(example("clinics-menu"), "utf-8")
    saved(home / "clinics.xlsx", {"List of 2026": workbook()})

    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.M | re.S)
    steps = [step for text in blocks for step in re.split(r"^\$ ", text, flags=re.M)[1:]]
    assert len(steps) == 7
    for command, _, printed in (step.partition("\n") for step in steps):
        found = told(command, home, gateway)
        shown = re.sub(r"Release [0-9a-f]{16}", "Release RELEASE", found)
        assert printed in (shown, "...\n"), (command, found)
