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
