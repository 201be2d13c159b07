"""The deployment folder: where it is, and the tables its handlers stand in."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
import yaml

from gateway.cli.processes.startup_checks import hold_folder
from gateway.deployment.folder import find_home, load_datasets, load_handlers, load_tables
from gateway.deployment.load import DEVELOPMENT, load, refuse_console_in_the_clear
from gateway.domain.faults_and_errors.errors import Refused, SettingsInvalid
from tests.gateways import HOME

REPOSITORY = Path(__file__).parents[1]

TABLES = """\
from gateway.handler_api import Column, Dataset, Handler, HandlerContract, Outcome

from . import clinics

HANDLERS = {{"{name}": Handler(run=clinics.run, contract=HandlerContract(outcomes={{"ok": {{}}}}))}}
DATASETS = {{"{name}": Dataset(name="{name}", columns=(Column(name="id"),), key=("id",))}}
"""

CLINICS = """\
from gateway.handler_api import Outcome


def run(call, desk):
    return Outcome("ok")
"""


def deployment(folder: Path, name: str = "clinics", **files: str) -> Path:
    """Writes a deployment with one handler and returns its folder."""
    package = folder / "handlers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(files.get("init", TABLES.format(name=name)), "utf-8")
    (package / "clinics.py").write_text(files.get("clinics", CLINICS), "utf-8")
    return folder


def test_the_variable_wins_over_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert tmp_path == find_home({})
    assert tmp_path == find_home({"GATEWAY_HOME": ""})
    assert REPOSITORY == find_home({"GATEWAY_HOME": str(REPOSITORY)})


def test_the_tables_of_the_reference_deployment_are_found() -> None:
    assert "my_held_data" in load_handlers(REPOSITORY)
    assert "facilities" in load_datasets(REPOSITORY)


def test_each_deployment_has_its_own_handlers(tmp_path: Path) -> None:
    one = deployment(tmp_path / "one", "first")
    other = deployment(tmp_path / "other", "second")

    assert ["first"] == list(load_handlers(one))
    assert ["second"] == list(load_handlers(other))
    assert ["second"] == list(load_datasets(other))


def test_handlers_are_imported_once(tmp_path: Path) -> None:
    home = deployment(tmp_path)

    assert load_handlers(home) is load_handlers(home)


def test_a_deployment_without_handlers_has_none(tmp_path: Path) -> None:
    assert {} == load_handlers(tmp_path)


@pytest.mark.parametrize(
    ("files", "place", "sentence"),
    [
        ({"init": "x = (\n"}, "__init__.py:1", "SyntaxError"),
        ({"init": "\nimport nothing_of_this_name\n"}, "__init__.py:2", "ModuleNotFoundError"),
        ({"clinics": "x = 1\ny = 1 / 0\n"}, "clinics.py:2", "ZeroDivisionError"),
        ({"init": "import sys\nsys.exit('no licence')\n"}, "__init__.py:2", "SystemExit: no lice"),
        ({"init": "DATASETS = {}\n"}, "__init__.py:1", "no table HANDLERS"),
        ({"init": "HANDLERS = []\n"}, "__init__.py:1", "no table HANDLERS"),
        ({"init": "HANDLERS = {'x': print}\n"}, "__init__.py:1", "HANDLERS['x'] is no Handler"),
    ],
)
def test_handlers_that_cannot_be_loaded_are_a_fault_with_its_line(
    tmp_path: Path, files: dict[str, str], place: str, sentence: str
) -> None:
    home = deployment(tmp_path, **files)

    with pytest.raises(SettingsInvalid) as caught:
        load_handlers(home)

    assert f"{place}:1: [S023]" in str(caught.value)
    assert sentence in str(caught.value)


def test_a_working_directory_that_was_removed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(Refused, match="The working directory was removed"):
        find_home({"GATEWAY_HOME": ""})


def test_what_failed_is_not_half_there_the_next_time(tmp_path: Path) -> None:
    home = deployment(tmp_path, init="import nothing_of_this_name\n")
    for _ in range(2):
        with pytest.raises(SettingsInvalid):
            load_handlers(home)


TABLE = "from gateway.handler_api import Column, Table\n"


def test_a_deployment_that_writes_no_tables_needs_none(tmp_path: Path) -> None:
    assert {} == load_tables(deployment(tmp_path))
    assert "children" in load_tables(REPOSITORY)


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ("name='visits', columns=(Column(name='id'),), key=('id',)", "calls itself 'visits'"),
        ("name='Calls', columns=(Column(name='id'),), key=('id',)", "'Calls' is not a name"),
        ("name='calls', columns=(Column(name='_id'),), key=('_id',)", "'_id' is not a name"),
        ("name='calls', columns=(Column(name='id'),)", "missing 1 required keyword-only argument"),
        ("name='calls', columns=(Column(name='a'),), key=('a',), many=True", "so it has no key"),
        ("name='calls', columns=(Column(name='id'),), key=('no',)", "columns that it has not"),
        ("name='calls', columns=(Column(name='a'), Column(name='a')), key=('a',)", "twice"),
        ("name='calls', columns=(Column(name='a', secret=True),), key=('a',)", "`personal`"),
        (
            "name='calls', columns=(Column(name='a', personal=True),), key=('a',), kept=True",
            "is kept and has a personal column",
        ),
    ],
)
def test_a_table_that_cannot_be_is_a_fault(tmp_path: Path, declared: str, says: str) -> None:
    init = f"{TABLE}HANDLERS = {{}}\nDATASETS = {{}}\nTABLES = {{'calls': Table({declared})}}\n"
    home = deployment(tmp_path, init=init)

    with pytest.raises(SettingsInvalid, match=re.escape(says)) as caught:
        load_tables(home)

    assert "[S023]" in str(caught.value)


SERVED = {
    "GATEWAY_HOME": str(Path(__file__).parent.parent),
    "GATEWAY_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "AT_API_KEY": "key",
    "TWILIO_AUTH_TOKEN": "token",
    DEVELOPMENT: "1",
}
PRODUCTION = {
    "GATEWAY_CONFIG": "config/production.yaml",
    "DATABASE_URL": "postgresql+psycopg://db/gateway",
    "REDIS_URL": "redis://redis",
}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"GATEWAY_DATABASE_URL": "postgresql+psycopg://db/gateway"}, "the database is PostgreSQL"),
        ({"GATEWAY_API_URL": "https://api.example.org"}, "channel 'at-ke' sends to its provider"),
    ],
    ids=["postgresql", "a provider"],
)
def test_the_phone_is_not_opened_where_citizens_are_served(
    given: dict[str, str], says: str, tmp_path: Path
) -> None:
    environ = {**SERVED, "GATEWAY_DATA": str(tmp_path), **given}

    with pytest.raises(Refused, match=says) as refused:
        load(environ, strict=True)

    assert "Unset it here" in str(refused.value)


def test_the_production_sample_is_served_without_it_alone(tmp_path: Path) -> None:
    environ = {**SERVED, **PRODUCTION, "GATEWAY_DATA": str(tmp_path)}

    with pytest.raises(Refused, match="'at-ke' sends to its provider, channel 'twilio'"):
        load(environ, strict=True)

    del environ[DEVELOPMENT]
    assert not load(environ, strict=True).development


def test_a_command_beside_a_gateway_that_runs_is_in_development_like_it(tmp_path: Path) -> None:
    environ = {**SERVED, **PRODUCTION, "GATEWAY_DATA": str(tmp_path)}
    del environ[DEVELOPMENT]

    with hold_folder(tmp_path, 9000):
        beside, strict = load(environ), load(environ, strict=True)

    assert (beside.development, strict.development) == (True, False)
    assert not load(environ).development, "nothing runs on its data any more"


def test_in_development_it_is_opened(tmp_path: Path) -> None:
    assert load({**SERVED, "GATEWAY_DATA": str(tmp_path)}, strict=True).development


@pytest.mark.parametrize(
    ("console", "host", "is_served"),
    [
        ({"enabled": False, "listen": "0.0.0.0:9385"}, "0.0.0.0", True),
        ({"enabled": True, "listen": "0.0.0.0:9385", "url": "https://desk.example.org"}, "", True),
        ({"enabled": True, "listen": "127.0.0.1:9385"}, "0.0.0.0", True),
        ({"enabled": True, "listen": "0.0.0.0:9385"}, "", False),
        ({"enabled": True, "listen": "0.0.0.0:9385", "url": "http://localhost"}, "", False),
        ({"enabled": True, "listen": "[::]:9385"}, "", False),
        ({"enabled": True, "url": "http://localhost:8384"}, "0.0.0.0", False),
        ({"enabled": True, "url": "http://desk.example.org"}, "127.0.0.1", False),
    ],
)
def test_no_console_is_served_in_the_clear_to_other_machines(
    tmp_path: Path, console: dict[str, object], host: str, is_served: bool
) -> None:
    tree = yaml.safe_load((HOME / "config" / "production.yaml").read_text("utf-8"))
    config = tmp_path / "production.yaml"
    config.write_text(yaml.safe_dump({**tree, "console": console}), "utf-8")
    environ = {
        **SERVED,
        "GATEWAY_CONFIG": str(config),
        "GATEWAY_DATA": str(tmp_path),
        "DATABASE_URL": "postgresql+psycopg://db/gateway",
        "REDIS_URL": "redis://redis",
        **({"GATEWAY_HOST": host} if host else {}),
    }
    del environ[DEVELOPMENT]
    deployment = load(environ, strict=True)

    refused = (
        contextlib.nullcontext() if is_served else pytest.raises(Refused, match="in the clear")
    )
    with refused:
        refuse_console_in_the_clear(deployment)
