"""A command pays for the rooms of the house that it enters, and stumbles over nothing in others."""

from __future__ import annotations

import ast
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.sql.migrate import migrate
from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.composition.room import is_built, room
from gateway.deployment.load import load
from tests import water_deployment
from tests.clock import FixedClock
from tests.gateways import HOME

#: The one place of a gateway where the machine's clock is read, when nobody gives another.
#: The stand-in plays a provider, which has a clock of its own.
CLOCK_IS_MADE_IN = {"gateway/composition/ground.py", "gateway/standin/exchange.py"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A small deployment whose menu has a typo, its Redis away."""
    environ = {**water_deployment.write(tmp_path), "GATEWAY_REDIS_URL": "redis://127.0.0.1:1/0"}
    gateway = Gateway(load(environ))
    gateway.deployment.settings.data_folder.mkdir(exist_ok=True)
    migrate(gateway.engine)
    gateway.close()
    menu = gateway.deployment.settings.menus_folder / "water.yaml"
    menu.write_text(menu.read_text("utf-8").replace("next: name", "nxet: name"), "utf-8")
    return environ


@pytest.mark.parametrize(
    "arguments",
    [
        ("cases", "list"),
        ("helpdesk", "list"),
        ("menus", "history"),
        ("channels",),
        ("migrate",),
    ],
    ids=" ".join,
)
def test_a_typo_in_a_menu_stops_no_command_that_reads_none(
    environ: dict[str, str], arguments: tuple[str, ...]
) -> None:
    result = CliRunner().invoke(main, arguments, env=environ)

    assert 0 == result.exit_code, result.output


def test_a_typo_in_a_menu_stops_the_commands_that_read_it(environ: dict[str, str]) -> None:
    result = CliRunner().invoke(main, ["dial", "*384*1#", "1"], env=environ)

    assert 1 == result.exit_code
    assert "nxet" in result.output


def test_listing_cases_loads_neither_menus_nor_redis(environ: dict[str, str]) -> None:
    code = (
        "import sys; from gateway.cli.main import main\n"
        "try: main(['cases', 'list'])\n"
        "except SystemExit as done: assert done.code == 0\n"
        "unwanted = {'gateway.adapters.menu_files.load', 'redis', 'rq', 'flask', 'twilio',\n"
        "            'africastalking', 'openpyxl', 'gateway.rehearsal.stage'}\n"
        "print(sorted(unwanted & set(sys.modules)))"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME, env=environ, capture_output=True, encoding="utf-8"
    )

    assert run.stdout.endswith("[]\n"), run.stdout + run.stderr


def test_a_room_is_built_once_whatever_threads_enter() -> None:
    built = []
    begin = threading.Barrier(8)

    class House:
        @room
        def hall(self) -> int:
            built.append(1)
            return len(built)

    house, seen = House(), list[int]()

    def enter() -> None:
        begin.wait()
        seen.append(house.hall)

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ([1], [1] * 8, True) == (built, seen, is_built(house, "hall"))


def test_a_gateway_that_nobody_entered_connects_to_nothing(environ: dict[str, str]) -> None:
    gateway = Gateway(load(environ), clock=FixedClock())

    gateway.close()

    assert not is_built(gateway, "engine")


def test_one_clock_is_made_and_the_rest_is_given_it() -> None:
    found = {
        str(path.relative_to(HOME))
        for path in (HOME / "gateway").rglob("*.py")
        if "SystemClock" in (text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "SystemClock"
    }

    assert CLOCK_IS_MADE_IN == found
