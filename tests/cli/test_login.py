"""Commands that say who acted: whatever the machine knows of its users, there is somebody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.system.login import login_name
from gateway.cli.main import main
from tests import water_deployment

NAMES = ("LOGNAME", "USER", "LNAME", "USERNAME")


def test_the_login_is_the_name_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "asha")

    assert "asha" == login_name()


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a name, such as a container is given."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 987654)


@pytest.mark.usefixtures("nameless")
def test_a_user_without_a_name_is_named_by_number() -> None:
    assert "uid 987654" == login_name()


@pytest.mark.usefixtures("nameless")
def test_a_user_without_a_name_can_publish(tmp_path: Path) -> None:
    environ = water_deployment.write(tmp_path)

    ran = [
        CliRunner().invoke(main, arguments, env=environ)
        for arguments in (("migrate",), ("menus", "publish"), ("menus", "history"))
    ]

    assert [0, 0, 0] == [each.exit_code for each in ran]
    assert "uid 987654" in ran[-1].output
