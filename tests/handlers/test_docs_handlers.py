"""The worked example of docs/handlers.md is built as written, and works."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from gateway.adapters.menu_files.load import load
from gateway.deployment.folder import load_forms
from gateway.handler_api import Outcome
from gateway.use_cases.handler_calls.store_form import handlers_of
from tests.handlers import desk
from tests.handlers.desk import DeskInMemory, call_of, run
from tests.phones import CHANNEL, SmsPhone, UssdPhone

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "handlers.md").read_text("utf-8")
PACKAGE = "handlers_of_the_guide"


def block(name: str) -> str:
    """Returns the fenced block of the guide with this name."""
    (text,) = re.findall(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return str(text)


def patched(source: str, diff: str) -> str:
    """Returns the source after the diff; each hunk must be found exactly once."""
    for hunk in diff.strip("\n").split("\n\n"):
        lines = hunk.split("\n")
        before = "\n".join(line[1:] for line in lines if line[0] in " -")
        after = "\n".join(line[1:] for line in lines if line[0] in " +")
        assert source.count(before) == 1, before
        source = source.replace(before, after)
    return source


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    """A copy of the reference deployment with the changes of the guide."""
    package = tmp_path / PACKAGE
    shutil.copytree(ROOT / "handlers", package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("menus", "datasets", "forms"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    with (package / "datasets.py").open("a", encoding="utf-8") as file:
        file.write("\n\n" + block("datasets"))
    (package / "water_hours.py").write_text(block("handler"), "utf-8")
    tables = (package / "__init__.py").read_text("utf-8")
    (package / "__init__.py").write_text(patched(tables, block("tables")), "utf-8")
    (tmp_path / "menus" / "water_hours.yaml").write_text(block("water_hours.yaml"), "utf-8")
    return tmp_path


@pytest.fixture
def handlers(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The handlers package of the guide, imported under a name of its own."""
    spec = importlib.util.spec_from_file_location(PACKAGE, deployment / PACKAGE / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    kept = handlers_of(load_forms(deployment).values())
    monkeypatch.setattr(desk, "HANDLERS", {**package.HANDLERS, **kept})
    monkeypatch.setattr(desk, "DATASETS", {**desk.DATASETS, **package.DATASETS})
    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def full_desk(handlers: ModuleType) -> DeskInMemory:
    """A desk over the sample data and the file of the guide."""
    rows = list(csv.DictReader(io.StringIO(block("water_hours.csv"))))
    sample = {
        name: desk.rows_of_file(dataset)
        for name, dataset in desk.DATASETS.items()
        if name != "water_hours"
    }
    return DeskInMemory({**sample, "water_hours": rows})


def test_the_file_of_the_guide_has_the_declared_columns(handlers: ModuleType) -> None:
    header = block("water_hours.csv").split("\n")[0]

    assert header.split(",") == [each.name for each in handlers.DATASETS["water_hours"].columns]


def test_the_test_of_the_guide_passes(full_desk: DeskInMemory) -> None:
    names = {"DeskInMemory": lambda: full_desk, "run": run, "call_of": call_of, "Outcome": Outcome}

    exec(block("test"), names)  # noqa: S102 - our own documentation
    names["test_a_district_has_hours"]()  # type: ignore[operator]


def test_a_district_without_hours_is_said_to_have_none(full_desk: DeskInMemory) -> None:
    outcome = run(call_of("water_hours", {"district": "Olare"}), full_desk)

    assert Outcome("none") == outcome


def test_the_new_service_is_reached_by_shortcut_and_by_sms(
    deployment: Path, handlers: ModuleType, full_desk: DeskInMemory
) -> None:
    release = load(deployment / "menus", desk.HANDLERS, [CHANNEL])

    dialled = UssdPhone(release, full_desk, "am").send("*384*2026*44*7#")
    texted = SmsPhone(release, full_desk).send("WATER Mbale")

    assert dialled == "Wendu: 16:00-20:30"
    assert texted == "Mbale: 05:30-09:00"
